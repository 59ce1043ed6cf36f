# library_test.bats: what `make install` puts in place is a library that others can build against.

bats_require_minimum_version 1.5.0

setup() {
	build=$(dirname "$PLIMSOLL")
	meson install -C "$build" --no-rebuild --quiet --destdir "$BATS_TEST_TMPDIR/root" >/dev/null
	library=$(find "$BATS_TEST_TMPDIR/root" -name libplimsoll.a)
	headers=$(dirname "$(dirname "$(find "$BATS_TEST_TMPDIR/root" -name pricing.h)")")
	flags=(-std=c17 -Wall -Wextra -Werror -pedantic "-I$headers")
	nm "$library" 2>/dev/null | grep -q __asan_init && flags+=(-fsanitize=address,undefined)
	true
}

@test "the example is built against it and runs" {
	cc "${flags[@]}" "$PLM_SOURCE_ROOT/examples/price_chain.c" "$library" -lm -o "$BATS_TEST_TMPDIR/price_chain"
	run "$BATS_TEST_TMPDIR/price_chain"
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 9 ]
	[[ "${lines[2]}" == "65000 call: vol 50."* ]]
	[[ "${lines[5]}" == "book: worth "*" USD, delta "* ]]
	# What is held is short of options at the wings: a fall costs.
	worth=($(printf '%s\n' "${lines[@]:6}" | sed 's/.*: \(-\?[0-9]*\) USD/\1/'))
	[ "${worth[2]}" -lt "${worth[1]}" ] && [ "${worth[1]}" -lt "${worth[0]}" ]
}

@test "its headers are C++ too" {
	for header in pricing conventions; do
		echo "#include <plimsoll/$header.h>" | c++ -x c++ -fsyntax-only -Wall -Wextra -Werror "-I$headers" -
	done
}
