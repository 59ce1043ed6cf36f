/* sim_dydx_stream.c: what the simulated dYdX's stream says, and in which order. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "sim/sim_dydx.h"
#include "sim/sim_number.h"

int64_t
pli_sim_dydx_height(pli_sim_dydx *d)
{
	d->told = true;
	return d->height;
}

pli_sim_dydx_owner
pli_sim_dydx_owner_of(const pli_sim_dydx *d, const pli_sim_dydx_address *address)
{
	return (pli_sim_dydx_owner){.account = &d->world->accounts[address->account],
	    .address = address->text,
	    .parent = address->parent,
	    .height = d->height};
}

static void
put_height(pli_sim_dydx *d)
{
	char text[24];
	(void)snprintf(text, sizeof text, "%" PRId64, pli_sim_dydx_height(d));
	pli_sim_put_text(&d->frame, "blockHeight", text);
}

static void
message_open(pli_sim_dydx *d, const pli_sim_dydx_client *client, const char *type, int64_t id)
{
	char text[40];
	(void)snprintf(text, sizeof text, "00000000-0000-4000-8000-%012x", client->id);
	pli_json_writer_reset(&d->frame);
	pli_json_object_open(&d->frame);
	pli_sim_put_text(&d->frame, "type", type);
	pli_sim_put_text(&d->frame, "connection_id", text);
	pli_sim_put_int(&d->frame, "message_id", id);
}

static void
message_close(pli_sim_dydx *d)
{
	pli_json_object_close(&d->frame);
	assert(!d->frame.overflow);
}

void
pli_sim_dydx_say(
    pli_sim_dydx *d, pli_sim_dydx_client *client, const char *type, const char *message)
{
	message_open(d, client, type, client->next_id++);
	if (message != NULL)
		pli_sim_put_text(&d->frame, "message", message);
	message_close(d);
	pli_sim_wire_reply(d->wire, client->id, (plm_slice){d->frame.bytes, d->frame.size});
}

static void
contents_open(pli_sim_dydx *d)
{
	pli_json_key(&d->frame, "contents");
	pli_json_object_open(&d->frame);
}

void
pli_sim_dydx_push_account(pli_sim_dydx *d, pli_sim_dydx_client *client)
{
	pli_json_writer *w = &d->frame;
	message_open(d, client, "subscribed", client->asked_id);
	pli_sim_put_text(w, "channel", "v4_parent_subaccounts");
	pli_sim_put_text(w, "id", client->asked->key);
	contents_open(d);
	pli_sim_dydx_owner owner = pli_sim_dydx_owner_of(d, client->asked);
	pli_json_key(w, "subaccount");
	pli_sim_dydx_put_parent(w, &owner, PLI_SIM_DYDX_WHOLE);
	pli_json_key(w, "orders");
	pli_json_array_open(w);
	pli_json_array_close(w);
	put_height(d);
	pli_json_object_close(w);
	client->address = client->asked;
	client->asked_id = -1;
	message_close(d);
	pli_sim_wire_reply(d->wire, client->id, (plm_slice){w->bytes, w->size});
}

void
pli_sim_dydx_push_markets(pli_sim_dydx *d, pli_sim_dydx_client *client)
{
	pli_json_writer *w = &d->frame;
	message_open(d, client, "subscribed", client->next_id++);
	pli_sim_put_text(w, "channel", "v4_markets");
	contents_open(d);
	pli_sim_dydx_put_markets(w, &d->world->market);
	pli_json_object_close(w);
	message_close(d);
	pli_sim_wire_reply(d->wire, client->id, (plm_slice){w->bytes, w->size});
}

void
pli_sim_dydx_push_prices(pli_sim_dydx *d, pli_sim_dydx_client *client)
{
	pli_json_writer *w = &d->frame;
	message_open(
	    d, client, client->batched ? "channel_batch_data" : "channel_data", client->next_id++);
	pli_sim_put_text(w, "channel", "v4_markets");
	pli_sim_put_text(w, "version", "1.0.0");
	pli_json_key(w, "contents");
	if (client->batched)
		pli_json_array_open(w);
	pli_json_object_open(w);
	pli_sim_dydx_put_prices(w, &d->world->market, d->height, d->now_ns);
	if (client->batched) {
		pli_json_object_close(w);
		pli_json_object_open(w);
	}
	pli_sim_dydx_put_trading(w, &d->world->market);
	pli_json_object_close(w);
	if (client->batched)
		pli_json_array_close(w);
	message_close(d);
	pli_sim_wire_event(d->wire, client->id, (plm_slice){w->bytes, w->size}, false);
}

/* One update of a subaccount. move: it is a transfer, and no more. position NULL: USDC alone.
 * opens: the row behind it, of the other side. fill: with it. quote unknown: no USDC. */
