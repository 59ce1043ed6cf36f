/* chains_test.c: what venues sent of real options, against our prices in their conventions. Prints
 * a table of the errors; skips where the captures are not. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "base/bytes.h"
#include "base/csv.h"
#include "base/json.h"
#include "plimsoll/conventions.h"
#include "plimsoll/time.h"
#include "venue/contract_name.h"

#define CHAINS PLM_SHARED_DIR "/data/options_chain/"

enum { ROWS_MAX = 4000, FIELDS_MAX = 40, CHECKS_MAX = 8, VALUES = 6 };
enum { PRICE, DELTA, GAMMA, VEGA, THETA, RHO };

/* A chain as a venue stated it, and as we do. said: NaN where it said nothing. */
typedef struct chain {
	size_t count;
	double forward[ROWS_MAX], strike[ROWS_MAX], years[ROWS_MAX], vol[ROWS_MAX], spot[ROWS_MAX];
	uint8_t put[ROWS_MAX];
	double said[VALUES][ROWS_MAX], ours[VALUES][ROWS_MAX];
} chain;

/* A column of a file and what it is in a chain. */
typedef struct chain_columns {
	const char *name, *forward, *time, *vol;
	double vol_scale; /* 0.01: per cent */
	const char *said[VALUES];
} chain_columns;

/* An error's bounds: of the median, of 99 of 100, of all; 0: not looked at. relative: to what was
 * said. */
typedef struct chain_check {
	int value;
	bool relative;
	double median, p99, most;
} chain_check;

static chain the_chain;

static bool
read_file(const char *name, pli_bytes *bytes)
{
	char part[1 << 14];
	gzFile file = gzopen(name, "rb");
	if (file == NULL)
		return false;
	for (int got; (got = gzread(file, part, sizeof part)) > 0;)
		assert_int_equal(pli_bytes_append(bytes, part, (size_t)got), PLM_OK);
	(void)gzclose(file);
	return true;
}

/* "…-13FEB21-37500-C", "…-231229-40000-P": expiries are at 08:00 UTC. */
static void
chain_name(chain *c, plm_slice name, plm_time_ns now_ns)
{
	plm_slice part, rest = name, parts[6];
	plm_time_ns day_ns = 0;
	size_t count = 0, at = c->count;
	while (count < 5 && pli_name_cut(rest, '-', &part, &rest))
		parts[count++] = part;
	assert_in_range(count, 3, 4);
	plm_slice date = parts[count - 2];
	if (!pli_name_date(date, &day_ns)) {
		char text[32];
		(void)snprintf(text, sizeof text, "20%.2s-%.2s-%.2sT00:00:00Z", date.bytes,
		    date.bytes + 2, date.bytes + 4);
		assert_int_equal(plm_time_parse(plm_slice_of(text), &day_ns), PLM_OK);
	}
	c->strike[at] = strtod(parts[count - 1].bytes, NULL);
	c->put[at] = plm_slice_is(rest, "P");
	c->years[at] = (double)(day_ns + 8 * 3600 * PLM_NS_PER_S - now_ns) / 1e9 / 86400 / 365;
}

static size_t
column_of(const plm_slice *names, size_t count, const char *name)
{
	for (size_t i = 0; name != NULL && i < count; i++)
		if (plm_slice_is(names[i], name))
			return i;
	assert_null(name);
	return count;
}

static size_t
fields_of(plm_slice line, plm_slice *fields)
{
	size_t count = 0;
	for (plm_slice rest = line; rest.bytes != NULL; count++) {
		assert_true(count < FIELDS_MAX);
		assert_true(pli_csv_field(&rest, &fields[count]));
	}
	return count;
}

static double
number_of(const plm_slice *fields, size_t column, size_t count)
{
	return column == count || fields[column].size == 0 ? NAN
							   : strtod(fields[column].bytes, NULL);
}

static void
chain_row(chain *c, const chain_columns *columns, const plm_slice *names, plm_slice line)
{
	plm_slice fields[FIELDS_MAX];
	size_t count = fields_of(line, fields), at = c->count;
	plm_time_ns now_ns;
	assert_true(at < ROWS_MAX);
	assert_int_equal(
	    plm_time_parse(fields[column_of(names, count, columns->time)], &now_ns), PLM_OK);
	chain_name(c, fields[column_of(names, count, columns->name)], now_ns);
	c->forward[at] = number_of(fields, column_of(names, count, columns->forward), count);
	c->vol[at] = number_of(fields, column_of(names, count, columns->vol), count) *
		     columns->vol_scale;
	for (int value = 0; value < VALUES; value++)
		c->said[value][at] = number_of(
		    fields, column_of(names, count, columns->said[value]), count);
	c->count += c->years[at] > 0 && c->vol[at] > 0;
}

