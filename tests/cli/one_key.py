# one_key.py: for one_key_test.bats: configurations of several accounts by one key of the simulator's, and
# what the daemon shows of them beside the simulator's truth.
#
#   configure KEY HOST [VENUE...]  YAML of those markets' accounts (none named: all five), all by one file;
#                                  HOST: what the host of options, whose limit is low, goes by
#   differences API                what is shown otherwise than it is; nothing when all is true
#   spend SECONDS                  the most weight of any minute of them, and how often one was refused
import json
import os
import sys
import time
import urllib.request

FIVE = {"binance": "binance-main", "binance-coinm": "coinm-main", "binance-spot": "spot-main",
        "binance-margin": "margin-main", "binance-options": "options-main"}


def read(url):
    with urllib.request.urlopen(url) as reply:
        return json.load(reply)


def configure(said, key, host, *venues):
    row = next(each for each in said["keys"] if each["key"] == key)
    with open("one.key", "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(f"key: {key}\nsecret: {row['secret']}\n")
    print("accounts:")
    for venue in venues or FIVE:
        at = f"{host if venue == 'binance-options' else '127.0.0.1'}:{said['binance_port']}"
        print(f"  - {{name: {FIVE[venue]}, venue: {venue}, key_file: one.key,"
              f' rest_url: "http://{at}", stream_url: "ws://{at}"}}')


def truth_of(said):
    return read(f"http://127.0.0.1:{said['binance_port']}/sim/truth")


def held(said):
    """Sizes by account, instrument and side; wallets by account and asset."""
    sizes, wallets = {}, {}
    for account in truth_of(said)["accounts"]:
        name = account["account"]
        if name not in FIVE.values():
            continue
        for row in account["positions"]:
            sizes[name, row["instrument"], row["side"]] = float(row.get("contracts", row["size"]))
        for row in account["balances"]:
            wallets[name, row["asset"]] = float(row["wallet"])
    return sizes, wallets


def shown(api):
    sizes = {(row["account"], row["instrument"], row["side"]): row["quantity"]
             for row in read(f"http://{api}/v1/positions")["positions"]}
    accounts = read(f"http://{api}/v1/accounts")["accounts"]
    wallets = {(a["account"], row["asset"]): row["wallet"] for a in accounts for row in a["balances"]
               if a["account"] in FIVE.values()}  # not of what is in transit
    return sizes, wallets


def differences(said, api):
    """What is nothing may be shown or not."""
    for true, told in zip(held(said), shown(api)):
        accounts = {key[0] for key, amount in told.items() if amount}
        for key in sorted(true.keys() | told.keys()):
            if true.get(key, 0) != (told.get(key) or 0):
                print(f"{' '.join(key)}: {told.get(key)} shown, {true.get(key)} true")
    if len(accounts) != len(FIVE):
        print(f"wallets of {len(accounts)} accounts are shown")


def spend(said, seconds):
    rows, end = [], time.monotonic() + float(seconds)
    while time.monotonic() < end:
        before = time.monotonic()
        truth = truth_of(said)
        rows.append((before, time.monotonic(), sum(path["weight"] for path in truth["paths"])))
        time.sleep(0.2)
    most = max(last[2] - first[2] for first in rows for last in rows if 0 <= last[1] - first[0] <= 60)
    print(most, truth["refusals"])


with open("sim.json") as first:
    {"configure": configure, "differences": differences, "spend": spend}[sys.argv[1]](
        json.loads(first.readline()), *sys.argv[2:])
