# program_test.bats: the program from outside: exits, streams, the examples, the book of file.yaml.

bats_require_minimum_version 1.5.0

setup() {
	examples=$PLM_SOURCE_ROOT/examples
}

# The key files that they name hold nobody's key.
@test "every example is right" {
	cp "$examples"/*.yaml "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR"
	mkdir keys
	umask 077
	for file in $(sed -n 's/^ *key_file: *//p' *.yaml); do
		printf 'key: k\nsecret: s\n' >"$file"
	done
	for file in *.yaml; do
		run "$PLIMSOLL" config check "$file"
		echo "$output"
		[ "$status" -eq 0 ]
	done
}

@test "the manual is a right configuration, and shows as the defaults" {
	"$PLIMSOLL" config show --defaults >"$BATS_TEST_TMPDIR/manual.yaml"
	run "$PLIMSOLL" config check "$BATS_TEST_TMPDIR/manual.yaml"
	[ "$status" -eq 0 ]
	"$PLIMSOLL" config show --defaults --json >"$BATS_TEST_TMPDIR/a.json"
	"$PLIMSOLL" config show "$BATS_TEST_TMPDIR/manual.yaml" --json >"$BATS_TEST_TMPDIR/b.json"
	cmp "$BATS_TEST_TMPDIR/a.json" "$BATS_TEST_TMPDIR/b.json"
}

@test "a wrong configuration: exit 78, words on stderr, nothing on stdout" {
	printf 'listen: {address: 0.0.0.0}\n' >"$BATS_TEST_TMPDIR/c.yaml"
	run --separate-stderr "$PLIMSOLL" config check "$BATS_TEST_TMPDIR/c.yaml"
	[ "$status" -eq 78 ]
	[ -z "$output" ]
	[[ $stderr == *"c.yaml:1:19: error: address: expected a loopback address"* ]]
	run "$PLIMSOLL" run --config "$BATS_TEST_TMPDIR/c.yaml"
	[ "$status" -eq 78 ]
	run "$PLIMSOLL" config check "$BATS_TEST_TMPDIR/none.yaml"
	[ "$status" -eq 66 ]
	[ "$output" = "$BATS_TEST_TMPDIR/none.yaml: error: there is no such file" ]
}

@test "a check names key files as a report does: none, open to others, without a secret" {
	cd "$BATS_TEST_TMPDIR"
	printf 'accounts:\n  - {name: a, venue: deribit, key_file: one.key}\n' >c.yaml
	run --separate-stderr "$PLIMSOLL" config check c.yaml
	[ "$status" -eq 66 ]
	[ -z "$output" ]
	words="error: one.key: the key file cannot be read: there is none"
	[[ $stderr == "c.yaml:2: $words"*"c.yaml: 1 fault"* ]]
	run --separate-stderr "$PLIMSOLL" report --config c.yaml
	[ "$status" -eq 66 ]
	[[ $stderr == *"c.yaml: $words"* ]]
	printf 'key: k\nsecret: s\n' >one.key
	chmod 644 one.key
	run --separate-stderr "$PLIMSOLL" config check c.yaml
	[ "$status" -eq 77 ]
	words="error: one.key: the key file must belong to this user, be no link, and be closed to others: chmod 600 one.key"
	[[ $stderr == "c.yaml:2: $words"* ]]
	run --separate-stderr "$PLIMSOLL" report --config c.yaml
	[ "$status" -eq 77 ]
	[[ $stderr == *"c.yaml: $words"* ]]
	chmod 600 one.key
	run "$PLIMSOLL" config check c.yaml
	[ "$status" -eq 0 ]
	[[ $output == "c.yaml: right: 1 accounts"* ]]
	echo 'key: k' >one.key
	echo '  - {name: b, venue: deribit, key_file: two.key}' >>c.yaml
	run --separate-stderr "$PLIMSOLL" config check c.yaml
	[ "$status" -eq 77 ]
	[[ $stderr == "c.yaml:2: error: one.key: holds no line 'secret: ...'"*"c.yaml:3: "*"c.yaml: 2 faults"* ]]
}

