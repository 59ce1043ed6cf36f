/* sim_dydx.c: the simulated dYdX's doors: GETs, connections, subscriptions. */
#include "sim/sim_dydx.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sim_call.h"
#include "sim/sim_number.h"

enum { BODY_MAX = 1 << 20, PUSH_S = 1 };

/* One call. */
typedef struct dydx_call {
	const pli_http_in *in;
	uint32_t status;
	bool torn;
} dydx_call;

static void
call_refuse(pli_sim_dydx *d, dydx_call *call, uint32_t status, const char *text)
{
	call->status = status;
	pli_json_writer_reset(&d->body);
	pli_json_object_open(&d->body);
	pli_json_key(&d->body, "errors");
	pli_json_array_open(&d->body);
	pli_json_object_open(&d->body);
	pli_sim_put_text(&d->body, "msg", text);
	pli_json_object_close(&d->body);
	pli_json_array_close(&d->body);
	pli_json_object_close(&d->body);
}

static void
route_time(pli_sim_dydx *d)
{
	char text[PLM_TIME_TEXT_MAX];
	plm_time_ns now_ns = d->now_ns / PLM_NS_PER_MS * PLM_NS_PER_MS;
	pli_json_object_open(&d->body);
	pli_sim_put_text(&d->body, "iso", plm_time_format(now_ns, text));
	pli_sim_put_number(
	    &d->body, "epoch", pli_sim_from((double)(now_ns / PLM_NS_PER_MS) / 1e3, 3));
	pli_json_object_close(&d->body);
}

static void
route_markets(pli_sim_dydx *d)
{
	pli_json_object_open(&d->body);
	pli_sim_dydx_put_markets(&d->body, &d->world->market);
	pli_json_object_close(&d->body);
}

/* "/v4/addresses/A/WHAT/N": the parent of A that N, or its child, belongs to; NULL: there is none.
 */
static const pli_sim_dydx_address *
path_address(const pli_sim_dydx *d, plm_slice path, const char *what, uint32_t *ret_number)
{
	static const char head[] = "/v4/addresses/";
	char text[160], middle[48];
	if (path.size >= sizeof text || path.size < sizeof head + PLI_SIM_DYDX_ADDRESS_SIZE)
		return NULL;
	(void)snprintf(text, sizeof text, "%.*s", (int)path.size, path.bytes);
	const char *at = text + sizeof head - 1;
	int size = snprintf(middle, sizeof middle, "/%s/", what);
	if (strncmp(text, head, sizeof head - 1) != 0 ||
	    strncmp(at + PLI_SIM_DYDX_ADDRESS_SIZE, middle, (size_t)size) != 0)
		return NULL;
	*ret_number = (uint32_t)strtoul(at + PLI_SIM_DYDX_ADDRESS_SIZE + size, NULL, 10);
	for (uint32_t i = 0; i < d->addresses_count; i++)
		if (strncmp(d->addresses[i].text, at, PLI_SIM_DYDX_ADDRESS_SIZE) == 0 &&
		    d->addresses[i].parent == *ret_number % PLI_SIM_DYDX_CHILDREN)
			return &d->addresses[i];
	return NULL;
}

static pli_sim_dydx_lack
call_lack(pli_sim_dydx *d)
{
	if (pli_sim_wire_take(d->wire, PLI_SIM_FAULT_EMPTY))
		return PLI_SIM_DYDX_NONE;
	return pli_sim_wire_take(d->wire, PLI_SIM_FAULT_PARTIAL) ? PLI_SIM_DYDX_HALF
								 : PLI_SIM_DYDX_WHOLE;
}

