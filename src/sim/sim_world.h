/* sim_world.h: the market, the accounts that trade in it, and the news of what changed.
 *
 * One step every step_ns (PLI_SIM_STEP_MS, unless set) of wall time: prices move, agents open,
 * grow, reduce, flip and close positions, fundings are paid, sessions settle, instruments expire.
 * Everything is a function of the seed, the start and the times of the steps. Venue models read the
 * world and are told the news; nothing but a step changes it. Pure. */
#ifndef PLI_SIM_WORLD_H
#define PLI_SIM_WORLD_H

#include "sim/sim_transfer.h"

typedef enum pli_sim_news_kind {
	PLI_SIM_NEWS_FILL,
	PLI_SIM_NEWS_FUNDING,     /* amount of one position */
	PLI_SIM_NEWS_SETTLED,     /* Deribit's session of one account; Bybit's of one position */
	PLI_SIM_NEWS_DELIVERY,    /* one position of an expired instrument */
	PLI_SIM_NEWS_TRANSFER,    /* cash came or went */
	PLI_SIM_NEWS_LEVERAGE,    /* leverage of one position's symbol */
	PLI_SIM_NEWS_RENAME,      /* one open position's contract goes by another name */
	PLI_SIM_NEWS_SWAP,        /* a spot order was executed */
	PLI_SIM_NEWS_MARGIN_CALL, /* of an isolated position, or of the asset's cross ones: NULL */
	PLI_SIM_NEWS_CLEARANCE,   /* what the insurance fund took, or gave, after a liquidation */
} pli_sim_news_kind;

/* pli_sim_news: borrowed for the call. position may be NULL; fill is of FILL only, swap of SWAP.
 * transfer: 0: not of one. */
typedef struct pli_sim_news {
	pli_sim_news_kind kind;
	uint32_t account;
	const pli_sim_position *position;
	const pli_sim_fill *fill;
	const pli_sim_swap *swap;
	pli_sim_asset asset;
	plm_decimal amount;
	uint64_t transfer;
} pli_sim_news;

/* pli_sim_move: cash that came to an account (amount > 0) or left it, as its venue's ledger has it.
 * id: from 1, in order. transfer: of which it is an end, 0: it came from outside or went there. */
typedef struct pli_sim_move {
	uint32_t account;
	pli_sim_asset asset;
	plm_decimal amount;
	plm_time_ns time_ns;
	uint64_t id, transfer;
} pli_sim_move;
enum { PLI_SIM_MOVES_MAX = 256 };

typedef struct pli_sim_news_sink {
	void (*on_news)(void *ctx, const pli_sim_news *news);
	void *ctx;
} pli_sim_news_sink;

typedef struct pli_sim_world {
	pli_sim_market market;
	pli_sim_transfers transfers;
	pli_random agents;
	bool paused;
	bool watches_margin; /* venues call and liquidate: in a world with a crash alone */
	uint64_t sequence;   /* facts and marks that changed, all accounts */
	uint64_t ids;        /* last order or trade number */
	int64_t step_ns;
	plm_time_ns next_step_ns;
	plm_time_ns filled_ns; /* of the last trade: none is dated before it */
	plm_time_ns next_funding_ns;
	plm_time_ns next_accrual_ns;
	plm_time_ns next_session_ns;
	pli_sim_news_sink sink;
	uint64_t moves_count; /* ever; the last PLI_SIM_MOVES_MAX are kept */
	pli_sim_move moves[PLI_SIM_MOVES_MAX];
	uint32_t accounts_count;
	pli_sim_account accounts[PLI_SIM_ACCOUNTS_MAX];
} pli_sim_world;

/* pli_sim_world_init makes the market and the accounts with some positions; no news is told. */
void pli_sim_world_init(pli_sim_world *w, uint64_t seed, plm_time_ns start_ns, double speed);

/* pli_sim_world_add adds the contracts and accounts of a venue that is not in every world to one
 * that has just been made. */
void pli_sim_world_add(pli_sim_world *w, pli_sim_venue venue);

/* pli_sim_world_advance makes the steps that are due at now_ns (many missed ones become one) and
 * returns how many. While paused it makes none. */
int pli_sim_world_advance(pli_sim_world *w, plm_time_ns now_ns);

/* pli_sim_world_pause freezes or resumes prices and trading. */
void pli_sim_world_pause(pli_sim_world *w, bool paused, plm_time_ns now_ns);

/* pli_sim_world_step_set: the time between two steps, from the next one on; > 0 (asserted). */
void pli_sim_world_step_set(pli_sim_world *w, int64_t step_ns);

/* pli_sim_world_reduce takes half of a position away at its mark at now_ns, without an order of the
 * holder; false: there is nothing to take. */
bool pli_sim_world_reduce(
    pli_sim_world *w, uint32_t account, uint32_t position, plm_time_ns now_ns);

/* pli_sim_world_force closes `quantity` (> 0, at most its size) of a position at its bid or ask, by
 * the venue's order; returns the price. */
plm_decimal pli_sim_world_force(
    pli_sim_world *w, uint32_t account, uint32_t position, plm_decimal quantity);

/* pli_sim_world_add_holder: another account, without cash, whose positions nobody trades. */
pli_sim_account *pli_sim_world_add_holder(pli_sim_world *w, const char *name, pli_sim_venue venue);

/* pli_sim_world_tell: news, to whom it may concern; counts them. */
void pli_sim_world_tell(pli_sim_world *w, const pli_sim_news *news);

/* pli_sim_world_move: the account's movement before that of id `before` (0: its last one) that is
 * not older than from_ns; NULL: there is none. */
const pli_sim_move *pli_sim_world_move(
    const pli_sim_world *w, uint32_t account, uint64_t before, plm_time_ns from_ns);

/* pli_sim_move_chain: the id of its transaction on a chain, one on both sides, into text. */
enum { PLI_SIM_CHAIN_SIZE = 64 };
const char *pli_sim_move_chain(const pli_sim_move *move, char text[PLI_SIM_CHAIN_SIZE + 1]);

/* pli_sim_world_rename gives a perpetual another name: a digit stands behind its coin (Binance) or
 * behind all of it (Deribit). told: accounts with an open position hear of it. false: it was
 * renamed within PLI_SIM_RENAME_NS, or nine times. */
#define PLI_SIM_RENAME_NS (120 * PLM_NS_PER_S)
bool pli_sim_world_rename(pli_sim_world *w, uint32_t instrument, bool told, plm_time_ns now_ns);

#endif