@test "a check looks at no variables: they may be those of another process" {
	cd "$BATS_TEST_TMPDIR"
	printf 'accounts:\n  - {name: a, venue: deribit, key_env: NO_KEY, secret_env: NO_SECRET}\n' >c.yaml
	run "$PLIMSOLL" config check c.yaml
	[ "$status" -eq 0 ]
}

@test "output that cannot be written is said: exit 74" {
	[ -w /dev/full ] || skip "no /dev/full"
	run bash -c '"$PLIMSOLL" help >/dev/full'
	[ "$status" -eq 74 ]
	[[ $output == *"No space left"* ]]
}

@test "no colours in a pipe, and never with NO_COLOR" {
	run "$PLIMSOLL" help
	[[ $output != *$'\033'* ]]
	run env NO_COLOR=1 "$PLIMSOLL" inspect errors
	[[ $output != *$'\033'* ]]
}

@test "every table has JSON" {
	for topic in limits errors events exits; do
		"$PLIMSOLL" inspect "$topic" --json | python3 -m json.tool >/dev/null
	done
	"$PLIMSOLL" version --json | python3 -m json.tool >/dev/null
}

@test "the example book nets to what its rows add up to" {
	"$PLIMSOLL" report --config "$examples/file.yaml" --json 2>/dev/null >"$BATS_TEST_TMPDIR/r.json"
	python3 - "$examples/book.csv" "$BATS_TEST_TMPDIR/r.json" <<-'CHECK'
		import csv, json, sys
		from collections import defaultdict
		from decimal import Decimal

		with open(sys.argv[1]) as file:
		    rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
		net = defaultdict(Decimal)
		for row in rows:
		    number = lambda key: Decimal(row[key] or 0)
		    if row["type"] == "balance":
		        net[row["asset"]] += number("wallet")
		    elif row["type"] == "position":
		        base, settle = row["symbol"].split("/")[0], row["symbol"].split(":")[1].split("-")[0]
		        coins = number("quantity") * (Decimal(row["multiplier"] or 1))
		        if row["unit"] == "usd":
		            coins /= number("mark_price")
		        net[base] += coins * Decimal(row["delta"] or 1)
		        # The value of an option is no collateral: its delta says what it is worth.
		        if not row["symbol"].endswith(("-C", "-P")):
		            net[settle] += number("unrealised_pnl")
		with open(sys.argv[2]) as file:
		    report = json.load(file, parse_float=Decimal, parse_int=Decimal)
		said = {row["underlying"]: row["net_coins"] for row in report["rows"]}
		assert set(said) == set(net), (said, net)
		for asset in net:
		    assert abs(said[asset] - net[asset]) < Decimal("1e-17"), (asset, said[asset], net[asset])
		assert report["not_included"] == [], report["not_included"]
	CHECK
}

@test "the man page names every command, option and exit code" {
	page=$PLM_SOURCE_ROOT/packaging/plimsoll.1.scd
	names=$("$PLIMSOLL" help | awk '/^commands/ {on = 1; next} /^$/ {on = 0} on {print $1}')
	codes=$("$PLIMSOLL" inspect exits | awk '$2 ~ /^[0-9]+$/ {print $2}')
	[ -n "$names" ]
	[ -n "$codes" ]
	for name in $names; do
		"$PLIMSOLL" help "$name" | sed '/^$/q' >"$BATS_TEST_TMPDIR/help" # the synopsis
		entry=$(awk -v name="*$name*" 'index($0, name) == 1 {on = 1; print; next} /^[*#]/ {on = 0} on' "$page")
		[ -n "$entry" ] || { echo "packaging/plimsoll.1.scd does not name $name"; false; }
		for option in $(grep -oE -- '--[a-z-]+' "$BATS_TEST_TMPDIR/help" | sort -u); do
			[[ $entry == *$option* ]] || { echo "packaging/plimsoll.1.scd: $name lacks $option"; false; }
		done
	done
	for code in $codes; do
		grep -qE "(^\*| )$code(\*|[,. ]|\$)" "$page" || { echo "no exit code $code"; false; }
	done
}
