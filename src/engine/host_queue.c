/* host_queue.c: budgets, the read-only list, the queue. */
#include "engine/host_queue.h"

#include <assert.h>
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/fault_point.h"
#include "base/mutant.h"

enum {
	BUDGET_SHARE_PERCENT = 60,
	BUDGET_MINUTE_PERCENT = 90,
	BUDGET_PIECE_S = 1,
	BUDGET_CREDIT_PERCENT = 5,
	BUDGET_WAITER_MS = 1000, /* who has not asked for so long does not wait any more */
	BUDGET_WEIGHT_DEFAULT = 600,
	BAN_S_429 = 10,
	BAN_S_418 = 120,
	BAN_S_403 = 60,
	BAN_S_MAX = 3 * 86400, /* the longest that Binance states */
	REQUEST_TYPE_MAX = 64,
};

static double
budget_minute_max(const pli_budget *budget)
{
	return budget->weight_per_minute_max * (BUDGET_MINUTE_PERCENT / 100.0);
}

static void
budget_limit(pli_budget *budget, double weight)
{
	budget->weight_per_minute_max = weight;
	budget->tokens_max = weight * (BUDGET_SHARE_PERCENT / 100.0);
	budget->tokens = fmin(budget->tokens, budget->tokens_max);
	budget->tokens_urgent = fmin(budget->tokens_urgent, budget_minute_max(budget));
	budget->tokens_per_ns = budget->tokens_max / (60.0 * (double)PLM_NS_PER_S);
}

pli_budget *
pli_budgets_get(pli_budgets *budgets, const char *url, uint32_t weight_per_minute_max)
{
	double weight = weight_per_minute_max != 0 ? weight_per_minute_max : BUDGET_WEIGHT_DEFAULT;
	pli_budget *budget = budgets->rows, *end = budget + budgets->count;
	while (budget < end && strcmp(budget->url, url) != 0)
		budget++;
	if (budget < end) {
		budget_limit(budget, fmin(weight, budget->weight_per_minute_max));
		return budget;
	}
	if (budgets->count == PLI_BUDGETS_MAX)
		return NULL;
	budgets->count++;
	*budget = (pli_budget){.tokens = weight, .tokens_urgent = weight};
	(void)snprintf(budget->url, sizeof budget->url, "%s", url);
	budget_limit(budget, weight);
	return budget;
}

/* What is left of the minute that ends now. */
static double
budget_minute_left(pli_budget *budget, plm_time_ns steady_ns)
{
	int64_t piece = steady_ns / (BUDGET_PIECE_S * PLM_NS_PER_S);
	if (piece - budget->piece > PLI_BUDGET_PIECES)
		budget->piece = piece - PLI_BUDGET_PIECES;
	while (budget->piece < piece)
		budget->spent[++budget->piece % PLI_BUDGET_PIECES] = 0;
	double left = budget_minute_max(budget);
	for (size_t i = 0; i < PLI_BUDGET_PIECES; i++)
		left -= budget->spent[i];
	return left;
}

static void
budget_fill(pli_budget *budget, plm_time_ns steady_ns)
{
	double passed_ns = budget->filled_ns != 0 && steady_ns > budget->filled_ns
			       ? (double)(steady_ns - budget->filled_ns)
			       : 0.0;
	double urgent_max = budget_minute_max(budget);
	budget->tokens = fmin(
	    budget->tokens + passed_ns * budget->tokens_per_ns, budget->tokens_max);
	budget->tokens_urgent = fmin(
	    budget->tokens_urgent + passed_ns * urgent_max / (60.0 * (double)PLM_NS_PER_S),
	    urgent_max);
	double credit = budget->weight_per_minute_max * (BUDGET_CREDIT_PERCENT / 100.0);
	budget->credit = fmin(budget->credit + passed_ns * credit / (60.0 * (double)PLM_NS_PER_S),
	    fmax(credit, budget->waiters[false].need));
	budget->filled_ns = steady_ns;
	for (size_t i = 0; i < 2; i++)
		if (steady_ns - budget->waiters[i].asked_ns > BUDGET_WAITER_MS * PLM_NS_PER_MS)
			budget->waiters[i].who = 0;
}

static double
budget_need(const pli_budget *budget, const pli_budget_ask *ask)
{
	return fmin(ask->weight == 0 ? 1.0 : ask->weight, budget->tokens_max);
}

/* While urgent ones ask, others get nothing but their credit; a full burst would be theirs
 * otherwise, as they are many. */
static bool
budget_is_pressed(pli_budget *budget, const pli_budget_ask *ask, plm_time_ns steady_ns)
{
	if (ask->urgent)
		budget->urgent_ns = steady_ns;
	bool pressed = budget->urgent_ns != 0 &&
		       steady_ns - budget->urgent_ns < BUDGET_WAITER_MS * PLM_NS_PER_MS;
	return pressed && !ask->urgent;
}

