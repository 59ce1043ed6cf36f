# feeds_test.bats: plimsoll feeds.

load demo_daemon
setup_file() { demo_start; }
teardown_file() { demo_stop; }

@test "feeds: one row each, and why one is not live" {
	demo_order stale
	run "$PLIMSOLL" feeds
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 4 ]
	[[ ${lines[0]} == *CLOCK* ]]
	[[ ${lines[1]} == *" - "* || ${lines[1]} == *" -" ]]
	[[ ${lines[2]} == stale*deribit*options-1*"-1.250 s"*"nothing heard for 12 s; reconnecting" ]]
}

@test "feeds --json is the daemon's document" {
	run bash -c '"$PLIMSOLL" feeds --json | python3 -c "import json,sys; print(len(json.load(sys.stdin)[\"feeds\"]))"'
	[ "$output" = 3 ]
}
