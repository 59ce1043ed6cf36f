# run_test.bats: the daemon as a whole: demo, API, commands that ask it, journal and replay.

bats_require_minimum_version 1.5.0

setup() {
	export TMPDIR=$BATS_TEST_TMPDIR
	log=$BATS_TEST_TMPDIR/run.log
}

teardown() {
	[ -z "${daemon-}" ] || kill -KILL "$daemon" 2>/dev/null || true
}

# start ARGS...: runs the daemon on a free port; sets $daemon and $api.
start() {
	"$PLIMSOLL" run --port 0 "$@" >"$log" 2>&1 3>&- &
	daemon=$!
	for _ in $(seq 300); do
		api=$(sed -n 's,^page and API: http://\([0-9.:]*\)/.*,\1,p' "$log")
		[ -n "$api" ] && curl -fs "http://$api/healthz" >/dev/null && return 0
		kill -0 "$daemon" 2>/dev/null || break
		sleep 0.1
	done
	cat "$log"
	return 1
}

# stop: interrupts it and waits; sets $code.
stop() {
	kill -INT "$daemon"
	code=0
	wait "$daemon" || code=$?
	daemon=
	cat "$log"
}

# ask PATH EXPRESSION: tries until the Python expression over the JSON document `d` holds.
ask() {
	for _ in $(seq 200); do
		curl -fs "http://$api$1" >"$BATS_TEST_TMPDIR/answer.json" || true
		python3 -c 'import json, sys
try:
    d = json.load(open(sys.argv[1]))
    sys.exit(0 if eval(sys.argv[2]) else 1)
except (ValueError, KeyError, IndexError, TypeError):
    sys.exit(1)' "$BATS_TEST_TMPDIR/answer.json" "$2" && return 0
		sleep 0.1
	done
	head -c 2000 "$BATS_TEST_TMPDIR/answer.json"
	return 1
}

@test "the demo nets three venues, answers, and ends well on Ctrl-C" {
	start --seed 7
	ask /v1/exposure 'len({row["underlying"] for row in d["rows"]}) >= 3'
	ask /v1/feeds 'len(d["feeds"]) >= 3 and all(f["status"] == "live" for f in d["feeds"])'
	run "$PLIMSOLL" feeds --api "$api"
	[ "$status" -eq 0 ]
	[[ $output == *live* ]]
	run "$PLIMSOLL" limits --api "$api" --json
	[ "$status" -eq 0 ]
	curl -fs "http://$api/metrics" | grep -q '^plimsoll_'
	stop
	[ "$code" -eq 0 ]
	# Keys and book are gone; the journal stays, and leads to the same state.
	[ "$(ls "$BATS_TEST_TMPDIR"/plimsoll-demo-*)" = demo.journal ]
	hash=$(sed -n 's/^stopped at .* state hash //p' "$log")
	[ "$("$PLIMSOLL" replay "$BATS_TEST_TMPDIR"/plimsoll-demo-*/demo.journal --hash)" = "$hash" ]
	[ "$("$PLIMSOLL" replay "$BATS_TEST_TMPDIR"/plimsoll-demo-*/demo.journal --hash --kernel scalar)" = "$hash" ]
}

@test "the journal replays to the hash that the daemon had" {
	cp "$PLM_SOURCE_ROOT/examples/book.csv" "$BATS_TEST_TMPDIR/"
	{ cat "$PLM_SOURCE_ROOT/examples/file.yaml"; echo 'journal: {path: j}'; } \
		>"$BATS_TEST_TMPDIR/c.yaml"
	start --config "$BATS_TEST_TMPDIR/c.yaml"
	ask /v1/exposure 'any(row["underlying"] == "BTC" for row in d["rows"])'
	sed -i 's/^balance,,,,,,,,,ETH,-4,/balance,,,,,,,,,ETH,-3,/' "$BATS_TEST_TMPDIR/book.csv"
	ask /v1/exposure '[row["net_coins"] for row in d["rows"] if row["underlying"] == "ETH"] == [9.5]'
	stop
	[ "$code" -eq 0 ]
	hash=$(sed -n 's/^stopped at .* state hash //p' "$log")
	[ -n "$hash" ]
	run "$PLIMSOLL" replay "$BATS_TEST_TMPDIR/j" --hash
	[ "$status" -eq 0 ]
	[ "$output" = "$hash" ]
}

@test "a daemon that is not there is said, with its address" {
	run --separate-stderr "$PLIMSOLL" feeds --api 127.0.0.1:1
	[ "$status" -eq 69 ]
	[[ $stderr == *127.0.0.1:1* ]]
}

@test "a journal that is none is refused" {
	echo hello >"$BATS_TEST_TMPDIR/j"
	run "$PLIMSOLL" replay "$BATS_TEST_TMPDIR/j"
	[ "$status" -ne 0 ]
	run "$PLIMSOLL" replay "$BATS_TEST_TMPDIR/none"
	[ "$status" -eq 66 ]
}

# config NAME: the example's book with a journal of that name, as $BATS_TEST_TMPDIR/c.yaml.
config() {
	cp "$PLM_SOURCE_ROOT/examples/book.csv" "$BATS_TEST_TMPDIR/"
	{ cat "$PLM_SOURCE_ROOT/examples/file.yaml"; echo "journal: {path: $1}"; } \
		>"$BATS_TEST_TMPDIR/c.yaml"
}

