/* host_request.c: what an adapter asked for, on its way out: read-only list, budget, seal, tags. */
#include "engine/host_internal.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/fault_point.h"

/* Accounts that are read for the first time go first; what they can do without, where it keeps
 * nobody waiting. */
static pli_budget_ask
host_budget_ask(const pli_venue_host *host, const plm_request *request)
{
	bool optional = request->optional != 0;
	bool crowded = host->steady_ns < host->shared->crowded_until_ns;
	bool spare = !crowded && pli_budget_is_rich(host->budgets[request->link]);
	return (pli_budget_ask){.weight = request->weight,
	    .waiter = optional ? 0 : host->index + 1,
	    .urgent = host->starting && (!optional || spare)};
}

/* A budget that many share may be short for minutes. The adapter waits then, not what it asks for:
 * in the queue that would grow old, and be asked for anew behind itself. What may be spent is spent
 * here, so that what is in the queue leaves it. During a ban all that is asked for waits there: it
 * will be paid for when it leaves, and what can be done without too. false: ask again later. */
static bool
host_pay(pli_venue_host *host, const plm_request *request, bool *ret_paid)
{
	pli_budget *budget = host->budgets[request->link];
	pli_budget_ask ask = host_budget_ask(host, request);
	*ret_paid = false;
	if (request->optional != 0 || pli_budget_is_banned(budget, host->steady_ns))
		return true;
	*ret_paid = pli_budget_take(budget, &ask, host->steady_ns);
	if (!*ret_paid)
		host->busy_ns = host->steady_ns;
	if (!*ret_paid && host->starting) /* the limit keeps it, it keeps nobody */
		host->starting_ns = host->steady_ns;
	return *ret_paid;
}

static plm_err
host_submit(void *ctx, const plm_request *request)
{
	pli_venue_host *host = ctx;
	if (!pli_request_allowed(host->desc, request)) {
		host->counters.requests_refused++;
		pli_host_trouble(host, "a request that is not on the read-only list was refused");
		return PLM_EREFUSED;
	}
	if (!host->begun)
		return PLM_ECLOSED; /* the epoch is over; on_open begins the next */
	if (request->kind == PLM_REQUEST_WS_OPEN) {
		assert(request->link < PLM_LINKS_MAX);
		host_link *link = &host->links[request->link];
		if (link->state != LINK_CLOSED)
			return PLM_EARG;
		link->state = LINK_WANTED;
		memcpy(link->target, request->target, sizeof link->target);
		return PLM_OK;
	}
	bool paid = false;
	if (request->kind == PLM_REQUEST_HTTP && !host_pay(host, request, &paid))
		return PLM_EFULL;
	plm_err err = pli_request_queue_push(&host->queue, request);
	if (err != PLM_OK)
		host->counters.requests_dropped++;
	else if (paid)
		pli_request_queue_back(&host->queue)->weight = HOST_WEIGHT_PAID;
	return err;
}

plm_request_sink
pli_host_requests(pli_venue_host *host)
{
	return (plm_request_sink){host_submit, host};
}

uint32_t
pli_host_conn(const pli_venue_host *host, uint32_t link)
{
	return host->index * PLM_LINKS_MAX + link + 1;
}

uint32_t
pli_venue_host_of_conn(uint32_t conn)
{
	return (conn - 1) / PLM_LINKS_MAX;
}

uint32_t
pli_venue_host_of_request(uint32_t request)
{
	return request >> 20;
}

static host_in_flight *
host_in_flight_find(pli_venue_host *host, uint32_t request)
{
	for (uint32_t i = 0; i < HOST_IN_FLIGHT_MAX; i++)
		if (host->in_flight[i].request == request)
			return &host->in_flight[i];
	return NULL;
}

/* Cuts lines apart in place; ret_lines ends with NULL. */
static plm_err
host_headers(char *text, const char *ret_lines[PLM_HEADER_LINES_MAX + 1])
{
	size_t count = 0;
	char *rest = NULL;
	for (char *line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (count == PLM_HEADER_LINES_MAX)
			return PLM_EOVERFLOW;
		ret_lines[count++] = line;
	}
	ret_lines[count] = NULL;
	return PLM_OK;
}

/* What many accounts ask at once waits here for its turn: asked before anything is spent on it. */
static bool
host_room_in_flight(pli_venue_host *host)
{
	uint32_t max = host->shared->net->requests_max;
	bool shared = max == 0 || host->shared->requests_in_flight < max;
	return shared && host_in_flight_find(host, 0) != NULL && !PLI_FAULT(HOST_IN_FLIGHT_FULL);
}

