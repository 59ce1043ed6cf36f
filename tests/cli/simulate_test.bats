# simulate_test.bats: plimsoll simulate.

bats_require_minimum_version 1.5.0

@test "simulate: one line a seed, with what the run met" {
	run --separate-stderr "$PLIMSOLL" simulate --seed 2 --minutes 1 --faults none
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == "seed 2: 60 simulated s, "*" 0 faults, 1 starts; trace "* ]]
}

@test "simulate: the same seed has the same trace, another has another" {
	trace() { "$PLIMSOLL" simulate --seed "$1" --minutes 1 --faults all --json 2>/dev/null |
		python3 -c 'import json,sys; r = json.load(sys.stdin); assert r["lie"] is None; print(r["trace"])'; }
	[ "$(trace 7)" = "$(trace 7)" ]
	[ "$(trace 7)" != "$(trace 8)" ]
}

@test "simulate: several seeds, each with a line of JSON that names the commit" {
	run bash -c '"$PLIMSOLL" simulate --seed 3 --seeds 2 --minutes 1 --faults net-cut --json 2>/dev/null |
		python3 -c "import json,sys; print([(r[\"seed\"], r[\"faults_on\"], len(r[\"commit\"]) > 0)
			for r in map(json.loads, sys.stdin)])"'
	[ "$output" = "[(3, 'net-cut', True), (4, 'net-cut', True)]" ]
}

@test "simulate --world: other venues make another world, and its reports name it" {
	run --separate-stderr "$PLIMSOLL" simulate --seed 2 --minutes 1 --faults none --world okx
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == "seed 2, world deribit,binance,okx: 60 simulated s, "* ]]
	run bash -c '"$PLIMSOLL" simulate --seed 2 --minutes 1 --faults none --json 2>/dev/null |
		python3 -c "import json,sys; print(json.load(sys.stdin)[\"world\"])"'
	[ "$output" = "deribit,binance" ]
	run "$PLIMSOLL" simulate --world okx,mtgox
	[ "$status" -eq 64 ]
	[[ $output == *"a world has no venue called 'mtgox'"* ]]
	run "$PLIMSOLL" simulate --world okx --venues hyperliquid
	[ "$status" -eq 64 ]
	[[ $output == *"no venue or account is called 'hyperliquid'"* ]]
}

@test "simulate --jobs: seeds side by side are told as seeds in turn are, and the sum is told" {
	told() { "$PLIMSOLL" simulate --seed 5 --seeds 4 --jobs "$1" --minutes 1 2>"$BATS_TEST_TMPDIR/words" |
		sed 's/; [0-9]* simulated s a second.*//'; }
	[ "$(told 3)" = "$(told 1)" ]
	[[ "$(told 3 | wc -l)" == 4 ]]
	grep -q '^4 seeds, nothing found: 240 simulated s in ' "$BATS_TEST_TMPDIR/words"
}

@test "simulate --jobs ends at the first lie, with the seeds behind it killed" {
	printf '%s\n' 'seed 4' 'seconds 30' 'venues binance-main' 'at 10 net-cut binance' \
		'expect binance live within 0.01' >"$BATS_TEST_TMPDIR/bad.scene"
	run --separate-stderr "$PLIMSOLL" simulate --scene "$BATS_TEST_TMPDIR/bad.scene" --seeds 50 --jobs 3
	[ "$status" -eq 4 ]
	[ "$(grep -c '^MISSED' <<<"$output")" -eq 1 ]
	[[ $stderr != *"nothing found"* ]]
	run "$PLIMSOLL" simulate --jobs 0
	[ "$status" -eq 64 ]
	[[ $output == *"1 to 256 seeds at a time"* ]]
}

@test "simulate --notes says what happens when" {
	run --separate-stderr "$PLIMSOLL" simulate --seed 2 --minutes 1 --faults none --notes
	[[ ${lines[0]} == *"the program starts" ]]
	[[ $output == *"feed of deribit-main: live"* ]]
}

