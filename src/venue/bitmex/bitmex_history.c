/* bitmex_history.c: the rows of a wallet's history that brought coins or took them away. */
#include "venue/bitmex/bitmex.h"

static const struct {
	const char *type;
	plm_transfer_kind kind;
} history_kinds[] = {{"Deposit", PLM_TRANSFER_DEPOSIT}, {"Withdrawal", PLM_TRANSFER_WITHDRAWAL},
    {"Transfer", PLM_TRANSFER_INTERNAL}};

static const struct {
	const char *status;
	plm_transfer_state state;
} history_states[] = {{"Completed", PLM_TRANSFER_DONE}, {"Pending", PLM_TRANSFER_PENDING},
    {"Canceled", PLM_TRANSFER_FAILED}};

/* False: the row is P&L, a payout or the like. */
static bool
history_kind(bitmex_reader *r, uint8_t *ret_kind)
{
	plm_slice type = pli_row_string(&r->row, "transactType");
	for (size_t i = 0; i < sizeof history_kinds / sizeof history_kinds[0]; i++)
		if (plm_slice_is(type, history_kinds[i].type)) {
			*ret_kind = (uint8_t)history_kinds[i].kind;
			return true;
		}
	return false;
}

static void
history_state(bitmex_reader *r, uint8_t *ret_state)
{
	plm_slice status = pli_row_string(&r->row, "transactStatus");
	for (size_t i = 0; i < sizeof history_states / sizeof history_states[0]; i++)
		if (plm_slice_is(status, history_states[i].status)) {
			*ret_state = (uint8_t)history_states[i].state;
			return;
		}
	pli_row_fail(&r->row, "transactStatus", "Completed, Pending or Canceled");
}

/* The id of a transaction on a chain. In old rows the member holds an address of the venue's. */
static bool
history_is_chain(plm_slice text)
{
	bool hex = true;
	if (text.size == 66 && text.bytes[0] == '0' && text.bytes[1] == 'x')
		text = (plm_slice){text.bytes + 2, text.size - 2};
	for (size_t i = 0; i < text.size; i++) {
		char c = text.bytes[i];
		hex &= (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
	}
	return hex && text.size == 64;
}

/* What leaves by a withdrawal holds its fee. */
static void
history_amount(bitmex_reader *r, plm_transfer *transfer, uint8_t scale)
{
	transfer->quantity = pli_row_scaled(pli_row_number(&r->row, "amount"), scale);
	plm_decimal fee = pli_row_scaled(pli_row_decimal(&r->row, "fee"), scale);
	if (transfer->kind != PLM_TRANSFER_WITHDRAWAL || !plm_decimal_is_known(fee))
		return;
	plm_decimal sent = pli_row_add(&r->row, transfer->quantity, fee);
	if (plm_decimal_sign(fee) < 0 || plm_decimal_sign(sent) >= 0)
		pli_row_fail(&r->row, "fee", "a fee that is less than what left");
	transfer->quantity = sent;
	transfer->fee = fee;
}

/* A withdrawal is asked for at transactTime and sent at timestamp. */
static plm_time_ns
history_time(bitmex_reader *r, uint8_t state)
{
	plm_time_ns asked_ns = pli_row_time_text(&r->row, "transactTime");
	plm_time_ns time_ns = pli_row_time_text(&r->row, "timestamp");
	if (time_ns == 0 || (state == PLM_TRANSFER_PENDING && asked_ns != 0))
		time_ns = asked_ns;
	if (time_ns == 0)
		pli_row_fail(&r->row, "timestamp", "a movement with its time");
	return time_ns;
}

void
pli_bitmex_history(void *reader)
{
	bitmex_reader *r = reader;
	uint8_t scale;
	plm_event event;
	plm_event_init(&event, PLM_EVENT_TRANSFER);
	plm_transfer *transfer = &event.u.transfer;
	if (!r->whole || !history_kind(r, &transfer->kind))
		return;
	pli_bitmex_one_account(r);
	event.account = r->cfg->account;
	history_state(r, &transfer->state);
	event.venue_time_ns = history_time(r, transfer->state);
	transfer->transfer_hash = pli_row_identifier(&r->row, "transactID");
	if (transfer->transfer_hash == 0)
		pli_row_fail(&r->row, "transactID", "a movement with its id");
	plm_slice currency = pli_row_name(&r->row, "currency");
	if (r->row.err != PLM_OK || event.venue_time_ns < r->since_ns)
		return;
	transfer->asset = pli_bitmex_currency(r, currency, &scale);
	history_amount(r, transfer, scale);
	plm_slice chain = pli_row_string(&r->row, "tx");
	if (transfer->kind != PLM_TRANSFER_INTERNAL && history_is_chain(chain))
		transfer->chain_hash = plm_transfer_hash(chain);
	if (transfer->kind == PLM_TRANSFER_WITHDRAWAL)
		transfer->address_hash = plm_transfer_hash(pli_row_string(&r->row, "address"));
	if (plm_decimal_is_known(transfer->quantity) && plm_decimal_sign(transfer->quantity) != 0)
		pli_bitmex_send(r, &event);
}