static bool
chain_read(chain *c, const char *file, const chain_columns *columns)
{
	pli_bytes bytes = {.max = 1 << 26};
	plm_slice line, names[FIELDS_MAX];
	c->count = 0;
	if (!read_file(file, &bytes))
		return false;
	pli_csv csv = pli_csv_open(pli_bytes_slice(&bytes));
	assert_true(pli_csv_line(&csv, &line));
	(void)fields_of(line, names);
	while (pli_csv_line(&csv, &line))
		chain_row(c, columns, names, line);
	pli_bytes_release(&bytes);
	return true;
}

static void
chain_absent(void)
{
	printf("# SKIP no chains in " CHAINS "\n");
}

/* with_marks: by the prices that the venue told, not by ours. */
static void
chain_state(chain *c, plm_convention convention, const plm_convention_terms *terms, bool with_marks)
{
	plm_options options = {c->forward, c->strike, c->years, c->vol, c->put};
	plm_greeks greeks = {.price = c->ours[PRICE],
	    .delta = c->ours[DELTA],
	    .gamma = c->ours[GAMMA],
	    .vega = c->ours[VEGA],
	    .theta = c->ours[THETA],
	    .rho = c->ours[RHO]};
	plm_black76(&options, &greeks, c->count);
	for (size_t i = 0; with_marks && i < c->count; i++)
		c->ours[PRICE][i] = c->said[PRICE][i] * c->forward[i];
	plm_greeks_state(convention, &options, terms, &greeks, c->count);
}

static int
errors_order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void
chain_check_value(const chain *c, const char *what, const chain_check *check)
{
	static const char *const names[] = {"price", "delta", "gamma", "vega", "theta", "rho"};
	static double errors[ROWS_MAX];
	size_t count = 0;
	for (size_t i = 0; i < c->count; i++) {
		double said = c->said[check->value][i];
		double scale = check->relative ? fabs(said) : 1;
		if (said == said && scale > 0)
			errors[count++] = fabs(c->ours[check->value][i] - said) / scale;
	}
	assert_true(count > 0);
	qsort(errors, count, sizeof errors[0], errors_order);
	double median = errors[count / 2], p99 = errors[count * 99 / 100], most = errors[count - 1];
	print_message("# %-28s %-6s %5zu options: median %.1e  p99 %.1e  max %.1e%s\n", what,
	    names[check->value], count, median, p99, most, check->relative ? " relative" : "");
	assert_true(check->median == 0 || median <= check->median);
	assert_true(check->p99 == 0 || p99 <= check->p99);
	assert_true(check->most == 0 || most <= check->most);
}

static void
chain_check_all(const chain *c, const char *what, const chain_check *checks)
{
	for (int i = 0; i < CHECKS_MAX && (checks[i].median > 0 || checks[i].most > 0); i++)
		chain_check_value(c, what, &checks[i]);
}

/* Options of which Deribit told all at once: what is left is the rounding of the vol to 0.01 points
 * and of the greeks to 5 decimals. */
static void
test_chains__deribit_with_all_greeks(void **state)
{
	(void)state;
	static const chain_columns columns = {"instrument_name", "underlying_price", "timestamp",
	    "mark_iv", 0.01,
	    {"mark_price", "greeks.delta", "greeks.gamma", "greeks.vega", "greeks.theta",
		"greeks.rho"}};
	static const chain_check checks[CHECKS_MAX] = {{DELTA, false, 4e-6, 0, 1e-4},
	    {GAMMA, false, 0, 0, 5.1e-6}, {VEGA, false, 0, 0, 1.1e-2}, {RHO, false, 0, 0, 3.7e-3},
	    {PRICE, false, 0, 0, 5.9e-4}};
	/* What caps a theta is the mark. */
	static const chain_check theta[CHECKS_MAX] = {{THETA, false, 2e-3, 0, 0.15}};
	if (!chain_read(&the_chain, CHAINS "deribit_btc_2021-02-11_full_greeks.csv", &columns)) {
		chain_absent();
		return;
	}
	assert_int_equal(the_chain.count, 976);
	chain_state(&the_chain, PLM_CONVENTION_DERIBIT, &(plm_convention_terms){NULL, 1, 0}, false);
	chain_check_all(&the_chain, "deribit 2021-02-11", checks);
	chain_state(&the_chain, PLM_CONVENTION_DERIBIT, &(plm_convention_terms){NULL, 1, 0}, true);
	chain_check_all(&the_chain, "deribit 2021-02-11", theta);
}

