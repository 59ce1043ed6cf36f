# minimise_test.bats: tools/minimise on a program that lies under known conditions.

bats_require_minimum_version 1.5.0

# A program that reads a scene and lies when net-cut and disk-full are both on, binance-main is
# watched and the run lasts 100 s; at 70 s another kind of lie, when disk-full is alone.
setup() {
	cat >"$BATS_TEST_TMPDIR/program" <<'PROGRAM'
#!/usr/bin/env python3
import json, sys
lines = [line.split(" ", 1) for line in open(sys.argv[3]).read().splitlines()]
scene = {words[0]: words[1] for words in lines if len(words) == 2}
seed, seconds = int(scene["seed"]), int(scene["seconds"])
everything = "net-cut,net-stall,disk-full,clock-jump,process-kill"
faults = everything if scene["faults"] == "seed" else scene["faults"]
venues = scene.get("venues", "deribit-main,binance-main,binance-hedge").split(",")
on = set(faults.split(","))
lie = None
if {"net-cut", "disk-full"} <= on and "binance-main" in venues and seconds >= 100 and seed == 7:
    lie = f"binance-main is live and shows {len(on)} of X-{len(venues)}"
elif "disk-full" in on and seed == 7:
    lie = "the journal is gone"
if "--notes" in sys.argv:
    for venue in venues:
        print(f"1 2026 feed of {venue}: live")
print(json.dumps({"seed": seed, "lie": lie, "faults_on": faults, "commit": "abc", "steps": 900,
                  "simulated_s": 69.5 if lie else seconds}))
print('{"line":5,"expectation":"no lie"}')
sys.exit(4 if lie else 0)
PROGRAM
	chmod +x "$BATS_TEST_TMPDIR/program"
}

minimise() {
	run --separate-stderr "$PLM_SOURCE_ROOT/tools/minimise" --program "$BATS_TEST_TMPDIR/program" \
		--folder "$BATS_TEST_TMPDIR" "$@"
}

@test "minimise: what the lie does not need is left out, and the rest is a scene" {
	minimise --seed 7
	echo "$output $stderr"
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == "seed 7 fails after 70 s, step 900: binance-main is live and shows 5 of X-3" ]]
	diff - "$BATS_TEST_TMPDIR/7-is-live-and-shows-of.scene" <<'SCENE'
was binance-main is live and shows 2 of X-1
# at commit abc
seed 7
seconds 102
faults net-cut,disk-full
venues binance-main
expect no lie
SCENE
}

@test "minimise: another kind of lie is not the same one" {
	minimise --seed 7 --name kept --faults net-stall,disk-full,clock-jump
	[ "$status" -eq 0 ]
	grep -qx "faults disk-full" "$BATS_TEST_TMPDIR/kept.scene"
	grep -qx "seconds 71" "$BATS_TEST_TMPDIR/kept.scene"
}

@test "minimise: a run that does not fail is said, and nothing is written" {
	minimise --seed 8
	[ "$status" -eq 1 ]
	[[ $stderr == "minimise: seed 8 does not fail in 5 minutes;"* ]]
	[ -z "$(ls "$BATS_TEST_TMPDIR" | grep scene)" ]
}

@test "minimise: usage, and a program that is not there" {
	minimise
	[ "$status" -eq 64 ]
	run --separate-stderr "$PLM_SOURCE_ROOT/tools/minimise" --seed 7 --program /nowhere/plimsoll
	[ "$status" -eq 2 ]
	[[ $stderr == *"there is no program /nowhere/plimsoll"* ]]
}

@test "minimise: the program itself reads the scenes that it is given" {
	run --separate-stderr "$PLM_SOURCE_ROOT/tools/minimise" --seed 3 --minutes 1 --program "$PLIMSOLL"
	[ "$status" -eq 1 ]
	[[ $stderr == *"seed 3 does not fail in 1 minutes"* ]]
}
