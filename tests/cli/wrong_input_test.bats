# wrong_input_test.bats: what a person gets wrong: one sentence, the documented exit code, no harm.

bats_require_minimum_version 1.5.0

setup() {
	export TMPDIR=$BATS_TEST_TMPDIR
	cd "$BATS_TEST_TMPDIR"
	cp "$PLM_SOURCE_ROOT/examples/book.csv" good.csv
	printf 'type,symbol,quantity,unit\nposition,BTC/USDT:USDT,1x,coins\n' >broken.csv
	printf '  - {name: %s, venue: file, path: %s}\n' good good.csv >good.row
	printf '  - {name: %s, venue: file, path: %s}\n' broken broken.csv >broken.row
	printf '  - {name: %s, venue: file, path: %s}\n' none none.csv >none.row
}

teardown() {
	for pid in ${pids-}; do kill -KILL "$pid" 2>/dev/null || true; done
}

# config NAME ...: writes c.yaml with the accounts NAME.
config() {
	{
		echo "accounts:"
		cat "${@/%/.row}"
	} >c.yaml
}

# occupy: listens on a free port of loopback; sets $port.
occupy() {
	python3 -c 'import socket, sys, time
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
time.sleep(300)' >port 3>&- &
	pids="${pids-} $!"
	for _ in $(seq 100); do
		[ -s port ] && break
		sleep 0.1
	done
	port=$(cat port)
}

@test "a folder where a file is expected: exit 66" {
	for command in "decode deribit" replay "report --capture"; do
		run --separate-stderr "$PLIMSOLL" $command /tmp
		[ "$status" -eq 66 ]
		[ -z "$output" ]
		[[ $stderr == *"/tmp: this is a folder; a"*"file is expected" ]]
	done
}

@test "a port in use: exit 71, what to do, and no journal is touched" {
	occupy
	config good
	echo 'journal: {path: j}' >>c.yaml
	run --separate-stderr "$PLIMSOLL" run --port "$port" --config c.yaml
	[ "$status" -eq 71 ]
	[[ $stderr == *"port $port of 127.0.0.1 is in use"*"choose another port by --port"* ]]
	[ ! -e j ]
	run --separate-stderr "$PLIMSOLL" run --port "$port"
	[ "$status" -eq 71 ]
	[ -z "$(ls -d plimsoll-demo-* 2>/dev/null)" ]
	run --separate-stderr "$PLIMSOLL" sim --deribit-port "$port" --binance-port 0
	[ "$status" -eq 71 ]
	[[ $stderr == *"port $port: another program is using it; another port"* ]]
}

@test "report: accounts without numbers are named, nothing of nothing is printed, exit 69" {
	config broken
	run --separate-stderr "$PLIMSOLL" report --config c.yaml
	[ "$status" -eq 69 ]
	[ -z "$output" ]
	[[ $stderr == *"account broken is down: broken.csv:2:24: quantity: expected a number"* ]]
	config good none
	run --separate-stderr "$PLIMSOLL" report --config c.yaml --json
	[ "$status" -eq 69 ]
	[[ $output == *'"underlying":"BTC"'* ]]
	[[ $stderr == *"none.csv: there is no such file"*"1 of 2 accounts gave no numbers"* ]]
}

@test "run: trouble with a file is said, and its end" {
	config broken none
	"$PLIMSOLL" run --port 0 --config c.yaml >log 2>&1 3>&- &
	pids=$!
	for _ in $(seq 300); do
		grep -q 'account broken is down: broken.csv:2:24: quantity' log && break
		sleep 0.1
	done
	grep -q 'account broken is down: broken.csv:2:24: quantity' log
	grep -q 'account none has no numbers: none.csv: there is no such file' log
	cp good.csv broken.csv
	for _ in $(seq 300); do
		grep -q 'account broken is live again' log && break
		sleep 0.1
	done
	grep -q 'account broken is live again' log
}

@test "sim whose addresses cannot be written ends: exit 74; a daemon goes on, and says so" {
	[ -w /dev/full ] || skip "no /dev/full"
	run bash -c '"$PLIMSOLL" sim --deribit-port 0 --binance-port 0 >/dev/full'
	[ "$status" -eq 74 ]
	[[ $output == *"No space left"* ]]
	config good
	"$PLIMSOLL" run --port 0 --config c.yaml >/dev/full 2>log 3>&- &
	pids=$!
	for _ in $(seq 300); do
		grep -q "No space left" log && break
		sleep 0.1
	done
	kill -INT "$pids"
	code=0
	wait "$pids" || code=$?
	[ "$code" -eq 74 ]
	[ "$(grep -c "No space left" log)" -eq 1 ]
}

@test "an address without a port, or with a wrong one, is a usage error" {
	for address in localhost host:99999 host:0 host:x :8470 ::1:8470; do
		run --separate-stderr "$PLIMSOLL" feeds --api "$address"
		[ "$status" -eq 64 ]
		[[ $stderr == *"expected HOST:PORT, such as 127.0.0.1:8470"* ]]
	done
	run "$PLIMSOLL" feeds --api "[::1]:1"
	[ "$status" -eq 69 ]
}

@test "a misspelt command is guessed by help too" {
	run "$PLIMSOLL" help rum
	[ "$status" -eq 64 ]
	[[ $output == *"did you mean 'run'?"* ]]
}