/* It is the one that waits, or may become it. */
static bool
budget_waits(const pli_budget *budget, const pli_budget_ask *ask)
{
	uint32_t who = budget->waiters[ask->urgent].who;
	return ask->waiter != 0 && (who == 0 || who == ask->waiter);
}

/* What may be spent on it now: what is there, less what is kept for those who go before it. */
static double
budget_left(pli_budget *budget, const pli_budget_ask *ask, bool pressed, plm_time_ns steady_ns)
{
	const pli_budget_waiter *row = &budget->waiters[ask->urgent];
	double tokens = ask->urgent || pressed ? budget->tokens_urgent : budget->tokens;
	double left = fmin(tokens, budget_minute_left(budget, steady_ns));
	if (pressed)
		left = fmin(left, budget->credit);
	if (!budget_waits(budget, ask))
		left -= row->who != 0 ? row->need : 0.0;
	if (ask->urgent &&
	    steady_ns - budget->waiters[false].asked_ns < BUDGET_WAITER_MS * PLM_NS_PER_MS)
		left -= budget->credit;
	return ask->waiter == 0 ? left - budget->tokens_max / 2 : left;
}

static void
budget_wait(pli_budget *budget, const pli_budget_ask *ask, double need)
{
	pli_budget_waiter *row = &budget->waiters[ask->urgent];
	if (!budget_waits(budget, ask))
		return;
	row->who = ask->waiter;
	row->need = need;
}

bool
pli_budget_is_banned(const pli_budget *budget, plm_time_ns steady_ns)
{
	return steady_ns < budget->banned_until_ns && !pli_mutant(HOST_BAN_IGNORED);
}

bool
pli_budget_is_rich(const pli_budget *budget)
{
	return budget->tokens_urgent >= budget_minute_max(budget) / 2;
}

bool
pli_budget_take(pli_budget *budget, const pli_budget_ask *ask, plm_time_ns steady_ns)
{
	if (pli_budget_is_banned(budget, steady_ns) || PLI_FAULT(HOST_BUDGET_SPENT))
		return false;
	budget_fill(budget, steady_ns);
	double need = budget_need(budget, ask);
	bool pressed = budget_is_pressed(budget, ask, steady_ns);
	if (budget_waits(budget, ask))
		budget->waiters[ask->urgent].asked_ns = steady_ns;
	if (budget_left(budget, ask, pressed, steady_ns) < need) {
		budget_wait(budget, ask, need);
		return false;
	}
	if (pressed)
		budget->credit = fmax(budget->credit - need, 0.0);
	budget->tokens = fmax(budget->tokens - need, 0.0);
	budget->tokens_urgent = fmax(budget->tokens_urgent - need, 0.0);
	budget->spent[budget->piece % PLI_BUDGET_PIECES] += need;
	if (budget->waiters[ask->urgent].who == ask->waiter)
		budget->waiters[ask->urgent].who = 0;
	return true;
}

void
pli_budget_on_answer(pli_budget *budget, uint32_t status, uint32_t retry_after_s,
    uint32_t used_weight, plm_time_ns steady_ns)
{
	int64_t ban_s = 0;
	if (status == 429) {
		budget->answers_429++;
		ban_s = retry_after_s != 0 ? retry_after_s : BAN_S_429;
		ban_s = pli_mutant(HOST_RETRY_AFTER_IGNORED) ? 1 : ban_s;
	} else if (status == 418) {
		budget->answers_418++;
		ban_s = retry_after_s != 0 ? retry_after_s : BAN_S_418;
		ban_s = pli_mutant(HOST_RETRY_AFTER_IGNORED) ? 1 : ban_s;
	} else if (status == 403) {
		ban_s = retry_after_s != 0 ? retry_after_s : BAN_S_403;
	}
	if (ban_s > BAN_S_MAX)
		ban_s = BAN_S_MAX;
	if (ban_s > 0 && steady_ns + ban_s * PLM_NS_PER_S > budget->banned_until_ns)
		budget->banned_until_ns = steady_ns + ban_s * PLM_NS_PER_S;
	double left = budget_minute_max(budget) - used_weight;
	left = left > 0 ? left : 0;
	if (used_weight != 0) {
		budget->tokens = fmin(budget->tokens, left);
		budget->tokens_urgent = fmin(budget->tokens_urgent, left);
	}
}

/* What a message asks for: the value of the first "method", or else "op", or else "type" member of
 * the JSON that an adapter wrote; all of what is no object. */
