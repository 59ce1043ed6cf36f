/* whatif_ask.c: texts and JSON into what is supposed. */
#include "api/whatif_ask.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plimsoll/decimal.h"
#include "plimsoll/margin.h"

enum { WORDS_MAX = 5 };

/* Words of a text, at most WORDS_MAX; returns how many, one more than that if there are more. */
static uint32_t
words_split(plm_slice text, plm_slice words[WORDS_MAX])
{
	uint32_t count = 0;
	for (size_t at = 0; at < text.size;) {
		while (at < text.size && (text.bytes[at] == ' ' || text.bytes[at] == '\t'))
			at++;
		size_t from = at;
		while (at < text.size && text.bytes[at] != ' ' && text.bytes[at] != '\t')
			at++;
		if (at == from)
			break;
		if (count == WORDS_MAX)
			return WORDS_MAX + 1;
		words[count++] = (plm_slice){text.bytes + from, at - from};
	}
	return count;
}

/* Slices in sentences are cut at this. */
static int
shown(plm_slice text)
{
	return text.size > 60 ? 60 : (int)text.size;
}

/* A number with an optional sign; false: it is none. */
static bool
number_parse(plm_slice text, double *ret_value)
{
	plm_decimal value;
	if (text.size > 1 && text.bytes[0] == '+' && text.bytes[1] != '-' && text.bytes[1] != '+')
		text = (plm_slice){text.bytes + 1, text.size - 1};
	if (plm_decimal_parse(text, &value, NULL) != PLM_OK || !plm_decimal_is_known(value))
		return false;
	*ret_value = plm_decimal_to_double(value);
	return true;
}

static plm_err
trade_check(const pli_whatif_trade *trade, plm_fault *ret_fault)
{
	if (!(fabs(trade->quantity) > 0))
		return plm_fault_set(ret_fault, PLM_EARG, NULL,
		    "a trade of 0 changes nothing; expected a quantity above 0 to buy, below 0 to "
		    "sell");
	if (!isnan(trade->price) && !(trade->price > 0))
		return plm_fault_set(ret_fault, PLM_EARG, NULL,
		    "a price of %g cannot be; expected one above 0, or none for the mark",
		    trade->price);
	return PLM_OK;
}

static plm_err
trade_add(pli_whatif_ask *ask, const pli_whatif_trade *trade, plm_fault *ret_fault)
{
	if (ask->trades_count == PLI_WHATIF_TRADES_MAX)
		return plm_fault_set(
		    ret_fault, PLM_EFULL, NULL, "at most %d trades at once", PLI_WHATIF_TRADES_MAX);
	plm_err err = trade_check(trade, ret_fault);
	if (err == PLM_OK)
		ask->trades[ask->trades_count++] = *trade;
	return err;
}

plm_err
pli_whatif_ask_trade(pli_whatif_ask *ask, plm_slice text, plm_fault *ret_fault)
{
	plm_slice words[WORDS_MAX];
	if (words_split(text, words) != 3)
		return plm_fault_set(ret_fault, PLM_EPARSE, NULL,
		    "\"%.*s\": expected \"ACCOUNT SYMBOL QUANTITY\" or \"ACCOUNT SYMBOL "
		    "QUANTITY@PRICE\", as in \"desk-a BTC/USDT:USDT -0.5@60000\"",
		    shown(text), text.bytes);
	plm_slice quantity = words[2], price = {NULL, 0};
	const char *at = memchr(quantity.bytes, '@', quantity.size);
	pli_whatif_trade trade = {.account = words[0], .symbol = words[1], .price = NAN};
	if (at != NULL) {
		price = (plm_slice){at + 1, quantity.size - (size_t)(at + 1 - quantity.bytes)};
		quantity.size = (size_t)(at - quantity.bytes);
	}
	if (!number_parse(quantity, &trade.quantity))
		return plm_fault_set(ret_fault, PLM_EPARSE, NULL,
		    "\"%.*s\" is no quantity; expected a number, above 0 to buy, below 0 to sell",
		    shown(quantity), quantity.bytes);
	if (at != NULL && !number_parse(price, &trade.price))
		return plm_fault_set(ret_fault, PLM_EPARSE, NULL,
		    "\"%.*s\" is no price; expected a number behind the @, or no @ for the mark",
		    shown(price), price.bytes);
	return trade_add(ask, &trade, ret_fault);
}

