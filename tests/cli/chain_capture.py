#!/usr/bin/env python3
"""Writes a capture of self-made Deribit tickers: `chain_capture.py KIND`.

Calls of two expiries, a month and a quarter away, on strikes from 80,000 to 120,000, at a vol of
50 % that rises with the distance from 100,000. KIND: clean; butterfly (the vol of the first
expiry's 100,000 is a fifth higher); calendar (the second expiry is at 20 %); prices (no vols, but
mark prices that are Black's). KIND may be a file of real tickers (a row an option), with --prices
without their vols. With --expect: instead, the largest fault of that kind as
"STRIKE SIZE", by the error function of Python."""
import csv
import datetime
import gzip
import json
import math
import sys

NOW_MS = 1795420800000  # 2026-11-23T08:00:00Z
EXPIRIES = [("25DEC26", 32, 100000.0), ("26MAR27", 123, 101000.0)]
STRIKES = range(80000, 120001, 5000)


def vol_of(kind, expiry, strike):
    vol = 50 + ((strike - 100000) / 10000) ** 2
    if kind == "butterfly" and expiry == "25DEC26" and strike == 100000:
        vol *= 1.2
    if kind == "calendar" and expiry == "26MAR27":
        vol = 20
    return vol


def call_price(forward, strike, vol, years):
    v = vol / 100 * math.sqrt(years)
    d = math.log(forward / strike) / v + v / 2
    return (forward * math.erfc(-d / math.sqrt(2)) - strike * math.erfc((v - d) / math.sqrt(2))) / 2


def line(time_ms, data):
    channel = f"ticker.{data['instrument_name']}.100ms"
    payload = {"jsonrpc": "2.0", "method": "subscription",
               "params": {"channel": channel, "data": {"timestamp": time_ms, "state": "open", **data}}}
    print(json.dumps({"time": time_ms * 1000000, "venue": "deribit", "account": "desk",
                      "payload": payload}))


def ticker(kind, expiry, forward, years, strike):
    vol = vol_of(kind, expiry, strike)
    data = {"instrument_name": f"BTC-{expiry}-{strike}-C",
            "mark_price": round(call_price(forward, strike, vol, years) / forward, 10),
            "underlying_price": forward, "index_price": 99500.0}
    if kind != "prices":
        data["mark_iv"] = vol
    line(NOW_MS, data)


def real(path, prices):
    with gzip.open(path, "rt") as file:
        rows = list(csv.DictReader(file))
    time_ms = int(datetime.datetime.fromisoformat(rows[0]["timestamp"]).timestamp() * 1000)
    for row in rows:
        data = {"instrument_name": row["instrument_name"], "mark_price": float(row["mark_price"]),
                "underlying_price": float(row["underlying"]),
                "index_price": float(row["index_price"])}
        if not prices:
            data["mark_iv"] = float(row["implied_volatility"]) * 100
        line(time_ms, data)


def expect(kind):
    """Butterfly: by how much the slope of call prices falls. Calendar: variance that is lacking, at
    the quotes of the first expiry; the second is flat."""
    (first, days, forward), (second, days_late, _) = EXPIRIES
    if kind == "butterfly":
        low, middle, high = [call_price(forward, k, vol_of(kind, first, k), days / 365)
                             for k in (95000, 100000, 105000)]
        return 100000, ((middle - low) - (high - middle)) / 5000
    return 80000, ((vol_of(kind, first, 80000) / 100) ** 2 * days
                   - (vol_of(kind, second, 80000) / 100) ** 2 * days_late) / 365


def main():
    kind = sys.argv[1]
    if kind.endswith(".gz"):
        real(kind, "--prices" in sys.argv)
        return
    if "--expect" in sys.argv:
        strike, size = expect(kind)
        print(f"{strike} {size:.12f}")
        return
    for name, days, forward in EXPIRIES:
        for strike in STRIKES:
            ticker(kind, name, forward, days / 365, strike)


main()