/* Whole chains of BTC and ETH, of which price and greeks were read seconds apart. */
static void
test_chains__deribit_in_2026(void **state)
{
	(void)state;
	static const char *const days[] = {"20251230T173115Z", "20260115T212156Z",
	    "20260205T093647Z", "20260206T043012Z", "20260226T213229Z", "20260326T213149Z",
	    "20260415T215957Z", "20260515T220632Z", "20260715T164413Z", "20260822T153351Z"};
	static const chain_columns columns = {"instrument_name", "underlying", "timestamp",
	    "implied_volatility", 1, {"mark_price", "delta", NULL, "vega", NULL, NULL}};
	static const chain_check checks[CHECKS_MAX] = {
	    {PRICE, false, 5e-5, 4e-3, 0}, {DELTA, false, 2e-3, 5e-2, 0.1}};
	for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
		char file[512];
		(void)snprintf(file, sizeof file, CHAINS "deribit_btc_eth_%s.csv.gz", days[i]);
		if (!chain_read(&the_chain, file, &columns)) {
			chain_absent();
			return;
		}
		assert_true(the_chain.count > 1000);
		chain_state(
		    &the_chain, PLM_CONVENTION_DERIBIT, &(plm_convention_terms){NULL, 1, 0}, false);
		chain_check_all(&the_chain, days[i], checks);
	}
}

/* The file tells no spot: the forward of the option with the least to live stands for it. */
static void
okx_spot(chain *c)
{
	size_t least = 0;
	for (size_t i = 1; i < c->count; i++)
		if (c->years[i] < c->years[least])
			least = i;
	for (size_t i = 0; i < c->count; i++)
		c->spot[i] = c->forward[least];
}

static void
test_chains__okx_in_coins_and_usd(void **state)
{
	(void)state;
	static const chain_columns coins = {
	    "instId", "fwdPx", "ts", "markVol", 1, {NULL, "delta", "gamma", "vega", "theta", NULL}};
	static const chain_columns usd = {"instId", "fwdPx", "ts", "markVol", 1,
	    {NULL, "deltaBS", "gammaBS", "vegaBS", "thetaBS", NULL}};
	static const chain_check checks_coins[CHECKS_MAX] = {{DELTA, false, 2e-5, 0, 2.1e-4},
	    {GAMMA, true, 1e-4, 0, 4e-3}, {VEGA, true, 1e-4, 0, 5e-4},
	    {THETA, true, 1e-4, 0, 4e-3}};
	static const chain_check checks_usd[CHECKS_MAX] = {{DELTA, false, 2e-5, 0, 2e-4},
	    {GAMMA, true, 1e-4, 0, 3e-4}, {VEGA, true, 1e-4, 0, 4e-4},
	    {THETA, true, 2e-3, 0, 3e-2}};
	const char *file = CHAINS "okx_btc_opt_summary_2023-12-01.csv";
	if (!chain_read(&the_chain, file, &coins)) {
		chain_absent();
		return;
	}
	plm_convention_terms terms = {the_chain.spot, 1, 0};
	assert_int_equal(the_chain.count, 34);
	okx_spot(&the_chain);
	chain_state(&the_chain, PLM_CONVENTION_OKX, &terms, false);
	chain_check_all(&the_chain, "okx, coins", checks_coins);
	assert_true(chain_read(&the_chain, file, &usd));
	okx_spot(&the_chain);
	chain_state(&the_chain, PLM_CONVENTION_OKX_BS, &terms, false);
	chain_check_all(&the_chain, "okx, USD", checks_usd);
}

