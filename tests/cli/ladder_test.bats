#!/usr/bin/env bats
# ladder_test.bats: `plimsoll ladder` of a small dYdX account: pools, legs, and a cascade.

setup() {
	capture="$BATS_TEST_TMPDIR/account.jsonl"
	market='{"ticker":"BTC-USD","status":"ACTIVE","oraclePrice":"60000","initialMarginFraction":"0.02","maintenanceMarginFraction":"0.012","stepSize":"0.0001","tickSize":"1","atomicResolution":-10,"marketType":"CROSS"}'
	position='{"market":"BTC-USD","status":"OPEN","side":"LONG","size":"1","entryPrice":"60000","unrealizedPnl":"0","subaccountNumber":0}'
	cash='{"size":"-50000","symbol":"USDC","side":"SHORT","assetId":"0","subaccountNumber":0}'
	subaccount='{"address":"dydx1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq","subaccountNumber":0,"equity":"10000","freeCollateral":"8800","openPerpetualPositions":{"BTC-USD":'$position'},"assetPositions":{"USDC":'$cash'},"marginEnabled":true}'
	printf '%s\n' \
		'{"time":"2026-01-01T00:00:00Z","venue":"dydx","account":"a","payload":{"markets":{"BTC-USD":'"$market"'}}}' \
		'{"time":"2026-01-01T00:00:01Z","venue":"dydx","account":"a","payload":{"subaccount":'"$subaccount"'}}' \
		>"$capture"
}

# 10,000 + p - 60,000 = 0.012 p
@test "a pool, and the price at which it is taken" {
	run "$PLIMSOLL" ladder --capture "$capture"
	[ "$status" -eq 0 ]
	[[ "$output" == *"50607.3 -15.7%"* ]]
	[[ "$output" == *"dydx.v4"* ]]
}

# The mark comes behind the reading of the account: equity goes with it, the price stays where it is.
@test "the price at which a pool is taken does not move with the mark" {
	printf '%s\n' '{"time":"2026-01-01T00:00:02Z","venue":"dydx","account":"a","payload":{"markets":{"BTC-USD":'"${market/60000/55000}"'}}}' \
		>>"$capture"
	run "$PLIMSOLL" ladder --capture "$capture"
	[ "$status" -eq 0 ]
	[[ "$output" == *"50607.3 -8.0%"* ]]
}

@test "--legs shows the position with its break-even" {
	run "$PLIMSOLL" ladder --capture "$capture" --legs
	[ "$status" -eq 0 ]
	[[ "$output" == *"BREAK-EVEN"* ]]
	[[ "$output" =~ BTC-USD\ +\+1\ .*60000\ +60000\ +60000\ +50607.3 ]]
	run "$PLIMSOLL" ladder --capture "$capture" --legs --json
	[[ "$output" == *'"break_even_price":60000'* ]]
}

@test "--cascade tells who dies on the way, and nobody before" {
	run "$PLIMSOLL" ladder --capture "$capture" --cascade "BTC=-20%"
	[ "$status" -eq 0 ]
	[[ "$output" == *"50607.3 -15.7%"*"whole"* ]]
	run "$PLIMSOLL" ladder --capture "$capture" --cascade "BTC=-10%"
	[ "$status" -eq 0 ]
	[ "$output" = "no pool is liquidated while BTC moves by -10%" ]
	run "$PLIMSOLL" ladder --capture "$capture" --cascade "BTC=-20%" --json
	[[ "$output" == *'"parts":5,"parts_left":0'* ]]
	[[ "$output" == *'"pools_unknown":0'* ]]
}

# No beta is configured: the pool may die unseen, and that is said.
@test "--cascade of all without betas says what it cannot see" {
	run "$PLIMSOLL" ladder --capture "$capture" --cascade "all=-50%"
	[ "$status" -eq 0 ]
	[[ "$output" == *"1 more pool has no ladder and may die on the way"* ]]
}

@test "--cascade refuses what is no way" {
	run "$PLIMSOLL" ladder --capture "$capture" --cascade "BTC"
	[ "$status" -eq 64 ]
	[[ "$output" == *'expected "ASSET=MOVE"'* ]]
	run "$PLIMSOLL" ladder --capture "$capture" --cascade "DOGE=-10%"
	[ "$status" -eq 64 ]
	[[ "$output" == *'no asset "DOGE"'* ]]
	run "$PLIMSOLL" ladder --capture "$capture" --cascade "BTC=-10%" --legs
	[ "$status" -eq 64 ]
	[[ "$output" == *"goes without"* ]]
}

@test "--vol-response is a number, and the answer says which" {
	run "$PLIMSOLL" ladder --capture "$capture" --vol-response 0.5 --json
	[ "$status" -eq 0 ]
	[[ "$output" == *'"vol_response":0.5'* ]]
	run "$PLIMSOLL" ladder --capture "$capture" --vol-response up
	[ "$status" -eq 64 ]
	[[ "$output" == *'takes a number from -10 to 10'* ]]
}

@test "--funding says that it is in, and goes without --legs" {
	run "$PLIMSOLL" ladder --capture "$capture" --funding --json
	[ "$status" -eq 0 ]
	[[ "$output" == *'"with_funding":true'*'"funding_due_usd":'* ]]
	run "$PLIMSOLL" ladder --capture "$capture" --funding --legs
	[ "$status" -eq 64 ]
}
