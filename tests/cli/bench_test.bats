#!/usr/bin/env bats
# bench_test.bats: `plimsoll bench pricing`: every row is there, exact, and says who its peer is.
# How fast it is, is measured by `make bench`; no time is asserted here.

bats_require_minimum_version 1.5.0

@test "a document with every kernel, its errors within their bounds" {
	run --separate-stderr "$PLIMSOLL" bench pricing --rounds 1 --no-peer --json
	[ "$status" -eq 0 ]
	node -e '
		const rows = JSON.parse(process.argv[1]).kernels;
		const names = ["general", "chain", "chain_sums", "implied", "grid", "grid_single"];
		if (JSON.stringify(rows.map((row) => row.kernel)) !== JSON.stringify(names)) throw names;
		for (const row of rows) {
			if (row.peer !== null || row.peer_reason !== "--no-peer" || row.ratio !== null) throw row;
			if (!(row.options_per_second > 0) || !(row.ns_per_option > 0)) throw row;
			const product = row.options_per_second * row.ns_per_option;
			if (Math.abs(product / 1e9 - 1) > 1e-9) throw row;
		}
		const within = (row, key, bound) => {
			if (!(row[key] > 0 && row[key] <= bound)) throw [row.kernel, key, row[key]];
		};
		within(rows[0], "price_error_max", 2e-15);
		within(rows[0], "delta_error_max", 1e-13);
		within(rows[1], "price_error_max", 2e-15);
		within(rows[1], "delta_error_max", 1e-13);
		within(rows[2], "sum_error_max", 1e-15);
		within(rows[3], "vol_error_max", 2e-12);
		within(rows[4], "sum_error_max", 1e-15);
		within(rows[5], "sum_error_max", 1e-8);
	' "$output"
}

@test "a table says why there is no peer" {
	run "$PLIMSOLL" bench pricing --rounds 1 --no-peer --kernel scalar
	[ "$status" -eq 0 ]
	[[ "$output" == *"grid_single"* ]]
	[[ "${lines[-1]}" == "no peer: --no-peer" ]]
}

@test "what it does not know is refused" {
	run "$PLIMSOLL" bench
	[ "$status" -eq 64 ]
	run "$PLIMSOLL" bench cooking
	[ "$status" -eq 64 ]
	run "$PLIMSOLL" bench pricing --rounds 0
	[ "$status" -eq 64 ]
	run "$PLIMSOLL" bench pricing --kernel cray
	[ "$status" -eq 64 ]
}
