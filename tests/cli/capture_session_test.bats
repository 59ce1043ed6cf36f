# capture_session_test.bats: plimsoll capture, against simulated venues on loopback.

bats_require_minimum_version 1.5.0
load wait

setup_file() {
	cd "$BATS_FILE_TMPDIR"
	"$PLIMSOLL" sim --seed 5 --deribit-port 0 --binance-port 0 --json >sim.json 2>sim.log 3>&- &
	echo $! >sim.pid
	wait_for [ -s sim.json ]
	python3 - <<'END'
import json, os, urllib.request
sim = json.load(open("sim.json"))
rows = []
for account in ("deribit-main", "binance-main", "binance-hedge"):
    key = next(k for k in sim["keys"] if k["account"] == account and not k["can_trade"])
    with open(account + ".key", "w") as file:
        file.write(f"key: {key['key']}\nsecret: {key['secret']}\n")
    os.chmod(account + ".key", 0o600)
    port = sim[key["venue"] + "_port"]
    rest = f', rest_url: "http://127.0.0.1:{port}"' if key["venue"] == "binance" else ""
    rows.append(f'  - {{name: {account}, venue: {key["venue"]}, key_file: {account}.key, '
                f'stream_url: "ws://127.0.0.1:{port}"{rest}}}\n')
open("c.yaml", "w").write("accounts:\n" + "".join(rows))
for venue in ("deribit", "binance"):  # nothing is traded from here on
    urllib.request.urlopen(f"http://127.0.0.1:{sim[venue + '_port']}/sim/pause", data=b"").read()
END
	"$PLIMSOLL" capture --config c.yaml --seconds 15 out.capture 2>capture.log
}

setup() { cd "$BATS_FILE_TMPDIR"; }
teardown_file() { kill "$(cat "$BATS_FILE_TMPDIR/sim.pid")"; }

@test "capture: each account was heard, and the end says how much" {
	for account in deribit-main binance-main binance-hedge; do
		grep -q "\"account\":\"$account\"" out.capture
	done
	grep -Eq 'out.capture: [0-9]+ lines, [0-9]+ bytes; [0-9]+ secrets overwritten' capture.log
	[ "$(stat -c %a out.capture)" = 600 ]
}

@test "capture: no key, secret, token or name is in the file" {
	python3 - <<'END'
import json, re
text = open("out.capture").read()
for key in json.load(open("sim.json"))["keys"]:
    assert key["key"] not in text and key["secret"] not in text, key["account"]
words = "access_token|refresh_token|listenKey|email|username"
found = re.findall(rf'"({words})":"([^"]*)"', text)
assert {name for name, _ in found} >= {"access_token", "listenKey", "email"}, found
for name, value in found:
    assert set(value) == {"*"}, (name, value)
assert "signature" not in text and "timestamp=" not in text
END
}

@test "capture: report reads from it the positions that the venues hold" {
	"$PLIMSOLL" report --capture out.capture --json --proof BTC >proof.json
	python3 - <<'END'
import json, urllib.request
sim = json.load(open("sim.json"))
truth = {}
for venue in ("deribit", "binance"):
    with urllib.request.urlopen(f"http://127.0.0.1:{sim[venue + '_port']}/sim/truth") as answer:
        for account in json.load(answer)["accounts"]:
            if account["account"] not in ("deribit-main", "binance-main", "binance-hedge"):
                continue
            for row in account["positions"]:
                if row["underlying"] == "BTC" and float(row["size"]) != 0:
                    key = (account["account"], row["instrument"], row["side"])
                    truth[key] = float(row["size"])
shown = {}
for leg in json.load(open("proof.json"))["legs"]:
    if leg["instrument"] is not None and leg["quantity"] != 0:
        shown[(leg["account"], leg["instrument"], leg["side"])] = leg["quantity"]
assert len(truth) > 3
assert shown == truth, (shown, truth)
END
}

@test "capture: accounts read by an address are in it, and the address is not" {
	"$PLIMSOLL" sim --seed 5 --deribit-port 0 --binance-port 0 --hyperliquid-port 0 --dydx-port 0 \
		--json >by.json 2>by.log 3>&- &
	echo $! >by.pid
	wait_for [ -s by.json ]
	python3 - <<'END'
import json
sim = json.load(open("by.json"))
rows = []
for account in ("hyperliquid-main", "dydx-main"):
    key = next(k for k in sim["keys"] if k["account"] == account)
    port = sim[key["venue"] + "_port"]
    rows.append(f'  - {{name: {account}, venue: {key["venue"]}, address: "{key["key"]}", '
                f'stream_url: "ws://127.0.0.1:{port}", rest_url: "http://127.0.0.1:{port}"}}\n')
open("by.yaml", "w").write("accounts:\n" + "".join(rows))
END
	"$PLIMSOLL" capture --config by.yaml --seconds 6 by.capture 2>by.log
	kill "$(cat by.pid)"
	python3 - <<'END'
import json
text = open("by.capture").read()
accounts = {json.loads(line)["account"] for line in text.splitlines()}
assert accounts == {"hyperliquid-main", "dydx-main"}, accounts
for key in json.load(open("by.json"))["keys"]:
    if key["account"] in accounts:
        assert key["key"].split("/")[0].lower() not in text.lower(), key["account"]
assert '"payload":"default"' in text  # a text of a venue
END
	run --separate-stderr "$PLIMSOLL" report --capture by.capture
	[ "$status" -eq 0 ]
	[[ $output == *"BTC"* ]]
	[[ $stderr == *"payloads that give no event; their accounts are degraded"* ]]
	[[ $stderr == *"the first is line "* ]]
}

@test "capture: a last line that is cut off is left out, and said" {
	head -c -40 out.capture >cut.capture
	run --separate-stderr "$PLIMSOLL" report --capture cut.capture
	[ "$status" -eq 0 ]
	[[ $stderr == *"cut.capture: the last line, $(wc -l <out.capture), is cut off: it is left out"* ]]
}

@test "replay runs a capture, to the same state each time" {
	run --separate-stderr "$PLIMSOLL" replay out.capture --hash
	[ "$status" -eq 0 ]
	[ "$("$PLIMSOLL" replay out.capture --hash 2>/dev/null)" = "$output" ]
	run "$PLIMSOLL" replay out.capture --until 5
	[ "$status" -eq 64 ]
	[[ $output == *"out.capture is a capture"* ]]
}

@test "capture: a file that is there is not written over" {
	echo mine >mine.capture
	run "$PLIMSOLL" capture --config c.yaml --seconds 1 mine.capture
	[ "$status" -eq 73 ]
	[[ $output == *"choose another name"* ]]
	[ "$(cat mine.capture)" = mine ]
}

@test "capture: what is wrong with the line is said" {
	run "$PLIMSOLL" capture out.other
	[ "$status" -eq 64 ]
	[[ $output == *"--config FILE and the name of a new file"* ]]
	run "$PLIMSOLL" capture --config c.yaml --seconds 0 out.other
	[ "$status" -eq 64 ]
	[ ! -e out.other ]
	printf 'key: short\nsecret: 1\n' >short.key
	chmod 600 short.key
	echo 'accounts: [{name: desk, venue: deribit, key_file: short.key}]' >short.yaml
	run "$PLIMSOLL" capture --config short.yaml --seconds 1 short.capture
	[ "$status" -ne 0 ]
	[[ $output == *"under 6 bytes"* ]]
}
