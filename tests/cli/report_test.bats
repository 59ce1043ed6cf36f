# report_test.bats: plimsoll report --surface, from captures of chains that are made here.

bats_require_minimum_version 1.5.0

# capture KIND: chain_capture.py's, as $c.
capture() {
	c=$BATS_TEST_TMPDIR/$1.jsonl
	python3 "$PLM_SOURCE_ROOT/tests/cli/chain_capture.py" "$1" >"$c"
}

# holds EXPRESSION: true of the document `d` of the surface of $c.
holds() {
	"$PLIMSOLL" report --capture "$c" --surface --json >"$BATS_TEST_TMPDIR/d.json"
	python3 -c "import json, sys; d = json.load(open('$BATS_TEST_TMPDIR/d.json')); sys.exit(not ($1))" ||
		{ cat "$BATS_TEST_TMPDIR/d.json"; return 1; }
}

# worst KIND: the largest fault of that kind in $c is the one that Python finds.
worst() {
	read -r strike size < <(python3 "$PLM_SOURCE_ROOT/tests/cli/chain_capture.py" "$1" --expect)
	holds "max((f['size'], -f['strike']) for r in d['rows'] for f in r['faults'] if f['kind'] == '$1')[1] == -$strike"
	holds "abs(max(f['size'] for r in d['rows'] for f in r['faults'] if f['kind'] == '$1') - $size) < 1e-9"
}

@test "surface: a clean chain has no arbitrage, and says what it is of" {
	capture clean
	run --separate-stderr "$PLIMSOLL" report --capture "$c" --surface
	[ "$status" -eq 0 ]
	[[ ${lines[1]} == UNDERLYING*"ATM %"*"OF IV"*BUTTERFLY*CALENDAR*AGE ]]
	[[ ${lines[2]} == BTC*deribit*2026-12-25*100000.00*option*50.00*9*9*0*ok*"?"* ]]
	[[ ${lines[3]} == BTC*deribit*2027-03-26*101000.00*option*50.01*9*9*0*ok*ok* ]]
	[[ $output == *"beyond the outermost strikes the vol of the last point holds"* ]]
	holds "[r['points_mark_iv'] for r in d['rows']] == [9, 9]"
	holds "all(r['butterflies'] == 0 and r['faults'] == [] for r in d['rows'])"
	holds "[r['calendars'] for r in d['rows']] == [None, 0]"
}

@test "surface: a butterfly is told with its strike and size" {
	capture butterfly
	holds "[r['butterflies'] for r in d['rows']] == [1, 0]"
	worst butterfly
	run "$PLIMSOLL" report --capture "$c" --surface
	[[ $output == *"1, at 100000"* ]]
}

@test "surface: a calendar is told of the later expiry" {
	capture calendar
	holds "[r['calendars'] for r in d['rows']] == [None, 18]"
	holds "all(r['butterflies'] == 0 for r in d['rows'])"
	worst calendar
}

@test "surface: prices stand for vols that are not told" {
	capture prices
	holds "[(r['points_mark_iv'], r['points_price']) for r in d['rows']] == [(0, 9), (0, 9)]"
	holds "abs(d['rows'][0]['vol_atm'] - 0.5) < 1e-7"
	holds "all(r['butterflies'] == 0 and not r['calendars'] for r in d['rows'])"
}

@test "surface: real mark prices stand for the vols that the venue told with them" {
	file=$PLM_SHARED_DIR/data/options_chain/deribit_btc_eth_20260822T153351Z.csv.gz
	if [ ! -f "$file" ]; then
		echo "# SKIP no real chain here" >&3
		return
	fi
	c=$BATS_TEST_TMPDIR/c.jsonl
	for prices in "" --prices; do
		python3 "$PLM_SOURCE_ROOT/tests/cli/chain_capture.py" "$file" $prices >"$c"
		"$PLIMSOLL" report --capture "$c" --surface --json >"$BATS_TEST_TMPDIR/d$prices.json"
	done
	python3 - "$BATS_TEST_TMPDIR/d.json" "$BATS_TEST_TMPDIR/d--prices.json" <<-'END'
		import json, sys
		told, priced = [json.load(open(path))["rows"] for path in sys.argv[1:]]
		assert len(told) == len(priced) == 24
		for a, b in zip(told, priced):
		    assert a["points_price"] == 0 and b["points_mark_iv"] == 0
		    assert a["strikes"] >= b["strikes"] >= 0.7 * a["strikes"], (a, b)
		    assert abs(a["vol_atm"] - b["vol_atm"]) < 1e-3, (a["vol_atm"], b["vol_atm"])
	END
}

@test "surface: by scope; what means nothing for it is refused in a sentence" {
	capture clean
	run "$PLIMSOLL" report --capture "$c" --surface --scope underlying:USD
	[ "$status" -eq 0 ]
	[[ $output == *"no option that has not expired is marked or held here"* ]]
	run "$PLIMSOLL" report --capture "$c" --surface --scope account:desk
	[ "$status" -eq 64 ]
	[[ $output == *"whoever holds them; expected venue:NAME, underlying:NAME or both"* ]]
	run "$PLIMSOLL" report --capture "$c" --surface --greeks
	[ "$status" -eq 64 ]
	[[ $output == *"--surface goes with --scope, --at and --json alone"* ]]
}

# okx_position ADL: a capture of one OKX position with that place in the queue, as $c.
okx_position() {
	c=$BATS_TEST_TMPDIR/okx.jsonl
	local contract='{"instType":"SWAP","instId":"BTC-USDT-SWAP","uly":"BTC-USDT","instFamily":"BTC-USDT","settleCcy":"USDT","ctVal":"0.01","ctMult":"1","ctValCcy":"BTC","ctType":"linear","expTime":"","state":"live"}'
	local position='{"instType":"SWAP","instId":"BTC-USDT-SWAP","posSide":"net","mgnMode":"cross","ccy":"USDT","pos":"3","avgPx":"60000","markPx":"60000","idxPx":"60000","upl":"0","adl":"'$1'","uTime":"1767225600000"}'
	printf '%s\n' \
		'{"time":"2026-01-01T00:00:00Z","venue":"okx","account":"a","payload":{"code":"0","msg":"","data":['"$contract"']}}' \
		'{"time":"2026-01-01T00:00:01Z","venue":"okx","account":"a","payload":{"code":"0","msg":"","data":['"$position"']}}' >"$c"
}

@test "report: a place in the queue of auto-deleveraging has a column, where one is told" {
	okx_position 4
	run --separate-stderr "$PLIMSOLL" report --capture "$c"
	[ "$status" -eq 0 ]
	[[ $output == *"AGE  ADL"* && $output == *"4/5"* ]]
	okx_position ""
	run --separate-stderr "$PLIMSOLL" report --capture "$c"
	[ "$status" -eq 0 ]
	[[ $output == *"AGE"* && $output != *"ADL"* ]]
}
