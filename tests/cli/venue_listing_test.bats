# venue_listing_test.bats: plimsoll venues.

@test "venues: a line for each, with what it can do" {
	run "$PLIMSOLL" venues
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == VENUE*CAN*STREAM*REST*WEIGHT/MIN*SILENCE*REQUESTS*CHECKED ]]
	[[ $output == *"deribit"*"inverse options"*"wss://www.deribit.com"*"2026-"* ]]
	[[ $output == *"binance"*"https://fapi.binance.com"*"2400"* ]]
}

@test "venues: a venue's facts, and all that may be sent there" {
	run "$PLIMSOLL" venues binance
	[ "$status" -eq 0 ]
	[[ $output == *"key rights by"*"GET /sapi/v1/account/apiRestrictions"* ]]
	[[ $output == *"may send"*"GET /fapi/v3/account"* ]]
	[ "$(grep -c 'may send' <<<"$output")" -ge 8 ]
	! grep -Eq 'may send +(DELETE|.*/order$)' <<<"$output"
}

@test "venues: what a file has none of is not a number" {
	run "$PLIMSOLL" venues file
	[ "$status" -eq 0 ]
	[[ $output == *"weight per minute"*-* ]]
	[[ $output != *"may send"* ]]
}

@test "venues --json: all facts, unstated bounds null" {
	"$PLIMSOLL" venues --json | python3 -c '
import json, sys
venues = {v["name"]: v for v in json.load(sys.stdin)["venues"]}
assert venues["binance"]["weight_per_minute_max"] == 2400, venues["binance"]
assert venues["binance"]["rights_request"] in venues["binance"]["requests"]
assert venues["deribit"]["rights_request"] in venues["deribit"]["requests"]
assert "options" in venues["deribit"]["capabilities"]
assert venues["file"]["weight_per_minute_max"] is None and venues["file"]["requests"] == []
assert all(v["checked"] for v in venues.values())'
	"$PLIMSOLL" venues deribit --json | python3 -c '
import json, sys
venues = json.load(sys.stdin)["venues"]
assert [v["name"] for v in venues] == ["deribit"], venues'
}

@test "venues: a name that is none is answered with one that is near" {
	run "$PLIMSOLL" venues derbit
	[ "$status" -eq 64 ]
	[[ $output == *"there is no venue derbit; did you mean deribit?"* ]]
	run "$PLIMSOLL" venues deribit binance
	[ "$status" -eq 64 ]
	[[ $output == *"takes at most one venue"* ]]
}
