# replay_result_test.bats: plimsoll replay of a capture.

line='{"time":"2026-11-22T08:00:00Z","venue":"file","account":"desk","payload":{"balances":[{"asset":"BTC","wallet":"3"}]}}'

@test "replay: a capture is told from a journal by its first byte" {
	echo "$line" >"$BATS_TEST_TMPDIR/c"
	run "$PLIMSOLL" replay "$BATS_TEST_TMPDIR/c"
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == *" events, to sequence "*" at 2026-11-22T08:00:00Z" ]]
	[[ ${lines[1]} == "state hash "* ]]
	"$PLIMSOLL" replay "$BATS_TEST_TMPDIR/c" --json | python3 -c '
import json, sys
d = json.load(sys.stdin)
assert d["gaps"] == 0 and d["events"] == d["sequence"] > 0 and len(d["hash"]) == 16, d'
}

@test "replay: a capture that breaks names the line" {
	printf '%s\n{"time":\n' "$line" >"$BATS_TEST_TMPDIR/c"
	run "$PLIMSOLL" replay "$BATS_TEST_TMPDIR/c"
	[ "$status" -eq 2 ]
	[[ $output == *"/c:2:"* ]]
}