static plm_slice
request_method(const char *body)
{
	static const char *const marks[] = {"\"method\":\"", "\"op\":\"", "\"type\":\""};
	if (body[0] != '{')
		return plm_slice_of(body);
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		const char *at = strstr(body, marks[i]);
		if (at == NULL)
			continue;
		at += strlen(marks[i]);
		const char *end = strchr(at, '"');
		return end == NULL ? (plm_slice){NULL, 0} : (plm_slice){at, (size_t)(end - at)};
	}
	return (plm_slice){NULL, 0};
}

/* What an HTTP request with a body asks for: its first member, which is called type, and no other
 * one is, at any depth: readers of JSON differ in which of two they take. Empty: it is not so. */
static plm_slice
request_type(const char *body)
{
	static const char head[] = "{\"type\":\"", word[] = "\"type\"";
	if (strncmp(body, head, sizeof head - 1) != 0 ||
	    strstr(body + sizeof head - 1, word) != NULL || strchr(body, '\\') != NULL)
		return (plm_slice){NULL, 0};
	const char *at = body + sizeof head - 1, *end = strchr(at, '"');
	return end == NULL ? (plm_slice){NULL, 0} : (plm_slice){at, (size_t)(end - at)};
}

/* A star in the row stands for one part of a path, not empty. */
static bool
request_is(plm_slice what, const char *row)
{
	const char *at = what.bytes, *end = what.bytes + what.size;
	for (; *row != '\0'; row++) {
		const char *begin = at;
		if (*row != '*' && (at == end || *at++ != *row))
			return false;
		while (*row == '*' && at < end && *at != '/' && *at != ' ')
			at++;
		if (at == begin)
			return false;
	}
	return at == end;
}

static bool
request_listed(const plm_venue_desc *desc, plm_slice what)
{
	for (const char *const *row = desc->requests_allowed; row != NULL && *row != NULL; row++)
		if (what.size != 0 && request_is(what, *row))
			return true;
	return false;
}

bool
pli_request_allowed(const plm_venue_desc *desc, const plm_request *request)
{
	if (request->kind == PLM_REQUEST_WS_OPEN || request->kind == PLM_REQUEST_WS_CLOSE)
		return true;
	if (pli_mutant(ADAPTER_TRADES))
		return true;
	if (request->kind == PLM_REQUEST_WS_SEND)
		return request_listed(desc, request_method(request->body));
	char line[PLM_TARGET_MAX + sizeof request->method + REQUEST_TYPE_MAX + 2];
	size_t path_size = strcspn(request->target, "?");
	bool has_body = request->body[0] != '\0';
	plm_slice type = has_body ? request_type(request->body) : (plm_slice){NULL, 0};
	if (request->body[0] == '{' && strstr(request->body, "\"type\"") == NULL)
		type = plm_slice_of(request->body); /* then word for word */
	if (has_body && (type.size == 0 || type.size > REQUEST_TYPE_MAX))
		return false;
	int size = snprintf(line, sizeof line, "%s %.*s%s%.*s", request->method, (int)path_size,
	    request->target, has_body ? " " : "", (int)type.size, has_body ? type.bytes : "");
	assert(size > 0 && (size_t)size < sizeof line);
	return request_listed(desc, (plm_slice){line, (size_t)size});
}

plm_err
pli_request_queue_push(pli_request_queue *queue, const plm_request *request)
{
	if (queue->count == PLI_QUEUE_MAX || PLI_FAULT(HOST_QUEUE_FULL))
		return PLM_EFULL;
	queue->rows[(queue->first + queue->count) % PLI_QUEUE_MAX] = *request;
	queue->count++;
	return PLM_OK;
}

plm_request *
pli_request_queue_front(pli_request_queue *queue)
{
	return queue->count == 0 ? NULL : &queue->rows[queue->first];
}

plm_request *
pli_request_queue_back(pli_request_queue *queue)
{
	uint32_t last = queue->first + queue->count - 1;
	return queue->count == 0 ? NULL : &queue->rows[last % PLI_QUEUE_MAX];
}

void
pli_request_queue_pop(pli_request_queue *queue)
{
	assert(queue->count > 0);
	queue->first = (queue->first + 1) % PLI_QUEUE_MAX;
	queue->count--;
}

void
pli_request_queue_turn(pli_request_queue *queue)
{
	assert(queue->count > 0);
	plm_request first = queue->rows[queue->first];
	sodium_memzero(&queue->rows[queue->first], sizeof first);
	pli_request_queue_pop(queue);
	queue->rows[(queue->first + queue->count) % PLI_QUEUE_MAX] = first;
	queue->count++;
	sodium_memzero(&first, sizeof first);
}

void
pli_request_queue_clear(pli_request_queue *queue)
{
	queue->first = 0;
	queue->count = 0;
}
