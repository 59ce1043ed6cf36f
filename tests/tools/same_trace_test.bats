#!/usr/bin/env bats
# same_trace_test.bats: equal runs pass, one event more or less does not.

setup() {
	tool="$BATS_TEST_DIRNAME/../../tools/same_trace"
	for name in one two; do
		printf '#!/bin/sh\necho "{\\"seed\\":$5,\\"steps\\":5,\\"events\\":%s,\\"alerts\\":0,\\"trace\\":\\"00ff\\"}"\n' 7 \
			>"$BATS_TEST_TMPDIR/$name"
		chmod +x "$BATS_TEST_TMPDIR/$name"
	done
}

@test "the same run in two builds" {
	run env SEEDS="1 2" "$tool" "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/two"
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "seed 1, world deribit,binance: 5 steps, 7 events, trace 00ff" ]
	[ "${lines[3]}" = "seed 2, world all: 5 steps, 7 events, trace 00ff" ]
	[ "${lines[4]}" = "the same in 2 builds" ]
}

@test "another run is named, with both" {
	sed -i 's/"events\\":7/"events\\":8/' "$BATS_TEST_TMPDIR/two"
	run env SEEDS="1" "$tool" "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/two"
	[ "$status" -eq 1 ]
	[[ "$output" == *"two: another run than "*"one:"* ]]
	[[ "$output" == *"< 1 5 7 00ff all"* ]]
	[[ "$output" == *"> 1 5 8 00ff all"* ]]
}

@test "how it reads JSON makes no difference either" {
	sed -i '2i [ "$SIMDJSON_FORCE_IMPLEMENTATION" = fallback ] \&\& exec echo "{\\"seed\\":1,\\"steps\\":5,\\"events\\":9,\\"trace\\":\\"00ff\\"}"' \
		"$BATS_TEST_TMPDIR/one"
	run env SEEDS="1" "$tool" "$BATS_TEST_TMPDIR/one"
	[ "$status" -eq 1 ]
	[[ "$output" == *"JSON by fallback: another run"* ]]
}

@test "no program is wrong usage" {
	run "$tool"
	[ "$status" -eq 64 ]
	[[ "$output" == *"usage: tools/same_trace"* ]]
}
