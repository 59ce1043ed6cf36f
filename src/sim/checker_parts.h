/* checker_parts.h: the inside of the checker, for its own files. */
#ifndef PLI_SIM_CHECKER_PARTS_H
#define PLI_SIM_CHECKER_PARTS_H

#include "sim/checker.h"

enum {
	CHECK_PAST_MAX = 128,
	CHECK_STATES_MAX = 64,
	CHECK_EXPECTED_MAX = 64,
	CHECK_IDS_MAX = 64, /* accounts and assets of one run */
	CHECK_NAME_MAX = 36,
	CHECK_TICKS_MAX = 1024,
	CHECK_TICK_LEGS_MAX = 24, /* more than accounts hold whose equity is added up here */
	CHECK_TICK_MARKS_MAX = CHECK_TICK_LEGS_MAX + 8,
	CHECK_LEGS_MAX = 2048,
};

/* What a size or a wallet was, until then (steady time). */
typedef struct check_past {
	plm_decimal value;
	plm_time_ns until_ns;
} check_past;

/* One position's size or one wallet of the venue's, now and lately. */
typedef struct check_fact {
	plm_decimal value;
	uint32_t seen_count; /* of the wallet's changes */
	uint32_t past_count; /* ever */
	uint32_t shown;      /* while live: no older one than this may be shown */
	plm_decimal funding,
	    funded;            /* of a position: in all, and by the last that it was part of */
	plm_time_ns funded_ns; /* steady: when that was */
	plm_time_ns both_ns;   /* while live: under an old name and a new one since then; 0: not */
	check_past past[CHECK_PAST_MAX];
} check_fact;

/* What an account was worth from then on (steady): stated as its venue does, to the last digit;
 * dex_cash, dex_equity: what of it a builder's dex holds; legs: what its positions are, by number;
 * marks: of the first instruments, the futures, and behind them of dYdX's, which states no
 * collateral that moves. */
typedef struct check_tick_leg {
	double size, entry;
} check_tick_leg;

typedef struct check_tick {
	plm_time_ns from_ns;
	plm_decimal equity[PLI_SIM_ASSETS];
	plm_decimal collateral[PLI_SIM_ASSETS]; /* without the value of options */
	plm_decimal profit[PLI_SIM_ASSETS];     /* of open positions, inside both */
	plm_decimal dex_cash, dex_equity;
	check_tick_leg legs[CHECK_TICK_LEGS_MAX];
	double marks[CHECK_TICK_MARKS_MAX];
} check_tick;

/* One account: of the world (index), of the engine (id, 0 not there yet). */
typedef struct check_account {
	uint32_t index;
	plm_account_id id;
	uint64_t changes;
	uint32_t positions_count;
	bool dirty;
	plm_time_ns checked_ns;
	plm_time_ns closed_ns;     /* steady: the stream is closed since then; INT64_MAX: open */
	plm_time_ns expired_ns;    /* steady: the stream said that its key is over; 0: not */
	uint32_t epoch, epoch_min; /* last one that was live; of what the open stream says */
	plm_time_ns connects_ns[PLM_LINKS_MAX]; /* steady: connects are counted since then */
	uint32_t connects[PLM_LINKS_MAX];
	uint32_t accruals;
	plm_time_ns accrued_ns; /* steady: interest was last charged; 0: never */
	check_fact positions[PLI_SIM_POSITIONS_MAX];
	check_fact wallets[PLI_SIM_ASSETS];
	check_fact nets[PLI_SIM_ASSETS]; /* the same without what came and left */
	plm_time_ns uneasy_ns;           /* steady: last not live, or its way was disturbed */
	uint64_t ticks_count;            /* ever */
	check_tick ticks[CHECK_TICKS_MAX];
} check_account;

/* Model of one (limit, scope). */
typedef struct check_state {
	uint32_t limit, scope;
	uint8_t level;
	int8_t side;
	bool evaluated, excused;
	double net_usd, excused_net_usd;
	uint32_t transition;
} check_state;

/* An alert that must come. */
typedef struct check_expected {
	uint32_t limit, transition;
	uint8_t kind, level;
	char scope_name[CHECK_NAME_MAX];
} check_expected;

/* What the legs of one scope add up to. time_ns: of the oldest number; 0: none. */
typedef struct check_scope {
	plm_int128 net, gross, equity;
	uint32_t legs_count, legs_count_unpriced, collateral_count;
	bool equity_unknown;
	plm_time_ns time_ns;
} check_scope;