static plm_err
transfer_add(pli_whatif_ask *ask, const pli_whatif_transfer *transfer, plm_fault *ret_fault)
{
	if (ask->transfers_count == PLI_WHATIF_TRANSFERS_MAX)
		return plm_fault_set(ret_fault, PLM_EFULL, NULL, "at most %d transfers at once",
		    PLI_WHATIF_TRANSFERS_MAX);
	if (!(transfer->quantity > 0))
		return plm_fault_set(ret_fault, PLM_EARG, NULL,
		    "%g cannot be transferred; expected a quantity above 0 (to go the other way, "
		    "change FROM and TO)",
		    transfer->quantity);
	if (plm_slice_equal(transfer->from, transfer->to))
		return plm_fault_set(ret_fault, PLM_EARG, NULL,
		    "from \"%.*s\" to itself changes nothing; expected two accounts, or one and "
		    "\"-\" for what is outside of the book",
		    shown(transfer->from), transfer->from.bytes);
	ask->transfers[ask->transfers_count++] = *transfer;
	return PLM_OK;
}

plm_err
pli_whatif_ask_transfer(pli_whatif_ask *ask, plm_slice text, plm_fault *ret_fault)
{
	plm_slice words[WORDS_MAX];
	if (words_split(text, words) != 4)
		return plm_fault_set(ret_fault, PLM_EPARSE, NULL,
		    "\"%.*s\": expected \"ASSET QUANTITY FROM TO\", as in \"USDT 5000 desk-a "
		    "desk-b\"; - is outside of the book",
		    shown(text), text.bytes);
	pli_whatif_transfer transfer = {.asset = words[0], .from = words[2], .to = words[3]};
	if (!number_parse(words[1], &transfer.quantity))
		return plm_fault_set(ret_fault, PLM_EPARSE, NULL,
		    "\"%.*s\" is no quantity; expected a number above 0", shown(words[1]),
		    words[1].bytes);
	return transfer_add(ask, &transfer, ret_fault);
}

/* "-10%": the sign of per cent must be there, so that nobody means -0.1 by it. */
static plm_err
move_add(pli_whatif_ask *ask, plm_slice asset, plm_slice pct, plm_fault *ret_fault)
{
	pli_whatif_move move = {.asset = asset};
	bool signed_pct = pct.size > 1 && pct.bytes[pct.size - 1] == '%';
	if (!signed_pct || !number_parse((plm_slice){pct.bytes, pct.size - 1}, &move.pct))
		return plm_fault_set(ret_fault, PLM_EPARSE, NULL,
		    "\"%.*s\" is no move; expected one in per cent, as in \"-10%%\"", shown(pct),
		    pct.bytes);
	move.factor = 1 + move.pct / 100;
	if (!(move.factor >= PLM_LADDER_FACTOR_MIN && move.factor <= 1 / PLM_LADDER_FACTOR_MIN))
		return plm_fault_set(ret_fault, PLM_EARG, NULL,
		    "a move of %.*s cannot be; expected one above -100%%, from %g%% to +%.0f%%",
		    shown(pct), pct.bytes, (PLM_LADDER_FACTOR_MIN - 1) * 100,
		    (1 / PLM_LADDER_FACTOR_MIN - 1) * 100);
	for (uint32_t i = 0; i < ask->moves_count; i++)
		if (plm_slice_equal(ask->moves[i].asset, asset))
			return plm_fault_set(ret_fault, PLM_EARG, NULL,
			    "%.*s is moved twice; expected one move of each asset", shown(asset),
			    asset.bytes);
	if (ask->moves_count == PLI_WHATIF_MOVES_MAX)
		return plm_fault_set(
		    ret_fault, PLM_EFULL, NULL, "at most %d moves at once", PLI_WHATIF_MOVES_MAX);
	ask->moves[ask->moves_count++] = move;
	return PLM_OK;
}

