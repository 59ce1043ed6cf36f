/* dydx_transfer.c: USDC that came to an account or left it.
 *
 * The stream tells a transfer of a subaccount, and the list of an account names parents. Neither
 * has a name that the other has: it is made of what both tell. */
#include <string.h>

#include "venue/dydx/dydx.h"

enum { PARENT_NONE = DYDX_CHILDREN }; /* a wallet of the chain, which has no subaccounts */

/* One end: an address and a parent of it. */
typedef struct transfer_end {
	plm_slice address;
	uint32_t parent;
} transfer_end;

static transfer_end
transfer_end_read(dydx_reader *r, const char *key)
{
	uint32_t outer = r->row.node, node = pli_row_find(&r->row, key);
	transfer_end end = {.parent = PARENT_NONE};
	if (node == 0 || pli_json_nodes(r->row.json, NULL)[node].type != PLI_JSON_OBJECT) {
		pli_row_fail(&r->row, key, "an object with an address");
		return end;
	}
	r->row.node = node;
	bool parent = pli_row_has(&r->row, "parentSubaccountNumber");
	const char *number = parent ? "parentSubaccountNumber" : "subaccountNumber";
	end.address = pli_row_name(&r->row, "address");
	if (pli_row_has(&r->row, number))
		end.parent = (uint32_t)pli_row_int(&r->row, number, 0) % DYDX_CHILDREN;
	r->row.node = outer;
	return end;
}

static bool
transfer_end_is(const transfer_end *a, const transfer_end *b)
{
	return a->parent == b->parent && a->address.size == b->address.size &&
	       memcmp(a->address.bytes, b->address.bytes, a->address.size) == 0;
}

/* "address/parent" */
static transfer_end
transfer_end_of(const char *account)
{
	transfer_end end = {{account, DYDX_ADDRESS_SIZE}, 0};
	for (const char *at = account + DYDX_ADDRESS_SIZE + 1; *at != '\0'; at++)
		end.parent = end.parent * 10 + (uint32_t)(*at - '0');
	return end;
}

/* -1 it left, 1 it came; 0 neither: from one subaccount of the account to another. Whose account a
 * payload that stands alone is of, its type tells. */
static int
transfer_sign(dydx_reader *r, const transfer_end *from, const transfer_end *to)
{
	plm_slice type = pli_row_string(&r->row, "type");
	bool out = plm_slice_is(type, "TRANSFER_OUT") || plm_slice_is(type, "WITHDRAWAL");
	bool in = plm_slice_is(type, "TRANSFER_IN") || plm_slice_is(type, "DEPOSIT");
	if (!out && !in)
		pli_row_fail(&r->row, "type", "TRANSFER_IN, TRANSFER_OUT, DEPOSIT or WITHDRAWAL");
	if (r->row.err != PLM_OK || transfer_end_is(from, to))
		return 0;
	if (r->account != NULL) {
		transfer_end own = transfer_end_of(r->account);
		out = transfer_end_is(from, &own);
		in = transfer_end_is(to, &own);
	}
	if (!out && !in)
		pli_row_fail(&r->row, NULL, "a transfer of the account that was asked for");
	return out ? -1 : 1;
}

static uint64_t
hash_end(uint64_t hash, const transfer_end *end)
{
	return (hash ^ plm_transfer_hash(end->address)) * UINT64_C(0x100000001b3) + end->parent;
}

/* The transaction is on both sides of a transfer between subaccounts. What came over a wallet came
 * to that by another one, which is the one that another venue tells. */
static void
transfer_names(
    plm_transfer *transfer, const transfer_end *from, const transfer_end *to, plm_slice transaction)
{
	uint64_t chain = plm_transfer_hash(transaction);
	uint64_t hash = hash_end(hash_end(chain, from), to);
	transfer->transfer_hash = hash ^ (uint64_t)plm_decimal_abs(transfer->quantity).units;
	if (transfer->kind == PLM_TRANSFER_INTERNAL)
		transfer->chain_hash = chain;
}

void
pli_dydx_transfer(dydx_reader *r)
{
	plm_event event;
	pli_dydx_begin(r, &event, PLM_EVENT_TRANSFER);
	plm_transfer *transfer = &event.u.transfer;
	transfer_end from = transfer_end_read(r, "sender"), to = transfer_end_read(r, "recipient");
	if (r->row.err != PLM_OK)
		return;
	int sign = transfer_sign(r, &from, &to);
	plm_decimal size = pli_row_number(&r->row, "size");
	plm_slice transaction = pli_row_text(&r->row, "transactionHash");
	event.venue_time_ns = pli_row_time_text(&r->row, "createdAt");
	if (plm_decimal_sign(size) < 0)
		pli_row_fail(&r->row, "size", "an amount of 0 or more: its ends tell the sign");
	if (transaction.size == 0 || event.venue_time_ns == 0)
		pli_row_fail(&r->row, NULL, "a transfer with its transactionHash and createdAt");
	if (!pli_row_is(&r->row, "symbol", "USDC"))
		pli_row_fail(&r->row, "symbol", "USDC, the one asset that backs positions here");
	if (r->row.err != PLM_OK || sign == 0 || plm_decimal_sign(size) == 0 ||
	    event.venue_time_ns < r->since_ns)
		return;
	transfer->kind = PLM_TRANSFER_INTERNAL;
	if (from.parent == PARENT_NONE)
		transfer->kind = PLM_TRANSFER_DEPOSIT;
	else if (to.parent == PARENT_NONE)
		transfer->kind = PLM_TRANSFER_WITHDRAWAL;
	transfer->asset = pli_dydx_usdc(r);
	transfer->quantity = sign < 0 ? plm_decimal_negate(size) : size;
	transfer_names(transfer, &from, &to, transaction);
	pli_dydx_send(r, &event);
}
