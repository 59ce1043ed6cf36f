/* hyperliquid_script.h: a session that is live, for tests of what happens to it. */
#ifndef TESTS_VENUE_HYPERLIQUID_SCRIPT_H
#define TESTS_VENUE_HYPERLIQUID_SCRIPT_H

#include "hyperliquid_rig.h"

#define SCRIPT_BTC RIG_ROW("BTC", "0.5", "45000", "4")
#define SCRIPT_ETH RIG_ROW("ETH", "-3", "9000", "-1")

/* The venue's own dex holds these rows from now on; the builder's holds nothing. */
static inline void
script_hold(rig *r, const char *notional, const char *rows)
{
	char *text = rig_state(r->now_ns / PLM_NS_PER_MS, "150", notional, rows);
	assert_true(hl.owned_count < RIG_OWNED_MAX);
	hl.owned[hl.owned_count++] = text;
	rig_lay("clearinghouseState", 200, text);
}

/* A message that tells the same of both dexes. */
static inline plm_err
script_push(rig *r, const char *notional, const char *rows)
{
	char *own = rig_state(r->now_ns / PLM_NS_PER_MS, "150", notional, rows), *text = NULL;
	char *none = rig_state(r->now_ns / PLM_NS_PER_MS, "0", "0", "");
	assert_true(asprintf(&text,
			"{\"channel\":\"allDexsClearinghouseState\",\"data\":{\"user\":\"%s\","
			"\"clearinghouseStates\":[[\"\",%s],[\"xyz\",%s]]}}",
			RIG_ADDRESS, own, none) > 0);
	plm_err err = rig_say(r, 0, text);
	free(own);
	free(none);
	free(text);
	return err;
}

static inline rig *
script_create(void)
{
	rig *r = rig_create();
	rig_lay_all();
	script_hold(r, "0", "");
	return r;
}

/* Both dexes hold nothing but money. */
static inline rig *
script_live(void)
{
	rig *r = script_create();
	script_hold(r, "0", "");
	hl_start(r, RIG_ADDRESS);
	rig_pass(r, 3000);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	return r;
}

/* The position of a coin after the last complete snapshot or message; "" when none was told. */
static inline const char *
script_last(const rig *r, const char *coin)
{
	static char text[PLM_DECIMAL_TEXT_MAX];
	text[0] = '\0';
	for (uint32_t i = 0; i < r->events_count; i++) {
		const plm_position *p = &r->events[i].u.position;
		if (r->events[i].type == PLM_EVENT_POSITION &&
		    p->instrument.value == rig_spec(r, coin)->id.value)
			(void)plm_decimal_format(p->quantity, text);
	}
	return text;
}

#endif