typedef struct stream_update {
	const pli_sim_dydx_address *address;
	uint32_t number;
	const pli_sim_move *move;
	const pli_sim_position *position;
	plm_decimal closed, size, entry_closed, entry, quote;
	const pli_sim_fill *fill;
} stream_update;

static void
put_rows(pli_sim_dydx *d, const stream_update *u, const pli_sim_dydx_owner *owner)
{
	pli_json_writer *w = &d->frame;
	if (u->move != NULL) {
		pli_json_key(w, "transfers");
		pli_sim_dydx_transfer row = pli_sim_dydx_transfer_of(d, u->address, u->move);
		pli_sim_dydx_put_transfer(w, owner, &row, false);
	}
	if (u->fill != NULL) {
		pli_json_key(w, "fills");
		pli_json_array_open(w);
		pli_sim_dydx_put_fill(w, owner, u->fill);
		pli_json_array_close(w);
	}
	if (u->position != NULL) {
		pli_json_key(w, "perpetualPositions");
		pli_json_array_open(w);
		if (!pli_sim_is_zero(u->closed))
			pli_sim_dydx_put_position_row(
			    w, owner, u->position, u->closed, u->entry_closed, false);
		if (!pli_sim_is_zero(u->size))
			pli_sim_dydx_put_position_row(
			    w, owner, u->position, u->size, u->entry, true);
		pli_json_array_close(w);
	}
	if (plm_decimal_is_known(u->quote)) {
		pli_json_key(w, "assetPositions");
		pli_json_array_open(w);
		pli_sim_dydx_put_asset_row(w, owner, u->number, u->quote);
		pli_json_array_close(w);
	}
}

static void
push_update(pli_sim_dydx *d, const stream_update *u)
{
	pli_json_writer *w = &d->frame;
	pli_sim_dydx_owner owner = pli_sim_dydx_owner_of(d, u->address);
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++) {
		pli_sim_dydx_client *client = &d->clients[i];
		if (!client->used || client->address != u->address)
			continue;
		message_open(d, client, "channel_data", client->next_id++);
		pli_sim_put_text(w, "id", u->address->key);
		pli_sim_put_text(w, "channel", "v4_parent_subaccounts");
		pli_sim_put_text(w, "version", "3.0.0");
		pli_sim_put_int(w, "subaccountNumber", u->number);
		contents_open(d);
		put_rows(d, u, &owner);
		put_height(d);
		pli_json_object_close(w);
		message_close(d);
		pli_sim_wire_event(d->wire, client->id, (plm_slice){w->bytes, w->size}, true);
	}
}

static void
push_usdc(pli_sim_dydx *d, const pli_sim_dydx_address *address, uint32_t number, plm_decimal quote)
{
	push_update(d, &(stream_update){.address = address, .number = number, .quote = quote});
}

pli_sim_dydx_transfer
pli_sim_dydx_transfer_of(
    const pli_sim_dydx *d, const pli_sim_dydx_address *address, const pli_sim_move *move)
{
	pli_sim_dydx_transfer row = {.move = move};
	const pli_sim_transfer *transfer = pli_sim_transfer_find(
	    &d->world->transfers, move->transfer);
	if (transfer == NULL && move->id % 2 == 0) {
		row.other = address->text;
		row.other_number = address->parent + PLI_SIM_DYDX_CHILDREN / 2;
	}
	for (uint32_t i = 0; transfer != NULL && i < d->addresses_count; i++) {
		uint32_t account = d->addresses[i].account;
		bool end = account == transfer->from || account == transfer->to;
		if (!end || &d->addresses[i] == address)
			continue;
		row.other = d->addresses[i].text;
		row.other_number = d->addresses[i].parent;
	}
	return row;
}

/* What came or went: a word of the transfer and one of the USDC, in either order. */
static void
push_move(pli_sim_dydx *d, const pli_sim_dydx_address *address, plm_decimal quote)
{
	stream_update u = {.address = address,
	    .number = address->parent,
	    .move = pli_sim_world_move(d->world, address->account, 0, 0),
	    .quote = plm_decimal_unknown()};
	bool first = u.move != NULL && u.move->id / 2 % 2 == 0;
	if (first)
		push_update(d, &u);
	push_usdc(d, address, address->parent, quote);
	if (u.move != NULL && !first)
		push_update(d, &u);
}

