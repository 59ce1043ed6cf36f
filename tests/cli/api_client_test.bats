# api_client_test.bats: asking a daemon, its stream in `plimsoll top --once`, and when nobody answers.

bats_require_minimum_version 1.5.0
load demo_daemon
setup_file() { demo_start; }
teardown_file() { demo_stop; }

@test "top --once prints a frame of the size asked for, down to the legs" {
	run "$PLIMSOLL" top --once --open all --size 100x40
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == Plimsoll*live*feeds\ 3/3*"by underlying,venue,account" ]]
	[[ $output == *BTC-26MAR27-100000-C* ]]
	[[ $output == *"MYST"*"?"* ]]
	for line in "${lines[@]}"; do
		[ "$(printf %s "$line" | LC_ALL=C.UTF-8 wc -m)" -le 100 ]
	done
}

@test "top groups as asked, and says when it cannot" {
	run "$PLIMSOLL" top --once --by venue,underlying
	[[ $output == *"binance"* ]]
	run --separate-stderr "$PLIMSOLL" top --once --by colour
	[ "$status" -eq 69 ]
	[[ $stderr == *"is the grouping 'colour' right?"* ]]
	run "$PLIMSOLL" top --once --size 9x9
	[ "$status" -eq 64 ]
	run "$PLIMSOLL" top
	[ "$status" -eq 64 ]
}

@test "nobody answers: exit 69, one sentence, nothing on stdout" {
	for command in feeds limits transits "top --once"; do
		run --separate-stderr "$PLIMSOLL" $command --api 127.0.0.1:1
		[ "$status" -eq 69 ]
		[ -z "$output" ]
		[[ $stderr == *"no daemon answers at http://127.0.0.1:1"*"plimsoll run"* ]]
	done
}

@test "an address of another form is a usage error" {
	run "$PLIMSOLL" feeds --api https://example.com
	[ "$status" -eq 64 ]
	run "$PLIMSOLL" feeds --api ""
	[ "$status" -eq 0 ]
	run "$PLIMSOLL" limits surplus
	[ "$status" -eq 64 ]
}
