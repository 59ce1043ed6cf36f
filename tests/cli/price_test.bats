#!/usr/bin/env bats
# price_test.bats: `plimsoll price`: CSV to CSV, every kernel the same, errors with their place.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR"
	printf 'forward,strike,years,vol,type\n100,100,1,0.2,C\n100,100,1,0.2,P\n104,85,4.5,0.1,C\n100,90,0,0.5,C\n' >options.csv
}

@test "a header, then each row with what was computed" {
	run "$PLIMSOLL" price options.csv
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "forward,strike,years,vol,type,price,delta,gamma,vega,theta,rho" ]
	[[ "${lines[1]}" == "100,100,1,0.2,C,7.96556745540579"* ]]
	[[ "${lines[2]}" == "100,100,1,0.2,P,7.96556745540579"*",-0.46017216272297"* ]]
	[[ "${lines[3]}" == "104,85,4.5,0.1,C,20.81624135249367"* ]]
	[ "${lines[4]}" = "100,90,0,0.5,C,10,1,0,0,0,0" ]
	[ "${#lines[@]}" -eq 5 ]
}

@test "all greeks, from standard input, columns in any order" {
	printf 'type,vol,years,strike,forward\nP,0.2,1,100,100\n' >other.csv
	run "$PLIMSOLL" price --greeks all - <other.csv
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "type,vol,years,strike,forward,price,delta,gamma,vega,theta,rho,vanna,volga,charm" ]
	[ "$(awk -F, 'NR == 2 { print NF }' <<<"$output")" -eq 14 ]
}

@test "every kernel that runs here gives the same digits" {
	"$PLIMSOLL" price options.csv >usual
	for kernel in $("$PLIMSOLL" inspect kernels --json | grep -o '"name":"[a-z0-9]*"' | cut -d'"' -f4); do
		"$PLIMSOLL" price --kernel "$kernel" options.csv >forced || continue
		cmp usual forced
	done
	cmp usual <("$PLIMSOLL" price --kernel scalar options.csv)
}

@test "more rows than a block holds" {
	{ head -n 1 options.csv; for i in $(seq 3000); do echo "100,$((50 + i % 100)),0.5,0.6,C"; done; } >many.csv
	run "$PLIMSOLL" price many.csv
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 3001 ]
	[ "${lines[1]#*C,}" = "${lines[1001]#*C,}" ]
	[ "${lines[2001]#*C,}" = "${lines[1001]#*C,}" ]
}

@test "what is wrong is named with its place, rows before it are there" {
	printf '100,100,1,x,C\n' >>options.csv
	run --separate-stderr "$PLIMSOLL" price options.csv
	[ "$status" -eq 2 ]
	[ "${#lines[@]}" -eq 5 ]
	[ "$stderr" = 'options.csv:6:11: error: expected a number, got "x"' ]
	printf 'forward,strike,years,vol,type\n1,2,3\n' >short.csv
	run "$PLIMSOLL" price short.csv
	[ "$status" -eq 2 ]
	[[ "$output" == *'short.csv:2:1: error: expected five values, got "1,2,3"'* ]]
	printf 'forward,strike,years,vol\n' >header.csv
	run "$PLIMSOLL" price header.csv
	[ "$status" -eq 2 ]
	[[ "$output" == *"expected the header forward,strike,years,vol,type"* ]]
	run "$PLIMSOLL" price missing.csv
	[ "$status" -eq 66 ]
	run "$PLIMSOLL" price --kernel cray options.csv
	[ "$status" -eq 64 ]
	run "$PLIMSOLL" price --greeks some options.csv
	[ "$status" -eq 64 ]
}

@test "an option that cannot be priced is nan and touches no other" {
	printf 'forward,strike,years,vol,type\n-1,100,1,0.2,C\n100,100,1,0.2,C\n' >bad.csv
	run "$PLIMSOLL" price bad.csv
	[ "$status" -eq 0 ]
	[ "${lines[1]}" = "-1,100,1,0.2,C,nan,nan,nan,nan,nan,nan" ]
	[[ "${lines[2]}" == *",7.96556745540579"* ]]
}

