# limits_test.bats: plimsoll limits.

load demo_daemon
setup_file() { demo_start; }
teardown_file() { demo_stop; }

@test "limits: values, bands, and a breach after a trade" {
	run "$PLIMSOLL" limits
	[ "$status" -eq 0 ]
	[[ ${lines[1]} == soft*"net of the book"*book*net_usd*"-500k .. 500k"*"-2.00m .. 2.00m"*no ]]
	[[ ${lines[2]} == inside*"BTC delta"* ]]
	[[ ${lines[3]} == inside*"gross leverage"*" .. 4.00x"* ]]
	demo_order "trade -2.5"
	run "$PLIMSOLL" limits
	[[ ${lines[2]} == hard*"BTC delta"*BTC*no ]]
}

@test "limits --json is the daemon's document" {
	run bash -c '"$PLIMSOLL" limits --json | python3 -c "import json,sys; print(len(json.load(sys.stdin)[\"limits\"]))"'
	[ "$output" = 3 ]
}