/* False: there is no such subaccount, or it is no path of one. */
static bool
route_account(pli_sim_dydx *d, dydx_call *call)
{
	uint32_t number = 0;
	const pli_sim_dydx_address *parent = path_address(
	    d, call->in->path, "parentSubaccountNumber", &number);
	const pli_sim_dydx_address *single = path_address(
	    d, call->in->path, "subaccountNumber", &number);
	if (parent != NULL && number >= PLI_SIM_DYDX_CHILDREN)
		parent = NULL;
	if (parent == NULL && single == NULL)
		return false;
	pli_sim_dydx_owner owner = pli_sim_dydx_owner_of(d, parent != NULL ? parent : single);
	bool found = true;
	owner.height = pli_sim_dydx_height(d);
	pli_json_object_open(&d->body);
	pli_json_key(&d->body, "subaccount");
	if (parent != NULL) {
		call->torn = pli_sim_wire_take(d->wire, PLI_SIM_FAULT_TORN);
		pli_sim_dydx_put_parent(&d->body, &owner, call_lack(d));
	} else {
		found = pli_sim_dydx_put_single(&d->body, &owner, number);
	}
	if (found)
		pli_json_object_close(&d->body);
	return found;
}

static const pli_sim_dydx_address *
address_find(const pli_sim_dydx *d, plm_slice key)
{
	for (uint32_t i = 0; i < d->addresses_count; i++)
		if (plm_slice_is(key, d->addresses[i].key))
			return &d->addresses[i];
	return NULL;
}

/* "address" of the query, and a parent's number. */
static const pli_sim_dydx_address *
query_address(const pli_sim_dydx *d, const dydx_call *call, uint32_t parent)
{
	plm_slice address = pli_sim_param(call->in, "address");
	char key[PLI_SIM_DYDX_ADDRESS_SIZE + 8];
	if (address.size != PLI_SIM_DYDX_ADDRESS_SIZE || parent >= PLI_SIM_DYDX_CHILDREN)
		return NULL;
	(void)snprintf(key, sizeof key, "%.*s/%" PRIu32, (int)address.size, address.bytes, parent);
	return address_find(d, plm_slice_of(key));
}

static bool
query_number(const dydx_call *call, const char *name, uint32_t *ret_number)
{
	char text[8];
	plm_slice number = pli_sim_param(call->in, name);
	(void)snprintf(text, sizeof text, "%.*s", (int)number.size, number.bytes);
	*ret_number = (uint32_t)strtoul(text, NULL, 10);
	return number.size > 0 && number.size < sizeof text;
}

/* "address" and "subaccountNumber" of the query: of a parent or a child. */
static bool
route_positions(pli_sim_dydx *d, dydx_call *call)
{
	uint32_t number = 0;
	if (!plm_slice_is(call->in->path, "/v4/perpetualPositions") ||
	    !query_number(call, "subaccountNumber", &number))
		return false;
	const pli_sim_dydx_address *row = query_address(d, call, number % PLI_SIM_DYDX_CHILDREN);
	if (row == NULL)
		return false;
	pli_sim_dydx_owner owner = pli_sim_dydx_owner_of(d, row);
	pli_sim_dydx_put_list(&d->body, &owner, number);
	return true;
}

/* "address" and "parentSubaccountNumber" of the query. The newest first, at most 100. */
static bool
route_transfers(pli_sim_dydx *d, dydx_call *call)
{
	uint32_t number = 0;
	if (!plm_slice_is(call->in->path, "/v4/transfers/parentSubaccountNumber") ||
	    !query_number(call, "parentSubaccountNumber", &number))
		return false;
	const pli_sim_dydx_address *row = query_address(d, call, number);
	if (row == NULL)
		return false;
	pli_sim_dydx_owner owner = pli_sim_dydx_owner_of(d, row);
	call->torn = pli_sim_wire_take(d->wire, PLI_SIM_FAULT_TORN);
	pli_json_object_open(&d->body);
	pli_json_key(&d->body, "transfers");
	pli_json_array_open(&d->body);
	const pli_sim_move *move = pli_sim_world_move(d->world, row->account, 0, 0);
	for (int left = 100; move != NULL && left > 0; left--) {
		pli_sim_dydx_transfer transfer = pli_sim_dydx_transfer_of(d, row, move);
		pli_sim_dydx_put_transfer(&d->body, &owner, &transfer, true);
		move = pli_sim_world_move(d->world, row->account, move->id, 0);
	}
	pli_json_array_close(&d->body);
	pli_json_object_close(&d->body);
	return true;
}

