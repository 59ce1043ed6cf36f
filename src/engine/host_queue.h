/* host_queue.h: what an adapter asked to send, the read-only list, and the rate budget of a host
 * name that all its accounts share. */
#ifndef PLI_ENGINE_HOST_QUEUE_H
#define PLI_ENGINE_HOST_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "plimsoll/sys/venue.h"

enum { PLI_BUDGET_PIECES = 61 }; /* a minute, wherever in a piece it begins */

/* pli_budget: the weight that may still be spent at one REST host. Tokens refill evenly at 60 % of
 * the venue's published weight per minute, as many are kept for a burst, and no minute, wherever it
 * begins, sees more than 90 %: spent holds what went in pieces of 1 s. What is urgent may spend
 * those 90 % on average too (tokens_urgent), but for the credit that others have meanwhile: 5 % of
 * the limit a minute. waiters: of those that are urgent and of those that are not, who was refused
 * first and is served next, whatever others ask for meanwhile; its need is kept for it while it
 * goes on asking. */
typedef struct pli_budget_waiter {
	uint32_t who; /* 0: none */
	double need;
	plm_time_ns asked_ns;
} pli_budget_waiter;

typedef struct pli_budget {
	char url[200];
	double tokens, tokens_urgent, credit;
	double tokens_max;
	double tokens_per_ns;
	double weight_per_minute_max;
	double spent[PLI_BUDGET_PIECES];
	int64_t piece;                /* number of the running one since the clock's zero */
	pli_budget_waiter waiters[2]; /* by urgent */
	plm_time_ns urgent_ns;        /* the last time that an urgent one asked */
	plm_time_ns filled_ns;
	plm_time_ns banned_until_ns; /* steady; 0 not banned */
	uint64_t answers_429;
	uint64_t answers_418;
} pli_budget;

enum { PLI_BUDGETS_MAX = 32, PLI_QUEUE_MAX = 48 };

typedef struct pli_budgets {
	uint32_t count;
	pli_budget rows[PLI_BUDGETS_MAX];
} pli_budgets;

/* pli_budgets_get finds or makes the row of a REST host; NULL when PLI_BUDGETS_MAX are in use. Of
 * several limits for one host the least holds: several markets may be served at one address. */
pli_budget *pli_budgets_get(pli_budgets *budgets, const char *url, uint32_t weight_per_minute_max);

/* pli_budget_ask: weight: 0 counts as 1. waiter: who asks, above 0, and will ask again; 0: it goes
 * without when refused, keeps nobody waiting, and leaves half of the burst to others. urgent: goes
 * before one who is not, who gets 5 % of the limit meanwhile. */
typedef struct pli_budget_ask {
	uint32_t weight;
	uint32_t waiter;
	bool urgent;
} pli_budget_ask;

/* pli_budget_is_banned: the venue has said that nothing more may come for a while. */
bool pli_budget_is_banned(const pli_budget *budget, plm_time_ns steady_ns);

/* pli_budget_take: may the weight be spent now? Takes it when so, else gives the waiter a place in
 * the row. Never true during a ban. */
bool pli_budget_take(pli_budget *budget, const pli_budget_ask *ask, plm_time_ns steady_ns);

/* pli_budget_is_rich: half of what urgent ones may spend at once is there. */
bool pli_budget_is_rich(const pli_budget *budget);

/* pli_budget_on_answer: learns from 429, 418 and 403 (a stop of retry_after_s, else 10 s, 120 s,
 * 60 s, at most three days) and from the used weight that the venue states (0: not stated). */
void pli_budget_on_answer(pli_budget *budget, uint32_t status, uint32_t retry_after_s,
    uint32_t used_weight, plm_time_ns steady_ns);

/* pli_request_allowed: is it on the descriptor's read-only list? REST by method and path without
 * query, with a body also by the "type" that it begins with (one that begins otherwise, or holds
 * that word twice, may not leave); a WebSocket message by the value of its "method" member.
 * Opening and closing a link is always allowed. */
bool pli_request_allowed(const plm_venue_desc *desc, const plm_request *request);

/* pli_request_queue: first in, first out; memory of the owner. */
typedef struct pli_request_queue {
	uint32_t first;
	uint32_t count;
	plm_request rows[PLI_QUEUE_MAX];
} pli_request_queue;

/* Errors: PLM_EFULL. */
plm_err pli_request_queue_push(pli_request_queue *queue, const plm_request *request);
plm_request *pli_request_queue_front(pli_request_queue *queue); /* NULL when empty */
plm_request *pli_request_queue_back(pli_request_queue *queue);  /* NULL when empty */
void pli_request_queue_pop(pli_request_queue *queue);
void pli_request_queue_turn(pli_request_queue *queue); /* the first becomes the last */
void pli_request_queue_clear(pli_request_queue *queue);

#endif