@test "vols of prices come back, and no vol without its reason" {
	"$PLIMSOLL" price options.csv | awk -F, -v OFS=, 'NR == 1 { print $1, $2, $3, "price", $5 } NR > 1 { print $1, $2, $3, $6, $5 }' >prices.csv
	run "$PLIMSOLL" price --implied prices.csv
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "forward,strike,years,price,type,vol,status" ]
	awk -F, 'function off(a, b) { return a - b > 1e-12 || b - a > 1e-12 }
		NR == 2 || NR == 3 { if ($7 != "ok" || off($6, 0.2)) exit 1 }
		NR == 4 { if ($7 != "ok" || off($6, 0.1)) exit 1 }' <<<"$output"
	[[ "${lines[4]}" == "100,90,0,10,C,nan,bad_input" ]]
	printf 'forward,strike,years,price,type\n100,90,1,9,C\n100,90,1,100,C\n100,90,1,10,C\n' >none.csv
	run "$PLIMSOLL" price --implied none.csv
	[[ "${lines[1]}" == *",nan,below_intrinsic" ]]
	[[ "${lines[2]}" == *",nan,at_or_above_maximum" ]]
	[[ "${lines[3]}" == *",nan,no_information" ]]
}

@test "chains give what rows give, in the order of the rows" {
	{ head -n 1 options.csv; for i in $(seq 1500); do echo "$((100 + i % 3)),$((50 + i % 97)),0.$((i % 2 + 1)),0.$((i % 7 + 3)),$([ $((i % 5)) -lt 2 ] && echo P || echo C)"; done
		echo "-1,100,1,0.2,C"; echo "100,90,0,0.5,C"; } >many.csv
	"$PLIMSOLL" price --greeks all many.csv >rows
	"$PLIMSOLL" price --greeks all --stream-shape rows many.csv | cmp rows
	"$PLIMSOLL" price --greeks all --stream-shape chain many.csv >chains
	[ "$(wc -l <chains)" -eq 1503 ]
	cut -d, -f1-5 rows | cmp - <(cut -d, -f1-5 chains)
	paste -d, rows chains | awk -F, 'NR > 1 { for (i = 6; i <= 14; i++) { a = $i; b = $(i + 14)
		if (a == "nan" || b == "nan") { if (a != b) exit 1 } else { d = a - b; if (d < 0) d = -d
		s = a < 0 ? -a : a; if (d > 1e-12 * (s > 1e-3 ? s : 1e-3)) { print NR, i, a, b; exit 1 } } } }'
	tail -n 2 rows | cmp - <(tail -n 2 chains)
	run "$PLIMSOLL" price --stream-shape heap options.csv
	[ "$status" -eq 64 ]
}

@test "vols ask for prices, and for nothing else" {
	run "$PLIMSOLL" price --implied options.csv
	[ "$status" -eq 2 ]
	[[ "$output" == *"options.csv:1:22: error: expected the header forward,strike,years,price,type, got \"vol\""* ]]
	run "$PLIMSOLL" price --implied --greeks all options.csv
	[ "$status" -eq 64 ]
}

@test "--venue: the units and rules of a venue; a spot for those that state greeks on it" {
	printf 'forward,strike,years,vol,type,spot\n40000,42000,0.25,0.6,P,39500\n' >spot.csv
	sed 's/,spot$//; s/,39500$//' spot.csv >plain.csv
	row() { "$PLIMSOLL" price --venue "$1" "${2:-spot.csv}" | tail -n 1 | cut -d, -f"${3:-7-12}"; }
	raw=$("$PLIMSOLL" price plain.csv | tail -n 1 | cut -d, -f6)
	[ "$(row plimsoll)" = "$(row plimsoll plain.csv 6-11)" ]
	[ "$(row deribit | cut -d, -f1)" = "$(awk "BEGIN { printf \"%.17g\", $raw / 40000 }")" ]
	[ "$(row deribit-linear | cut -d, -f1)" = "$raw" ]
	[[ "$(row okx)" == *",nan" ]]
	[ "$(row okx-bs)" != "$(row okx-bs plain.csv 6-11)" ]
	[[ "$(row bybit | cut -d, -f2)" == -0.50504* ]]
	[ "$("$PLIMSOLL" price --venue binance --unit 100 plain.csv | tail -n 1 | cut -d, -f6)" = \
		"$(awk "BEGIN { printf \"%.17g\", $raw * 100 }")" ]
	run "$PLIMSOLL" price --venue okz plain.csv
	[ "$status" -eq 64 ]
	[[ "$output" == *"there is no convention okz; did you mean okx?"* ]]
	run "$PLIMSOLL" price --unit 0 plain.csv
	[ "$status" -eq 64 ]
	run "$PLIMSOLL" price --implied --venue okx plain.csv
	[ "$status" -eq 64 ]
}