/* Retry-After is in milliseconds. */
static void
call_limited(pli_sim_dydx *d, dydx_call *call)
{
	int64_t left_ns = d->wire->until_ns[PLI_SIM_FAULT_LIMIT] - d->now_ns;
	int64_t left_ms = left_ns / PLM_NS_PER_MS;
	(void)snprintf(d->header_retry, sizeof d->header_retry, "Retry-After: %" PRId64,
	    left_ms < 1 ? 1 : left_ms);
	d->headers[0] = d->header_retry;
	call_refuse(d, call, 429, "Too many requests");
}

static bool
call_admit(pli_sim_dydx *d, dydx_call *call)
{
	d->headers[0] = NULL;
	if (pli_sim_wire_active(d->wire, PLI_SIM_FAULT_MAINTENANCE))
		call_refuse(d, call, 503, "no healthy upstream");
	else if (pli_sim_wire_active(d->wire, PLI_SIM_FAULT_BAN))
		call_refuse(d, call, 403,
		    "Because you appear to be a resident of, or trading from, a jurisdiction "
		    "that is restricted, you may not trade.");
	else if (pli_sim_wire_active(d->wire, PLI_SIM_FAULT_LIMIT))
		call_limited(d, call);
	return call->status == 200;
}

static void
call_run(pli_sim_dydx *d, dydx_call *call)
{
	bool get = plm_slice_is(call->in->method, "GET");
	if (!call_admit(d, call))
		return;
	if (get && plm_slice_is(call->in->path, "/v4/time"))
		route_time(d);
	else if (get && plm_slice_is(call->in->path, "/v4/perpetualMarkets"))
		route_markets(d);
	else if (!get || (!route_account(d, call) && !route_transfers(d, call) &&
			     !route_positions(d, call)))
		call_refuse(d, call, 404, "No subaccount found with that address and number");
}

void
pli_sim_dydx_on_request(pli_sim_dydx *d, const pli_http_in *in, pli_http_answer *ret_answer)
{
	dydx_call call = {.in = in, .status = 200};
	pli_json_writer_reset(&d->body);
	call_run(d, &call);
	assert(!d->body.overflow);
	size_t size = call.torn ? d->body.size / 2 : d->body.size;
	*ret_answer = (pli_http_answer){.status = call.status,
	    .content_type = "application/json",
	    .headers = d->headers,
	    .body = {d->body.bytes, size}};
	if (pli_sim_wire_active(d->wire, PLI_SIM_FAULT_SLOW))
		ret_answer->delay_ms = PLI_SIM_SLOW_MS;
	if (pli_sim_wire_active(d->wire, PLI_SIM_FAULT_STALL))
		ret_answer->hang = true;
}

/* Connections. */

static pli_sim_dydx_client *
client_find(pli_sim_dydx *d, uint32_t id)
{
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++)
		if (d->clients[i].used && d->clients[i].id == id)
			return &d->clients[i];
	return NULL;
}

bool
pli_sim_dydx_on_connect(pli_sim_dydx *d, uint32_t id, const pli_http_in *in)
{
	pli_sim_dydx_client *client = NULL;
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX && client == NULL; i++)
		if (!d->clients[i].used)
			client = &d->clients[i];
	if (!plm_slice_is(in->path, "/v4/ws") || client == NULL ||
	    pli_sim_wire_active(d->wire, PLI_SIM_FAULT_MAINTENANCE) ||
	    !pli_sim_wire_connect(d->wire, id))
		return false;
	*client = (pli_sim_dydx_client){.id = id, .used = true, .asked_id = -1};
	return true;
}

void
pli_sim_dydx_on_disconnect(pli_sim_dydx *d, uint32_t id)
{
	pli_sim_dydx_client *client = client_find(d, id);
	if (client != NULL)
		client->used = false;
	pli_sim_wire_disconnect(d->wire, id);
}