/* What goes to a child, or comes back: of each of the two. */
static void
push_transfer(
    pli_sim_dydx *d, const pli_sim_dydx_address *address, uint32_t number, plm_decimal quote)
{
	pli_sim_dydx_sums parent;
	pli_sim_dydx_subaccount(&d->world->accounts[address->account], NULL, &parent);
	push_usdc(d, address, address->parent, parent.quote);
	push_usdc(d, address, number, quote);
}

static void
push_trade(
    pli_sim_dydx *d, stream_update u, const pli_sim_dydx_told *told, const pli_sim_fill *fill)
{
	const pli_sim_position *p = u.position;
	bool turned = plm_decimal_sign(told->size) * plm_decimal_sign(p->size) < 0;
	bool created = pli_sim_is_zero(told->size) || turned;
	u.size = p->size;
	u.closed = turned || pli_sim_is_zero(p->size) ? told->size : plm_decimal_zero();
	u.entry_closed = told->entry;
	u.entry = created ? plm_decimal_zero() : told->entry;
	push_update(d, &u);
	bool over = pli_sim_is_zero(p->size);
	u.closed = over ? told->size : plm_decimal_zero();
	u.entry = p->entry;
	u.quote = plm_decimal_unknown();
	u.fill = fill;
	push_update(d, &u);
}

static void
push_fill(
    pli_sim_dydx *d, const pli_sim_dydx_address *address, uint32_t k, const pli_sim_fill *fill)
{
	const pli_sim_account *a = &d->world->accounts[address->account];
	const pli_sim_position *p = &a->positions[k];
	const pli_sim_dydx_told *told = &address->told[k];
	pli_sim_dydx_sums s;
	pli_sim_dydx_subaccount(a, p->isolated ? p : NULL, &s);
	stream_update u = {.address = address,
	    .number = pli_sim_dydx_number(address->parent, p),
	    .position = p,
	    .quote = s.quote};
	if (!p->isolated) {
		push_trade(d, u, told, fill);
		return;
	}
	/* What is put in comes before the trade, what is taken out behind it. */
	pli_sim_dydx_sums parent;
	pli_sim_dydx_subaccount(a, NULL, &parent);
	plm_decimal moves = pli_sim_subtract(address->quote, parent.quote);
	bool gets = plm_decimal_sign(moves) > 0;
	if (gets)
		push_transfer(d, address, u.number, pli_sim_add(told->quote, moves));
	else
		u.quote = pli_sim_subtract(s.quote, moves);
	push_trade(d, u, told, fill);
	if (!gets)
		push_transfer(d, address, u.number, s.quote);
}

/* What holds now was told, or an answer says it. */
void
pli_sim_dydx_told_all(const pli_sim_dydx *d, pli_sim_dydx_address *address)
{
	const pli_sim_account *a = &d->world->accounts[address->account];
	pli_sim_dydx_sums s;
	for (uint32_t k = 0; k < a->positions_count; k++) {
		pli_sim_dydx_subaccount(a, &a->positions[k], &s);
		address->told[k] = (pli_sim_dydx_told){
		    a->positions[k].size, a->positions[k].entry, s.quote};
	}
	pli_sim_dydx_subaccount(a, NULL, &s);
	address->quote = s.quote;
}

static pli_sim_dydx_address *
address_of(pli_sim_dydx *d, uint32_t account)
{
	uint32_t i = 0;
	while (i < d->addresses_count && d->addresses[i].account != account)
		i++;
	assert(i < d->addresses_count);
	return &d->addresses[i];
}

void
pli_sim_dydx_on_news(pli_sim_dydx *d, const pli_sim_news *news)
{
	pli_sim_dydx_address *address = address_of(d, news->account);
	const pli_sim_account *a = &d->world->accounts[news->account];
	uint32_t k = news->position == NULL ? 0 : (uint32_t)(news->position - a->positions);
	assert(k < PLI_SIM_DYDX_POSITIONS_MAX);
	d->height += d->told;
	d->told = false;
	if (news->kind == PLI_SIM_NEWS_FILL) {
		push_fill(d, address, k, news->fill);
	} else if (news->kind == PLI_SIM_NEWS_TRANSFER) {
		pli_sim_dydx_sums s;
		pli_sim_dydx_subaccount(a, NULL, &s);
		push_move(d, address, s.quote);
	}
	pli_sim_dydx_told_all(d, address);
}
