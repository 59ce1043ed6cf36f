/* limit_state.h: the inside of the limits, for the files of this room. */
#ifndef PLI_LIMIT_LIMIT_STATE_H
#define PLI_LIMIT_LIMIT_STATE_H

#include "limit/limit.h"

/* Movers are looked for among the largest legs of a scope. */
enum { LIMIT_LEGS_KEPT = 48, LIMIT_LEGS_LOOKED_AT = 4096, LIMIT_MOVERS_MAX = 5 };

/* What a leg added to the value when the state last changed. */
typedef struct limit_leg {
	uint32_t account, instrument, asset, side;
	double value;
} limit_leg;

/* Values of one scope now. Each is NaN when unknown. upper and lower: with pending orders filled
 * on that side; without them equal to value. */
typedef struct limit_value {
	double value, upper, lower;
	double net_usd; /* of the scope: what a reducing trade is measured by */
	bool whole;     /* no leg without a price */
	bool empty;     /* no legs at all */
} limit_value;

typedef struct limit_state {
	uint32_t limit; /* index */
	uint32_t scope; /* id of the account, venue, underlying; 0 book; number of a portfolio */
	char scope_name[40];
	double value, band, net_usd;
	int8_t side; /* 1 above, -1 below, 0 inside */
	uint8_t level;
	uint8_t acknowledged;
	bool evaluated; /* has had a known value */
	bool excused;
	bool reducing; /* the last batch held a trade that reduced |net| */
	double excused_net_usd;
	uint32_t transition;
	plm_time_ns since_ns;
	double value_told; /* when the state last changed */
	uint32_t legs_count;
	bool legs_whole; /* every leg of the scope is kept */
	limit_leg legs[LIMIT_LEGS_KEPT];
} limit_state;

struct pli_limits {
	pli_exposure *exposure;
	const pli_margin *margin; /* NULL: measures of margin are not known */
	uint64_t margin_seen;     /* rows made or gone when they were last looked at */
	plm_limit_fact *facts;    /* by id - 1 */
	uint32_t limits_max;
	limit_state *states;
	uint32_t states_count, states_max;
	pli_row_index state_index; /* (limit, scope, 0) */
	plm_event alerts[PLI_ALERTS_KEPT];
	uint64_t alerts_seen;
	uint64_t dropped;
	uint32_t *indexes; /* of legs, for movers */
	uint32_t legs_max;
	uint32_t accounts_seen, assets_seen; /* when scopes were last looked up */
	uint64_t underlyings_seen;
	bool scopes_dirty;
};

/* limit_value.c: the query of a scope, and its value by the limit's measure. */
plm_exposure_query pli_limit_query(const pli_limits *limits, const limit_state *state);
limit_value pli_limit_value(const pli_limits *limits, const limit_state *state);

/* limit_value.c: is the account in the query's scope, but for the underlying? */
bool pli_limit_holds_account(
    const pli_limits *limits, const plm_exposure_query *query, plm_account_id account);

/* limit_margin.c: is the measure one of margin pools? Then these two are its value, and the one leg
 * of an alert: the worst pool's dominant contract, and the price at which the pool is called. */
bool pli_limit_is_margin(const plm_limit_fact *fact);
limit_value pli_limit_margin_value(const pli_limits *limits, const limit_state *state);
void pli_limit_margin_mover(const pli_limits *limits, const limit_state *state, plm_alert *alert);

/* limit_movers.c: the legs that moved the value since the state last changed, into the alert; and
 * keeps what the legs add now. */
void pli_limit_movers(const pli_limits *limits, const limit_state *state, plm_alert *alert);
void pli_limit_keep_legs(const pli_limits *limits, limit_state *state);

/* limit.c: remembers an alert for the surfaces. */
void pli_limit_remember(pli_limits *limits, const plm_event *alert);

/* State of a pair, made when it is new; NULL (counted) when states are full. */
limit_state *pli_limit_state_of(
    pli_limits *limits, uint32_t limit, uint32_t scope, const char *scope_name);

#endif