/* An account is answered later than it is asked for; its message has the number of the asking. */
static void
client_subscribe(pli_sim_dydx *d, pli_sim_dydx_client *client, pli_json *json)
{
	plm_slice channel = pli_sim_member(json, 0, "channel");
	const pli_sim_dydx_address *address = address_find(d, pli_sim_member(json, 0, "id"));
	if (plm_slice_is(channel, "v4_markets")) {
		client->markets = true;
		client->batched = plm_slice_is(pli_sim_member(json, 0, "batched"), "true");
		pli_sim_dydx_push_markets(d, client);
	} else if (plm_slice_is(channel, "v4_parent_subaccounts") && address != NULL) {
		client->asked = address;
		client->asked_id = client->next_id++;
	} else {
		pli_sim_dydx_say(d, client, "error", "Invalid subscription");
	}
}

void
pli_sim_dydx_on_message(pli_sim_dydx *d, uint32_t id, plm_slice text)
{
	pli_sim_dydx_client *client = client_find(d, id);
	pli_json *json = pli_json_shared();
	if (client == NULL || json == NULL)
		return;
	bool read = pli_json_parse(json, text, NULL) == PLM_OK;
	plm_slice type = read ? pli_sim_member(json, 0, "type") : (plm_slice){NULL, 0};
	if (plm_slice_is(type, "subscribe"))
		client_subscribe(d, client, json);
	else
		pli_sim_dydx_say(d, client, "error", "Invalid message");
}

void
pli_sim_dydx_tick(pli_sim_dydx *d, plm_time_ns now_ns)
{
	d->now_ns = now_ns;
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++) {
		pli_sim_dydx_client *client = &d->clients[i];
		if (!client->used)
			continue;
		if (!client->greeted)
			pli_sim_dydx_say(d, client, "connected", NULL);
		client->greeted = true;
		if (client->markets && client->next_push_ns <= now_ns) {
			client->next_push_ns = now_ns + PUSH_S * PLM_NS_PER_S;
			pli_sim_dydx_push_prices(d, client);
		}
		if (client->asked_id >= 0)
			pli_sim_dydx_push_account(d, client);
	}
}

/* Life. */

/* 38 characters that a bech32 word may have; its last ones are the account's number. */
static void
address_write(pli_sim_dydx_address *address, uint32_t user_id)
{
	static const char digits[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
	char text[PLI_SIM_DYDX_ADDRESS_SIZE + 1] = "dydx1";
	memset(text + 5, digits[0], PLI_SIM_DYDX_ADDRESS_SIZE - 5);
	for (int at = PLI_SIM_DYDX_ADDRESS_SIZE - 1; user_id != 0; user_id /= 32)
		text[at--] = digits[user_id % 32];
	(void)snprintf(address->text, sizeof address->text, "%s", text);
	(void)snprintf(address->key, sizeof address->key, "%s/%u", text, address->parent);
}

/* The first account is parent 0, whose number may be left out; the next ones are other parents. */
void
pli_sim_dydx_init(pli_sim_dydx *d, const pli_sim_world *world, pli_sim_wire *wire)
{
	*d = (pli_sim_dydx){.world = world, .wire = wire, .height = 52228825};
	pli_json_writer_init(&d->body, BODY_MAX);
	pli_json_writer_init(&d->frame, BODY_MAX);
	for (uint32_t i = 0; i < world->accounts_count; i++) {
		const pli_sim_account *a = &world->accounts[i];
		if (a->venue != PLI_SIM_DYDX)
			continue;
		assert(d->addresses_count < PLI_SIM_DYDX_ACCOUNTS_MAX &&
		       a->positions_count <= PLI_SIM_DYDX_POSITIONS_MAX);
		pli_sim_dydx_address *address = &d->addresses[d->addresses_count];
		address->account = i;
		address->parent = d->addresses_count++;
		address_write(address, a->user_id);
		pli_sim_dydx_told_all(d, address);
	}
}

void
pli_sim_dydx_fini(pli_sim_dydx *d)
{
	pli_json_writer_fini(&d->body);
	pli_json_writer_fini(&d->frame);
}