@test "a second daemon leaves the journal of the first alone" {
	config j
	start --config "$BATS_TEST_TMPDIR/c.yaml"
	run --separate-stderr "$PLIMSOLL" run --port 0 --config "$BATS_TEST_TMPDIR/c.yaml"
	[ "$status" -eq 73 ]
	[[ $stderr == *"/j: another plimsoll writes this journal: stop it, or name another file"* ]]
	stop
	[ "$code" -eq 0 ]
	hash=$(sed -n 's/^stopped at .* state hash //p' "$log")
	[ "$("$PLIMSOLL" replay "$BATS_TEST_TMPDIR/j" --hash)" = "$hash" ]
	[ "$(ls "$BATS_TEST_TMPDIR"/j*)" = "$BATS_TEST_TMPDIR/j" ]
}

@test "what is no journal is never replaced by one" {
	config j
	echo 'of great worth' >"$BATS_TEST_TMPDIR/j"
	run --separate-stderr "$PLIMSOLL" run --port 0 --config "$BATS_TEST_TMPDIR/c.yaml"
	[ "$status" -eq 73 ]
	[[ $stderr == *"this file is no journal and is left as it is"* ]]
	[ "$(cat "$BATS_TEST_TMPDIR/j")" = 'of great worth' ]
	rm "$BATS_TEST_TMPDIR/j"
	mkdir "$BATS_TEST_TMPDIR/j"
	run --separate-stderr "$PLIMSOLL" run --port 0 --config "$BATS_TEST_TMPDIR/c.yaml"
	[ "$status" -eq 73 ]
	[[ $stderr == *"this is a folder: name a file for the journal"* ]]
	config none/j
	run --separate-stderr "$PLIMSOLL" run --port 0 --config "$BATS_TEST_TMPDIR/c.yaml"
	[ "$status" -eq 73 ]
	[[ $stderr == *"the journal cannot be created: its folder is not there"* ]]
}

@test "a journal of another version is kept aside, and not replayed" {
	config j
	printf 'PLMJRNL1\002%055d' 0 >"$BATS_TEST_TMPDIR/j"
	run --separate-stderr "$PLIMSOLL" replay "$BATS_TEST_TMPDIR/j"
	[ "$status" -eq 2 ]
	[[ $stderr == *"the journal was written by a build with other events"* ]]
	start --config "$BATS_TEST_TMPDIR/c.yaml"
	stop
	[ "$code" -eq 0 ]
	[ "$(head -c 8 "$BATS_TEST_TMPDIR"/j.*)" = PLMJRNL1 ]
}

# A daemon whose disk is full soon, and says so.
start_full() {
	config j
	start_small() {
		trap '' XFSZ
		ulimit -S -f 64 # KiB: where the disk is full
		exec "$PLIMSOLL" run --port 0 --config "$BATS_TEST_TMPDIR/c.yaml"
	}
	(start_small) >"$log" 2>&1 3>&- &
	daemon=$!
	for _ in $(seq 300); do
		api=$(sed -n 's,^page and API: http://\([0-9.:]*\)/.*,\1,p' "$log")
		[ -n "$api" ] && break
		sleep 0.1
	done
	for _ in $(seq 200); do
		curl -s "http://$api/healthz" >"$BATS_TEST_TMPDIR/health.json" || true
		grep -q 'journal cannot be written: the disk is full' "$BATS_TEST_TMPDIR/health.json" && break
		echo >>"$BATS_TEST_TMPDIR/book.csv" # each reading is journalled
		sleep 0.3
	done
	grep 'the disk is full' "$BATS_TEST_TMPDIR/health.json"
}

@test "a full disk is said in health and at the end, with exit 74" {
	start_full
	stop
	[ "$code" -eq 74 ]
	grep 'the journal could not be written to the end: the disk is full' "$log"
}

@test "a journal goes on when the disk has room again, and replays over the gap" {
	start_full
	prlimit --pid "$daemon" --fsize=unlimited:
	for _ in $(seq 100); do
		curl -fs "http://$api/healthz" >/dev/null && break
		sleep 0.1
	done
	curl -fs "http://$api/metrics" | grep -x 'plimsoll_journal_gaps_total 1'
	stop
	[ "$code" -eq 0 ]
	"$PLIMSOLL" replay "$BATS_TEST_TMPDIR/j" >"$BATS_TEST_TMPDIR/replay"
	grep -E '^1 gap: [0-9]+ events are not in it, the state behind them is$' "$BATS_TEST_TMPDIR/replay"
	[ "$(sed -n 's/.*state hash //p' "$log")" = "$(sed -n 's/^state hash //p' "$BATS_TEST_TMPDIR/replay")" ]
	"$PLIMSOLL" replay --json "$BATS_TEST_TMPDIR/j" | grep '"gaps":1,"events_missing":[0-9]*,'
}

@test "the simulator says where it is and holds a truth" {
	"$PLIMSOLL" sim --seed 3 --deribit-port 0 --binance-port 0 --json >"$log" 2>&1 3>&- &
	daemon=$!
	for _ in $(seq 100); do
		[ -s "$log" ] && break
		sleep 0.1
	done
	port=$(sed -n 's/.*"deribit_port":\([0-9]*\).*/\1/p' "$log")
	curl -fs "http://127.0.0.1:$port/sim/truth" | python3 -m json.tool >/dev/null
	stop
	[ "$code" -eq 0 ]
}
