/* alert_notes_test.c: a notice is one line that names the limit, how bad it was and how it stands.
 */
#include "cli/alert_notes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../margin/pool_book.h"

static pli_config *config;
static const pli_registry *names;

static plm_event
alert(uint32_t limit, const char *scope, plm_alert_kind kind, uint8_t level, double value)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ALERT);
	event.u.alert.limit.value = limit;
	event.u.alert.kind = (uint8_t)kind;
	event.u.alert.level = level;
	event.u.alert.measure = PLM_MEASURE_NET_USD;
	event.u.alert.value = value;
	event.u.alert.band = (value < 0 ? -1 : 1) * (level == 2 ? 1e6 : 250e3);
	(void)snprintf(event.u.alert.scope_name, sizeof event.u.alert.scope_name, "%s", scope);
	return event;
}

static void
assert_said(const pli_notice *notice, const char *wanted)
{
	char *text = NULL;
	size_t size = 0;
	pli_cli cli;
	FILE *err = open_memstream(&text, &size);
	assert_non_null(err);
	pli_cli_init(&cli, stdout, err);
	pli_alert_note(&cli, config, names, notice);
	assert_int_equal(fclose(err), 0);
	assert_string_equal(text, wanted);
	free(text);
}

static void
test_alert_notes__one_alert_is_said_as_it_is(void **state)
{
	(void)state;
	plm_event breach = alert(1, "", PLM_ALERT_BREACH, 2, -1.25e6);
	assert_said(&(pli_notice){1, breach, breach},
	    "plimsoll: limit net of the book: hard at -1.25m, band -1.00m\n");
	plm_event clear = alert(2, "BTC", PLM_ALERT_CLEAR, 0, 240e3);
	assert_said(&(pli_notice){1, clear, clear},
	    "plimsoll: limit net of a coin, BTC: inside again at 240k\n");
	clear = alert(9, "BTC", PLM_ALERT_CLEAR, 1, 900e3);
	assert_said(&(pli_notice){1, clear, clear}, "plimsoll: limit 9, BTC: soft again at 900k\n");
}

static void
test_alert_notes__many_are_said_by_the_worst_and_the_last(void **state)
{
	(void)state;
	plm_event worst = alert(2, "ETH", PLM_ALERT_WORSENING, 2, 1.5e6);
	plm_event last = alert(2, "ETH", PLM_ALERT_CLEAR, 0, 200e3);
	assert_said(&(pli_notice){6, last, worst},
	    "plimsoll: limit net of a coin, ETH: 6 changes, the worst hard at 1.50m, band "
	    "1.00m; now inside again at 200k\n");
}

/* What, where, at what price, how far, and which leg. */
static void
test_alert_notes__a_margin_call_says_its_price(void **state)
{
	(void)state;
	pool_book b;
	book_begin(&b);
	book_account(&b, 1, "binance");
	names = pli_book_registry(b.book);
	plm_event near = alert(9, "a1", PLM_ALERT_BREACH, 1, 7.9);
	near.u.alert.measure = PLM_MEASURE_CALL_PCT;
	near.u.alert.band = 10;
	near.u.alert.legs_count = 1;
	near.u.alert.legs[0].account = 1;
	near.u.alert.legs[0].instrument = BTCUSDT;
	near.u.alert.legs[0].asset = BTC;
	near.u.alert.legs[0].moved = 55250;
	assert_said(&(pli_notice){1, near, near},
	    "plimsoll: limit 9, a1: soft at 7.9%, band 10.0%; called at 55250 of BTC, most by "
	    "contract-1 of a1\n");
	near.u.alert.legs[0].moved = NAN; /* no one price: nothing is made up */
	assert_said(
	    &(pli_notice){1, near, near}, "plimsoll: limit 9, a1: soft at 7.9%, band 10.0%\n");
	near.u.alert.basis = PLM_ALERT_BASIS_VENUE;
	assert_said(&(pli_notice){1, near, near},
	    "plimsoll: limit 9, a1: soft at 7.9%, band 10.0%; by the sums of the venue itself, of "
	    "a1\n");
	near.u.alert.basis = PLM_ALERT_BASIS_IMPLIED;
	assert_said(&(pli_notice){1, near, near},
	    "plimsoll: limit 9, a1: soft at 7.9%, band 10.0%; its rates are implied by the "
	    "venue's sums\n");
	near.u.alert.basis = PLM_ALERT_BASIS_OURS;
	near.u.alert.measure = PLM_MEASURE_RESIDUAL_PCT;
	near.u.alert.legs[0].moved = 55250;
	near.u.alert.suspect = PLM_SUSPECT_TIER;
	assert_said(&(pli_notice){1, near, near},
	    "plimsoll: limit 9, a1: soft at 7.9%, band 10.0%; suspected: tier of contract-1 of "
	    "a1\n");
	near.u.alert.suspect = PLM_SUSPECT_POSITION; /* of none that we hold */
	assert_said(&(pli_notice){1, near, near},
	    "plimsoll: limit 9, a1: soft at 7.9%, band 10.0%; suspected: position of a1\n");
	near.u.alert.suspect = PLM_SUSPECT_NONE;
	assert_said(
	    &(pli_notice){1, near, near}, "plimsoll: limit 9, a1: soft at 7.9%, band 10.0%\n");
	names = NULL;
	book_end(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_alert_notes__one_alert_is_said_as_it_is),
	    cmocka_unit_test(test_alert_notes__many_are_said_by_the_worst_and_the_last),
	    cmocka_unit_test(test_alert_notes__a_margin_call_says_its_price),
	};
	config = pli_config_create();
	assert_non_null(config);
	config->limits_count = 2;
	(void)strcpy(config->limits[0].fact.name, "net of the book");
	(void)strcpy(config->limits[1].fact.name, "net of a coin");
	int failed = cmocka_run_group_tests_name("alert_notes", tests, NULL, NULL);
	pli_config_destroy(config);
	return failed;
}