plm_err
pli_whatif_ask_move(pli_whatif_ask *ask, plm_slice text, plm_fault *ret_fault)
{
	const char *equals = memchr(text.bytes, '=', text.size);
	if (equals == NULL || equals == text.bytes)
		return plm_fault_set(ret_fault, PLM_EPARSE, NULL,
		    "\"%.*s\": expected \"ASSET=MOVE\", as in \"BTC=-10%%\"", shown(text),
		    text.bytes);
	size_t size = (size_t)(equals - text.bytes);
	return move_add(ask, (plm_slice){text.bytes, size},
	    (plm_slice){equals + 1, text.size - size - 1}, ret_fault);
}

bool
pli_whatif_ask_is_empty(const pli_whatif_ask *ask)
{
	return ask->trades_count + ask->transfers_count + ask->moves_count == 0;
}

/* JSON */

typedef struct ask_reader {
	pli_whatif_ask *ask;
	pli_json *json;
	const pli_json_node *nodes;
	plm_fault *fault;
} ask_reader;

typedef plm_err ask_element(ask_reader *r, uint32_t node);

/* Puts the place of a node into a fault that has a sentence already. */
static plm_err
at_node(ask_reader *r, uint32_t node, plm_err err)
{
	plm_fault place = {0};
	if (err == PLM_OK || r->fault == NULL)
		return err;
	(void)pli_json_fault(r->json, node, "", &place);
	memcpy(r->fault->path, place.path, sizeof place.path);
	return err;
}

/* Every member of an object is one of `names`, which end in NULL. */
static plm_err
members_check(ask_reader *r, uint32_t node, const char *const *names, const char *expected)
{
	if (r->nodes[node].type != PLI_JSON_OBJECT)
		return pli_json_fault(r->json, node, expected, r->fault);
	uint32_t child = node + 1;
	for (uint32_t i = 0; i < r->nodes[node].children_count; i++) {
		bool known = false;
		for (const char *const *name = names; *name != NULL; name++)
			known |= plm_slice_is(r->nodes[child].key, *name);
		if (!known)
			return at_node(r, child,
			    plm_fault_set(r->fault, PLM_EPARSE, NULL,
				"there is no such member here; expected %s", expected));
		child = r->nodes[child].next;
	}
	return PLM_OK;
}

/* A text that must be there. */
static plm_err
text_read(ask_reader *r, uint32_t node, const char *key, plm_slice *ret_text)
{
	char expected[48];
	uint32_t at = pli_json_find(r->json, node, key);
	(void)snprintf(expected, sizeof expected, "a text in its member \"%s\"", key);
	plm_err err = at == 0 ? pli_json_fault(r->json, node, expected, r->fault)
			      : pli_json_string(r->json, at, ret_text, r->fault);
	return err == PLM_OK && ret_text->size == 0
		   ? pli_json_fault(r->json, node, expected, r->fault)
		   : err;
}

static plm_err
number_read(ask_reader *r, uint32_t node, const char *key, double *ret_value)
{
	plm_decimal value = plm_decimal_unknown();
	plm_err err = pli_json_decimal(
	    r->json, pli_json_find(r->json, node, key), &value, r->fault);
	*ret_value = plm_decimal_to_double(value);
	return err;
}

static plm_err
quantity_read(ask_reader *r, uint32_t node, double *ret_value)
{
	plm_err err = number_read(r, node, "quantity", ret_value);
	return err == PLM_OK && isnan(*ret_value)
		   ? pli_json_fault(r->json, node, "a number in its member \"quantity\"", r->fault)
		   : err;
}

static plm_err
trade_read(ask_reader *r, uint32_t node)
{
	static const char *const names[] = {"account", "symbol", "quantity", "price", NULL};
	pli_whatif_trade trade;
	plm_err err = members_check(
	    r, node, names, "an object of account, symbol, quantity and, at will, price");
	if (err == PLM_OK)
		err = text_read(r, node, "account", &trade.account);
	if (err == PLM_OK)
		err = text_read(r, node, "symbol", &trade.symbol);
	if (err == PLM_OK)
		err = quantity_read(r, node, &trade.quantity);
	if (err == PLM_OK)
		err = number_read(r, node, "price", &trade.price);
	return err == PLM_OK ? at_node(r, node, trade_add(r->ask, &trade, r->fault)) : err;
}