plm_err
pli_host_send_http(pli_venue_host *host, const plm_request *request, bool probe)
{
	if (!host_room_in_flight(host))
		return PLM_EAGAIN;
	host_in_flight *slot = host_in_flight_find(host, 0);
	host->requests_count = (host->requests_count % 0xFFFFF) + 1;
	uint32_t id = host->index << 20 | host->requests_count;
	char url[HOST_TEXT_MAX + PLM_TARGET_MAX];
	(void)snprintf(
	    url, sizeof url, "%s%s", pli_host_rest_url(host, request->link), request->target);
	char header[PLM_HEADER_MAX];
	const char *headers[PLM_HEADER_LINES_MAX + 1];
	memcpy(header, request->header, sizeof header);
	if (host_headers(header, headers) != PLM_OK)
		return PLM_EOVERFLOW;
	pli_http_out out = {.method = request->method,
	    .url = url,
	    .headers = headers,
	    .body = plm_slice_of(request->body),
	    .ca_file = host->ca_file[0] != '\0' ? host->ca_file : NULL,
	    .timeout_ms = request->deadline_ms != 0 ? request->deadline_ms : HOST_REPLY_MS_DEFAULT,
	    .body_bytes_max = HOST_BODY_BYTES_MAX};
	plm_err err = PLI_FAULT(HOST_HTTP_SEND)
			  ? PLM_EFULL
			  : host->shared->net->http_send(host->shared->net->ctx, id, &out);
	sodium_memzero(url, sizeof url); /* may hold a signature, as do headers */
	sodium_memzero(header, sizeof header);
	if (err == PLM_OK) {
		host->shared->requests_in_flight++;
		*slot = (host_in_flight){id, request->tag, host->steady_ns, request->link, probe};
	}
	return err;
}

/* One WebSocket message; PLM_EAGAIN: not yet. */
static plm_err
host_send_ws(pli_venue_host *host, const plm_request *request)
{
	host_link *link = &host->links[request->link];
	if (link->state != LINK_OPEN)
		return PLM_ECLOSED;
	if (host->steady_ns < link->send_ns)
		return PLM_EAGAIN;
	uint32_t per_second = host->desc->messages_per_second_max;
	if (per_second != 0)
		link->send_ns = host->steady_ns + PLM_NS_PER_S / per_second;
	if (PLI_FAULT(HOST_WS_SEND))
		return PLM_EFULL;
	return host->shared->net->ws_send(host->shared->net->ctx,
	    pli_host_conn(host, request->link), plm_slice_of(request->body));
}

/* May it be sent by its budget? What is paid for waits like any while a ban holds. */
static bool
host_may_spend(pli_venue_host *host, const plm_request *request)
{
	pli_budget *budget = host->budgets[request->link];
	pli_budget_ask ask = host_budget_ask(host, request);
	if (request->weight == HOST_WEIGHT_PAID)
		return !pli_budget_is_banned(budget, host->steady_ns);
	return pli_budget_take(budget, &ask, host->steady_ns);
}

static plm_err
host_send(pli_venue_host *host, plm_request *request)
{
	if (request->kind == PLM_REQUEST_WS_CLOSE) {
		host->shared->net->ws_close(
		    host->shared->net->ctx, pli_host_conn(host, request->link));
		return PLM_OK;
	}
	if (request->kind == PLM_REQUEST_HTTP && !host_room_in_flight(host))
		return PLM_EAGAIN;
	if (request->kind == PLM_REQUEST_HTTP && !host_may_spend(host, request))
		return PLM_EAGAIN;
	if (request->seal != 0 && host->desc->ops->seal != NULL) {
		plm_err err = PLI_FAULT(HOST_SEAL)
				  ? PLM_EOVERFLOW
				  : host->desc->ops->seal(host->state, host->wall_ns, request);
		if (err != PLM_OK)
			return err;
	}
	return request->kind == PLM_REQUEST_HTTP ? pli_host_send_http(host, request, false)
						 : host_send_ws(host, request);
}

/* A request that waits for another host of the venue lets those behind it go first. */
static bool
host_gives_way(pli_venue_host *host, const plm_request *request)
{
	if (request->kind != PLM_REQUEST_HTTP || host->budgets[request->link] == host->budgets[0])
		return false;
	pli_request_queue_turn(&host->queue);
	return true;
}

void
pli_host_pump(pli_venue_host *host)
{
	plm_request *request;
	uint32_t turns = host->queue.count;
	while (turns-- > 0 && (request = pli_request_queue_front(&host->queue)) != NULL) {
		plm_err err = host_send(host, request);
		if (err == PLM_EAGAIN && request->optional == 0) {
			if (host_gives_way(host, request))
				continue;
			return;
		}
		if (err == PLM_OK)
			host->counters.requests_sent++;
		else
			host->counters.requests_dropped++;
		sodium_memzero(request, sizeof *request);
		pli_request_queue_pop(&host->queue);
	}
}

bool
pli_host_in_flight_take(pli_venue_host *host, uint32_t request, host_in_flight *ret_slot)
{
	host_in_flight *slot = host_in_flight_find(host, request);
	if (slot == NULL)
		return false;
	*ret_slot = *slot;
	*slot = (host_in_flight){0};
	return true;
}
