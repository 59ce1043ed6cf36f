# transits_test.bats: plimsoll transits. Ids of the movements as in tests/api/script.h: accounts 1
# desk-a, 2 options-1, 3 cold vault; assets 3 USDT, 6 MYST.

load demo_daemon
setup_file() { demo_start; }
teardown_file() { demo_stop; }

@test "transits: none at first" {
	run "$PLIMSOLL" transits
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ ${lines[0]} == STATE*"IN DOUBT"*WHY ]]
}

@test "transits: what is under way and what nobody explains, with every digit; what is over, with --all" {
	demo_order "transit 86400"
	demo_order "transfer 1 3 6 -7.123456789012345678 - 0 600"
	demo_order "transfer 2 3 6 -40.5 0.5 1 30"
	demo_order "transfer 3 2 3 -50000 1 1 1800"
	demo_order "transfer 4 1 3 50000 - 0 60"
	demo_order "transfer 5 3 6 -99 - 0 86399"
	for _ in $(seq 50); do
		run "$PLIMSOLL" transits
		[[ $output == *unexplained* ]] && break
		sleep 0.2
	done
	echo "$output"
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 5 ]
	[[ ${lines[1]} == "in flight"*7.123456789012345678*MYST*" - "*"cold vault"*" ? "*"10 min"*7.123456789012345678*"no account of this book is known to get it" ]]
	[[ ${lines[2]} == "in flight"*40.5*MYST*0.5*"cold vault"*desk-a*s*" 0 "* ]]
	[[ ${lines[3]} == unexplained*99*MYST*"cold vault"*" ? "*"no account got it within transit_after" ]]
	[ "${lines[4]}" = "(1 over; --all shows them)" ]
	run "$PLIMSOLL" transits --all
	[ "${#lines[@]}" -eq 5 ]
	[[ $output == *arrived*50000*USDT*options-1*desk-a*account* ]]
	[[ $output != *over* ]]
}

@test "transits --json is the daemon's document, with those that are over" {
	run bash -c '"$PLIMSOLL" transits --json | python3 -c "import json,sys; print(len(json.load(sys.stdin)[\"transits\"]))"'
	[ "$output" = 4 ]
}

@test "--all is for lists that have history" {
	run "$PLIMSOLL" feeds --all
	[ "$status" -eq 64 ]
	run "$PLIMSOLL" transits surplus
	[ "$status" -eq 64 ]
}
