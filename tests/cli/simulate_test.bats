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
