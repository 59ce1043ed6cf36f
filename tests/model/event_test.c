/* event_test.c: a new event says "unknown" wherever nothing was said. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plimsoll/event.h"

static void
test_model_event__starts_unknown(void **state)
{
	(void)state;
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POSITION);
	assert_int_equal(event.type, PLM_EVENT_POSITION);
	assert_false(plm_decimal_is_known(event.u.position.quantity));
	assert_false(plm_decimal_is_known(event.u.position.isolated_margin));
	assert_true(isnan(event.u.position.delta_coins));
	plm_event_init(&event, PLM_EVENT_MARK);
	assert_false(plm_decimal_is_known(event.u.mark.mark_price));
	assert_true(isnan(event.u.mark.delta) && isnan(event.u.mark.funding_rate));
	plm_event_init(&event, PLM_EVENT_BALANCE);
	assert_false(plm_decimal_is_known(event.u.balance.collateral));
	plm_event_init(&event, PLM_EVENT_LIMIT_CHANGE);
	assert_true(isnan(event.u.limit.hard_upper));
}

static void
test_model_event__texts_follow_the_table(void **state)
{
	(void)state;
	assert_string_equal(plm_event_text(PLM_EVENT_POSITION), "position");
	assert_string_equal(plm_event_text(PLM_EVENT_BATCH_END), "batch_end");
	assert_string_equal(plm_event_text((plm_event_type)9999), "none");
	for (int type = 0; type < PLM_EVENT_COUNT_; type++)
		assert_non_null(plm_event_text((plm_event_type)type));
	assert_string_equal(plm_kind_text(PLM_KIND_OPTION), "option");
	assert_string_equal(plm_unit_text(PLM_UNIT_USD), "usd");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_model_event__starts_unknown),
	    cmocka_unit_test(test_model_event__texts_follow_the_table),
	};
	return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