struct pli_checker {
	pli_checker_config config;
	pli_engine *engine; /* NULL: no process runs */
	pli_hub *hub;
	uint64_t sequence, batch_sequence, looked_sequence, alerts;
	uint64_t conflated; /* marks, seen as gaps */
	plm_time_ns disturbed_ns[PLI_CHECK_WAYS][PLI_GRACE_COUNT];
	plm_time_ns waits_ns[PLI_SIM_SERVERS]
			    [PLI_SEEDED_DOORS]; /* the venue said: no request before */
	uint64_t world_sequence;                /* of the last tick */
	int64_t wall_off_ns; /* of the program's clock, and when it last jumped */
	plm_time_ns jumped_ns;
	plm_time_ns memory_lost_ns; /* a process that begins before then need not know of it */
	plm_time_ns sums_ns, replica_ns, began_ns;
	bool excused;
	bool facts_changed; /* the batch held more than its end */
	check_scope scopes[PLM_LIMIT_UNDERLYING + 1][CHECK_IDS_MAX];
	uint32_t amounts_count;
	pli_exposure_amount amounts[CHECK_LEGS_MAX]; /* of the core's legs, as last read */
	uint32_t sums_turn;
	uint32_t states_count, expected_count;
	check_state states[CHECK_STATES_MAX];
	check_expected expected[CHECK_EXPECTED_MAX];
	check_account accounts[PLI_CHECK_ACCOUNTS_MAX];
	plm_account_id file_account, transit; /* 0: not there yet */
	char lie[240];
};

/* pli_check_grace_ns: how old a position by that way may be shown now. */
int64_t pli_check_grace_ns(const pli_checker *checker, uint32_t way);

/* pli_check_clock_off: how far the offset that the account's feed shows of its venue's clock is
 * from the true one. False: it shows none. A process runs. */
bool pli_check_clock_off(const pli_checker *checker, plm_account_id id, int64_t *ret_off_ns);

/* checker_truth.c: positions and wallets. remember: what the venues changed in this step. check:
 * one account whose feed is LIVE. exact: as if nothing were disturbed. */
void pli_check_remember(pli_checker *checker);
void pli_check_truth(pli_checker *checker, check_account *account, bool exact);
void pli_check_forget(check_account *account); /* it is not live: what is shown next is new */

/* pli_check_wallets_since: a wallet of the account that is shown was so at some moment since then.
 */
plm_time_ns pli_check_wallets_since(const pli_checker *checker, const check_account *account);

/* checker_transit.c. look: at each step, whether an account is live. check: movements that are
 * shown, and, where all accounts are live, what all wallets and those add up to. */
void pli_check_transit_look(pli_checker *checker, check_account *account, bool live);
void pli_check_transit(pli_checker *checker, bool all_live);

/* checker_equity.c: remember: what accounts are worth now; news: one of them, in the middle of a
 * step. check: one whose feed is LIVE. is_split: its venue tells of equity and of profit by two
 * messages, or of each dex by one of its own, and the program adds cash up from both; cash_was: an
 * equity and a profit, or what two dexes held, of the times since then give that cash.
 * profit_range: by how much the profit of open positions varied since then. */
void pli_check_equity_remember(pli_checker *checker);
void pli_check_equity_news(pli_checker *checker, uint32_t account); /* of the world */
void pli_check_equity(pli_checker *checker, const check_account *account, plm_time_ns since_ns);
bool pli_check_cash_is_split(const pli_sim_account *a);
plm_decimal pli_check_profit_range(
    const check_account *account, pli_sim_asset asset, plm_time_ns since_ns);
bool pli_check_cash_was(const check_account *account, const pli_sim_account *a, pli_sim_asset asset,
    plm_decimal shown, plm_time_ns since_ns);

/* checker_file.c: the account that is a file. lag_ns: as pli_checker_step has it. exact: it is
 * LIVE, as if nothing were disturbed. */
void pli_check_file(pli_checker *checker, int64_t lag_ns, bool exact);

/* checker_sums.c: one of the kinds of roll-up, another one each time. */
void pli_check_sums(pli_checker *checker);

/* checker_alerts.c: reads what each leg of the core counts for. */
void pli_check_amounts(pli_checker *checker);

/* checker_legs.c: every leg against the facts, and against what it counts for. _price_is_said: does
 * some price of the book, a rate or one in another asset that has one, say that a coin of the asset
 * is worth so many USD? */
void pli_check_legs(pli_checker *checker);
bool pli_check_price_is_said(const pli_book *book, plm_asset_id asset, double usd);

/* checker_greeks.c. pli_check_delta: the model's delta per coin of a leg that has it, computed anew
 * from the forward that the leg names; NaN: the facts do not hold what it names. pli_check_is_late:
 * an option of the expiry told a forward that is newer than a greek by more than the policy
 * allows. Cost: the instruments. */
double pli_check_delta(const pli_book *book, const plm_instrument *spec, const plm_leg *leg);
bool pli_check_is_late(const pli_book *book, const plm_instrument *spec, plm_time_ns received_ns);

/* checker_alerts.c: what the model expects of the batch that just ended; an alert that came. */
void pli_check_expect(pli_checker *checker);
void pli_check_alert(pli_checker *checker, const plm_alert *alert);

/* pli_check_wallet: what its venue says that the account holds of an asset; at Binance's other
 * markets less what is owed, with the pairs of isolated margin. _holds: is there anything to say?
 */
bool pli_check_holds(const pli_sim_account *a, pli_sim_asset asset);
plm_decimal pli_check_wallet(const pli_sim_account *a, pli_sim_asset asset);

#endif
