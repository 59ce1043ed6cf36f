/* deribit_log.c: the rows of an account's transaction log that brought coins or took them away. */
#include "venue/deribit/deribit.h"
#include "venue/json_row.h"

static const struct {
	const char *type;
	plm_transfer_kind kind;
} log_kinds[] = {{"deposit", PLM_TRANSFER_DEPOSIT}, {"withdrawal", PLM_TRANSFER_WITHDRAWAL},
    {"transfer", PLM_TRANSFER_INTERNAL}};

/* False: the row is a trade, a settlement or the like. */
static bool
log_kind(pli_row *r, uint8_t *ret_kind)
{
	plm_slice type = pli_row_string(r, "type");
	for (size_t i = 0; i < sizeof log_kinds / sizeof log_kinds[0]; i++)
		if (plm_slice_is(type, log_kinds[i].type)) {
			*ret_kind = (uint8_t)log_kinds[i].kind;
			return true;
		}
	return false;
}

/* Where it went and by which transaction, as far as that is said; of a transfer, nothing. */
static void
log_info(pli_row *r, plm_transfer *transfer)
{
	uint32_t row = r->node, info = pli_row_find(r, "info");
	if (info == 0 || transfer->kind == PLM_TRANSFER_INTERNAL ||
	    pli_json_nodes(r->json, NULL)[info].type != PLI_JSON_OBJECT)
		return;
	r->node = info;
	transfer->chain_hash = plm_transfer_hash(pli_row_text(r, "transaction"));
	if (plm_decimal_sign(transfer->quantity) < 0)
		transfer->address_hash = plm_transfer_hash(pli_row_text(r, "addr"));
	r->node = row;
}

/* The fee stays unknown: nothing says whether the change holds it. An id may be one of a currency.
 */
static plm_err
log_row(pli_deribit_reader *reader, uint32_t node)
{
	pli_row r = {reader->json, reader->fault, node, PLM_OK};
	plm_event event;
	plm_event_init(&event, PLM_EVENT_TRANSFER);
	plm_transfer *transfer = &event.u.transfer;
	if (!log_kind(&r, &transfer->kind))
		return r.err;
	event.account = reader->cfg->account;
	event.venue_time_ns = pli_row_time(&r, "timestamp", 0);
	if (event.venue_time_ns <= 0)
		pli_row_fail(&r, "timestamp", "a movement with its time");
	if (pli_row_text(&r, "id").size == 0)
		pli_row_fail(&r, "id", "a movement with its id");
	transfer->quantity = pli_row_number(&r, "change");
	plm_slice currency = pli_row_name(&r, "currency");
	transfer->transfer_hash = pli_row_identifier(&r, "id") ^ plm_transfer_hash(currency);
	if (r.err != PLM_OK || plm_decimal_sign(transfer->quantity) == 0)
		return r.err;
	log_info(&r, transfer);
	transfer->asset = pli_deribit_asset(reader, currency);
	if (transfer->asset.value != 0) /* else this is the dry pass, or no name of a currency */
		r.err = reader->events->emit(reader->events->ctx, &event);
	return r.err;
}

plm_err
pli_deribit_logs(pli_deribit_reader *reader, uint32_t node)
{
	return pli_deribit_rows(reader, pli_json_find(reader->json, node, "logs"), log_row);
}
