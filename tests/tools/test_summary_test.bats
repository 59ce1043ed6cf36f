# test_summary_test.bats: sub-cases are counted, and nothing that went wrong is lost.

log() { # log NAME RESULT STDOUT: adds one line to the test log
	python3 -c 'import json,sys
print(json.dumps({"name": sys.argv[1], "result": sys.argv[2], "returncode": 1, "stdout": sys.argv[3]}))' \
		"$1" "$2" "$3" >>"$BATS_TEST_TMPDIR/log.json"
}

summary() { run "$PLM_SOURCE_ROOT/tools/test_summary" "$BATS_TEST_TMPDIR/log.json" "$@"; }

last() { [ "${lines[-1]}" = "$1" ] || { echo "got: $output"; false; }; }

@test "TAP cases count one each, another test counts one" {
	log a OK $'1..3\nok 1 - x\nok 2 - y\nok 3 # SKIP no disk'
	log b OK ''
	summary
	[ "$status" -eq 0 ]
	last "3 passed, 0 failed, 1 skipped"
}

@test "a failed case is named and the exit is not zero" {
	log a FAIL $'1..2\nok 1 - x\nnot ok 2 - breaks'
	summary
	[ "$status" -eq 1 ]
	[[ $output == *"FAILED a: breaks"* ]]
	last "1 passed, 1 failed, 0 skipped"
}

@test "a test that stops early fails although meson calls it skipped" {
	log a SKIP $'1..3\nok 1 - x'
	summary
	[ "$status" -eq 1 ]
	last "1 passed, 1 failed, 0 skipped"
}

@test "a sanitizer report after all cases passed is a failure" {
	log a FAIL $'1..1\nok 1 - x'
	summary
	[ "$status" -eq 1 ]
	last "1 passed, 1 failed, 0 skipped"
}

@test "a skip note moves one case to skipped" {
	log a OK $'1..2\n# SKIP no fixtures\nok 1 - x\nok 2 - y'
	summary
	last "1 passed, 0 failed, 1 skipped"
}

@test "fewer cases than the minimum is a failure" {
	log a OK $'1..1\nok 1 - x'
	echo 5 >"$BATS_TEST_TMPDIR/minimum"
	summary --minimum "$BATS_TEST_TMPDIR/minimum"
	[ "$status" -eq 1 ]
	last "1 passed, 1 failed, 0 skipped"
}

@test "no log at all is a failure" {
	run "$PLM_SOURCE_ROOT/tools/test_summary" "$BATS_TEST_TMPDIR/none.json"
	[ "$status" -eq 1 ]
	[[ ${lines[-1]} == "0 passed, 1 failed, 0 skipped" ]]
}
