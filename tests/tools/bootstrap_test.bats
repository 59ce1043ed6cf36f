# bootstrap_test.bats: the package list is read by group, and --check only reports.

setup() {
	root=$BATS_TEST_TMPDIR/tree
	mkdir -p "$root/tools" "$root/bin"
	cp "$PLM_SOURCE_ROOT/tools/bootstrap" "$root/tools/"
	printf '%s\n' '# group: build' 'bash' '# group: test' 'no-such-package-a' \
		'no-such-package-b # or: sh' >"$root/tools/packages"
}

@test "nothing missing says nothing" {
	run "$root/tools/bootstrap" --check build
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "a missing package is named and --check installs nothing" {
	command -v dpkg-query >/dev/null || skip "no Debian system"
	run "$root/tools/bootstrap" --check test
	[ "$status" -eq 1 ]
	[[ $output == *no-such-package-a* ]]
	[[ $output != *installing* ]]
}

@test "a package is not needed where its command is there" {
	run "$root/tools/bootstrap" --check test
	[[ $output != *no-such-package-b* ]]
}

@test "an unknown group is refused" {
	run "$root/tools/bootstrap" --check nonsense
	[ "$status" -eq 64 ]
	[[ $output == *nonsense* ]]
}

@test "the real list holds one plain name a line" {
	run grep -vnE '^(#.*|[a-z0-9][a-z0-9.+-]+( # or: [a-z0-9]+)?|)$' "$PLM_SOURCE_ROOT/tools/packages"
	[ "$status" -eq 1 ]
	[ -z "$output" ]
}