/* Members of a JSON row, in the order name, forward, vol, price, delta, gamma, vega, theta. */
static void
chain_json_row(
    chain *c, pli_json *json, uint32_t row, const char *const members[8], plm_time_ns now_ns)
{
	const pli_json_node *nodes = pli_json_nodes(json, NULL);
	double values[8];
	for (int i = 1; i < 8; i++) {
		uint32_t node = pli_json_find(json, row, members[i]);
		assert_int_not_equal(node, 0);
		values[i] = strtod(nodes[node].text.bytes, NULL);
	}
	chain_name(c, nodes[pli_json_find(json, row, members[0])].text, now_ns);
	c->forward[c->count] = values[1];
	c->vol[c->count] = values[2];
	for (int value = PRICE; value <= THETA; value++)
		c->said[value][c->count] = values[3 + value];
	c->said[RHO][c->count] = NAN;
	c->count++;
}

/* Each line that has a row with a vol and, unless it is NULL, the given name. */
static bool
chain_json_read(chain *c, const char *file, const char *data, const char *time,
    const char *const members[8], const char *only)
{
	pli_bytes bytes = {.max = 1 << 26};
	pli_json *json = pli_json_shared();
	plm_slice line;
	c->count = 0;
	if (!read_file(file, &bytes))
		return false;
	pli_csv csv = pli_csv_open(pli_bytes_slice(&bytes));
	while (pli_csv_line(&csv, &line)) {
		plm_time_ns now_ns;
		assert_int_equal(pli_json_parse(json, line, NULL), PLM_OK);
		uint32_t row = pli_json_at(json, 0, data);
		const pli_json_node *nodes = pli_json_nodes(json, NULL);
		row += row > 0 && nodes[row].type == PLI_JSON_ARRAY;
		uint32_t name = pli_json_find(json, row, members[0]);
		if (row == 0 || pli_json_find(json, row, members[2]) == 0 ||
		    (only != NULL && !plm_slice_is(nodes[name].text, only)))
			continue;
		uint32_t at = pli_json_find(json, row, time);
		at = at == 0 ? pli_json_find(json, 0, time) : at;
		assert_int_equal(plm_time_parse(nodes[at].text, &now_ns), PLM_OK);
		chain_json_row(c, json, row, members, now_ns);
	}
	pli_bytes_release(&bytes);
	return true;
}

/* Vols are told with 4 decimals. */
static void
test_chains__bybit(void **state)
{
	(void)state;
	static const char *const members[] = {"symbol", "underlyingPrice", "markPriceIv",
	    "markPrice", "delta", "gamma", "vega", "theta"};
	static const chain_check checks[CHECKS_MAX] = {{PRICE, true, 0, 0, 1e-3},
	    {DELTA, false, 0, 0, 3.4e-5}, {GAMMA, true, 0, 0, 4e-3}, {VEGA, true, 0, 0, 1e-3},
	    {THETA, true, 0, 0, 1e-3}};
	if (!chain_json_read(&the_chain, CHAINS "tardis_node_bybit-options_messages.jsonl", "data",
		"ts", members, NULL)) {
		chain_absent();
		return;
	}
	assert_int_equal(the_chain.count, 2);
	chain_state(&the_chain, PLM_CONVENTION_BYBIT, &(plm_convention_terms){NULL, 1, 0}, false);
	chain_check_all(&the_chain, "bybit", checks);
}

/* The one row that was not made by hand; a contract is 100 XRP. */
static void
test_chains__binance(void **state)
{
	(void)state;
	static const char *const members[] = {"s", "i", "vo", "mp", "d", "g", "v", "t"};
	static const chain_check checks[CHECKS_MAX] = {{PRICE, false, 0, 0, 5.1e-5},
	    {DELTA, false, 0, 0, 5.1e-9}, {GAMMA, false, 0, 0, 5.1e-9}, {VEGA, false, 0, 0, 5.1e-9},
	    {THETA, false, 0, 0, 5.1e-9}};
	if (!chain_json_read(&the_chain,
		CHAINS "tardis_node_binance-european-options_messages.jsonl", "data", "E", members,
		"XRP-251219-2.05-P")) {
		chain_absent();
		return;
	}
	assert_int_equal(the_chain.count, 1);
	chain_state(
	    &the_chain, PLM_CONVENTION_BINANCE, &(plm_convention_terms){NULL, 100, 0}, false);
	chain_check_all(&the_chain, "binance", checks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_chains__deribit_with_all_greeks),
	    cmocka_unit_test(test_chains__deribit_in_2026),
	    cmocka_unit_test(test_chains__okx_in_coins_and_usd),
	    cmocka_unit_test(test_chains__bybit),
	    cmocka_unit_test(test_chains__binance),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