@test "simulate: what is wrong on the command line is said" {
	run "$PLIMSOLL" simulate --faults net-cut,storm
	[ "$status" -eq 64 ]
	[[ $output == *"no fault is called 'storm'"* ]]
	run "$PLIMSOLL" simulate --minutes many
	[ "$status" -eq 64 ]
	run "$PLIMSOLL" simulate --hours 9999999
	[ "$status" -eq 64 ]
	run "$PLIMSOLL" simulate file
	[ "$status" -eq 64 ]
}

@test "simulate --scene prints each expectation with its figure, and ends with 4 when one fails" {
	printf '%s\n' 'seed 4' 'seconds 30' 'venues binance-main' 'at 10 net-cut binance' \
		'expect binance not-live within 0.1' 'expect binance live within 5' \
		>"$BATS_TEST_TMPDIR/good.scene"
	run --separate-stderr "$PLIMSOLL" simulate --scene "$BATS_TEST_TMPDIR/good.scene"
	[ "$status" -eq 0 ]
	[[ ${lines[1]} == "holds   line 5: expect binance not-live within 0.1: 0."*" s" ]]
	sed 's/within 5/within 0.01/' "$BATS_TEST_TMPDIR/good.scene" >"$BATS_TEST_TMPDIR/bad.scene"
	run --separate-stderr "$PLIMSOLL" simulate --scene "$BATS_TEST_TMPDIR/bad.scene"
	[ "$status" -eq 4 ]
	[[ ${lines[2]} == "MISSED  line 6: expect binance live within 0.01: "*" s" ]]
	run bash -c '"$PLIMSOLL" simulate --scene "$1" --seeds 2 --json 2>/dev/null | python3 -c "
import json,sys; rows = [json.loads(line) for line in sys.stdin]
print([row.get(\"seed\", row.get(\"holds\")) for row in rows], rows[1][\"measured\"] < 0.1)"' - \
		"$BATS_TEST_TMPDIR/good.scene"
	[ "$output" = "[4, True, True, 5, True, True] True" ]
	run --separate-stderr "$PLIMSOLL" simulate --scene "$BATS_TEST_TMPDIR/good.scene" --minutes 2
	[[ ${lines[0]} == "seed 4: 120 simulated s"* ]]
	run "$PLIMSOLL" simulate --scene "$BATS_TEST_TMPDIR/good.scene" --seed 5
	[ "$status" -eq 64 ]
	[[ $output == *"a scene says seed, world, faults and venues itself"* ]]
}

@test "simulate --scene: what is wrong in a scene, or with it, is said" {
	printf 'seed 4\nat 10 storm\n' >"$BATS_TEST_TMPDIR/storm.scene"
	run "$PLIMSOLL" simulate --scene "$BATS_TEST_TMPDIR/storm.scene"
	[ "$status" -eq 2 ]
	[[ $output == *"storm.scene:2: error: no fault is called 'storm'"* ]]
	run "$PLIMSOLL" simulate --scene "$BATS_TEST_TMPDIR/none.scene"
	[ "$status" -eq 66 ]
}

@test "simulate --venues watches some accounts only; --trace prints their messages and events" {
	run --separate-stderr "$PLIMSOLL" simulate --seed 2 --minutes 1 --faults none \
		--venues deribit-vol --notes --trace 2..60
	[ "$status" -eq 0 ]
	[[ $output != *"binance"* ]]
	[[ $output == *"  deribit  <- {\"jsonrpc\":\"2.0\""* ]]
	[[ $output == *"  deribit  -> {\"jsonrpc\":\"2.0\""* ]]
	[[ $output == *"  core     {\"type\":\"feed_state\""* ]]
	run "$PLIMSOLL" simulate --venues kraken
	[ "$status" -eq 64 ]
	[[ $output == *"no venue or account is called 'kraken'"* ]]
	run "$PLIMSOLL" simulate --trace 5..1
	[ "$status" -eq 64 ]
}