static plm_err
transfer_read(ask_reader *r, uint32_t node)
{
	static const char *const names[] = {"asset", "quantity", "from", "to", NULL};
	pli_whatif_transfer transfer;
	plm_err err = members_check(r, node, names, "an object of asset, quantity, from and to");
	if (err == PLM_OK)
		err = text_read(r, node, "asset", &transfer.asset);
	if (err == PLM_OK)
		err = text_read(r, node, "from", &transfer.from);
	if (err == PLM_OK)
		err = text_read(r, node, "to", &transfer.to);
	if (err == PLM_OK)
		err = quantity_read(r, node, &transfer.quantity);
	return err == PLM_OK ? at_node(r, node, transfer_add(r->ask, &transfer, r->fault)) : err;
}

static plm_err
move_read(ask_reader *r, uint32_t node)
{
	if (r->nodes[node].type != PLI_JSON_STRING)
		return pli_json_fault(r->json, node, "a text such as \"-10%\"", r->fault);
	return at_node(
	    r, node, move_add(r->ask, r->nodes[node].key, r->nodes[node].text, r->fault));
}

/* Each child of a member that may be left out. */
static plm_err
children_read(ask_reader *r, const char *key, pli_json_type type, ask_element *read)
{
	uint32_t node = pli_json_find(r->json, 0, key);
	if (node == 0)
		return PLM_OK;
	if (r->nodes[node].type != (uint32_t)type)
		return pli_json_fault(r->json, node,
		    type == PLI_JSON_ARRAY ? "an array" : "an object such as {\"BTC\": \"-10%\"}",
		    r->fault);
	uint32_t child = node + 1;
	plm_err err = PLM_OK;
	for (uint32_t i = 0; err == PLM_OK && i < r->nodes[node].children_count; i++) {
		err = read(r, child);
		child = r->nodes[child].next;
	}
	return err;
}

static plm_err
joint_read(ask_reader *r)
{
	plm_slice text = {NULL, 0};
	uint32_t node = pli_json_find(r->json, 0, "joint");
	plm_err err = pli_json_string(r->json, node, &text, r->fault);
	if (err != PLM_OK || text.size == 0)
		return err;
	r->ask->joint = plm_slice_is(text, "beta");
	return r->ask->joint || plm_slice_is(text, "single")
		   ? PLM_OK
		   : pli_json_fault(r->json, node, "\"single\" or \"beta\"", r->fault);
}

plm_err
pli_whatif_ask_json(pli_whatif_ask *ask, pli_json *json, plm_slice body, plm_fault *ret_fault)
{
	static const char *const names[] = {"trades", "transfers", "moves", "joint", "all", NULL};
	ask_reader r = {.ask = ask, .json = json, .fault = ret_fault};
	plm_err err = pli_json_parse(json, body, ret_fault);
	if (err != PLM_OK)
		return err;
	r.nodes = pli_json_nodes(json, &(uint32_t){0});
	err = members_check(
	    &r, 0, names, "an object of trades, transfers, moves, joint and all, each at will");
	if (err == PLM_OK)
		err = children_read(&r, "trades", PLI_JSON_ARRAY, trade_read);
	if (err == PLM_OK)
		err = children_read(&r, "transfers", PLI_JSON_ARRAY, transfer_read);
	if (err == PLM_OK)
		err = children_read(&r, "moves", PLI_JSON_OBJECT, move_read);
	if (err == PLM_OK)
		err = joint_read(&r);
	if (err == PLM_OK)
		err = pli_json_bool(json, pli_json_find(json, 0, "all"), &ask->all, ret_fault);
	if (err == PLM_OK && pli_whatif_ask_is_empty(ask))
		err = plm_fault_set(ret_fault, PLM_EARG, NULL,
		    "nothing is supposed; expected trades, transfers or moves");
	return err;
}
