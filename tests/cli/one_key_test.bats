# one_key_test.bats: one key of the simulated Binance reads each market of its trader, and of no other.

bats_require_minimum_version 1.5.0
load wait

setup() {
	cd "$BATS_TEST_TMPDIR"
	export TMPDIR=$BATS_TEST_TMPDIR
	"$PLIMSOLL" sim --seed 3 --speed 20 --deribit-port 0 --binance-port 0 --binance-markets --json \
		>sim.json 2>sim.log 3>&- &
	sim=$!
	wait_for [ -s sim.json ]
	port=$(sed -n 's/.*"binance_port":\([0-9]*\).*/\1/p' sim.json)
	[ -n "$port" ]
}

teardown() {
	kill -KILL "$sim" ${daemon-} 2>/dev/null || true
}

one_key() {
	python3 "$PLM_SOURCE_ROOT/tests/cli/one_key.py" "$@"
}

# start: runs the daemon on c.yaml; sets $daemon and $api.
start() {
	"$PLIMSOLL" run --port 0 --config c.yaml >run.log 2>&1 3>&- &
	daemon=$!
	if ! wait_for grep -q '^page and API: ' run.log; then
		cat run.log
		return 1
	fi
	api=$(sed -n 's,^page and API: http://\([0-9.:]*\)/.*,\1,p' run.log)
}

# live COUNT: so many feeds are live, within a minute.
live() {
	for _ in $(seq 300); do
		[ "$(curl -fs "http://$api/v1/feeds" | grep -o '"status":"live"' | wc -l)" -eq "$1" ] && return 0
		sleep 0.2
	done
	curl -fs "http://$api/v1/feeds"
	return 1
}

# true_book: what is shown is what the simulator holds, within a minute.
true_book() {
	for _ in $(seq 300); do
		one_key differences "$api" >differences
		[ -s differences ] || return 0
		sleep 0.2
	done
	cat differences
	return 1
}

@test "five markets by one key file are live, and show what the simulator holds" {
	one_key configure binance-main-read localhost >c.yaml
	start
	live 5
	sleep 5
	curl -fs -X POST "http://127.0.0.1:$port/sim/pause" >pause
	true_book
	live 5
}

@test "at one address five markets spend one budget, of the least of their limits" {
	one_key configure binance-main-read 127.0.0.1 >c.yaml
	start
	# 90 % of 400 in any minute, which is less than they ask for at first.
	read -r most refused < <(one_key spend 75)
	echo "$most in a minute, $refused refused"
	[ "$most" -gt 240 ]
	[ "$most" -le 360 ]
	[ "$refused" -eq 0 ]
}

@test "a key does not open what another trader has, and the simulator says what it opens" {
	one_key configure binance-hedge-read localhost binance-spot binance-margin binance-options >c.yaml
	run --separate-stderr "$PLIMSOLL" report --config c.yaml
	[ "$status" -eq 69 ]
	for account in spot-main margin-main options-main; do
		[[ $stderr == *"account $account is down: the venue refuses the key (code -2015)"* ]]
	done
	# Its own accounts, under the names of the other's: none of those has its numbers.
	one_key configure binance-hedge-read localhost binance binance-coinm >c.yaml
	start
	live 2
	curl -fs -X POST "http://127.0.0.1:$port/sim/pause" >pause
	one_key differences "$api" >differences
	grep '^binance-main USDT: ' differences
	grep '^coinm-main BTC: ' differences
	grep -o '"key":"binance-hedge-read"[^}]*"opens":\["binance-hedge","coinm-hedge"\]' sim.json
}
