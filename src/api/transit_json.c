/* transit_json.c: coins that left an account, and what became of them, as JSON. */
#include "api/hub_internal.h"
#include "book/transit.h"

static void
put_account(const pli_hub *hub, pli_json_writer *w, const char *key, plm_account_id id)
{
	char scratch[PLI_API_NAME_MAX];

	pli_json_member_text(w, key,
	    id.value == 0 ? NULL : pli_api_account_text(pli_book_registry(hub->book), id, scratch));
}

/* Why the row is as it is; "" where the state says all. */
static const char *
transit_reason(const pli_transit_row *row)
{
	switch (row->state) {
	case PLI_TRANSIT_LEAVING:
		return "told as sent; the balance does not show it yet";
	case PLI_TRANSIT_IN_FLIGHT:
		return row->to.value != 0 ? "" : "no account of this book is known to get it";
	case PLI_TRANSIT_ARRIVING:
		return "told as credited; the balance does not show it yet";
	case PLI_TRANSIT_RETURNING:
		return "refused; the balance does not show it again yet";
	case PLI_TRANSIT_LEFT:
		return "sent to an address of no account in the configuration";
	case PLI_TRANSIT_UNEXPLAINED:
		return "no account got it within transit_after";
	case PLI_TRANSIT_RECEIVED:
		return row->in.pending ? "announced; the coins are not there yet"
				       : "no withdrawal of this book explains it";
	default:
		return "";
	}
}

static void
put_transit(const pli_hub *hub, pli_json_writer *w, const pli_transit_row *row)
{
	char scratch[PLI_API_NAME_MAX];

	pli_json_object_open(w);
	pli_json_member_text(w, "state", pli_transit_state_text(row->state));
	pli_json_member_text(w, "kind", plm_transfer_kind_text(row->kind));
	pli_json_member_text(
	    w, "asset", pli_api_asset_text(pli_book_registry(hub->book), row->asset, scratch));
	pli_json_member_decimal(w, "quantity", row->quantity);
	pli_json_member_decimal(w, "fee", row->fee);
	put_account(hub, w, "from", row->out.account);
	put_account(hub, w, "to", row->to.value != 0 ? row->to : row->in.account);
	pli_json_member_decimal(w, "counted", row->counted);
	pli_json_member_decimal(w, "in_doubt", row->doubt);
	pli_json_member_text(w, "matched_by",
	    row->out.told != 0 && row->in.told != 0 && row->failed == 0
		? pli_transit_match_text(row->match)
		: "none");
	pli_json_member_text(w, "reason", transit_reason(row));
	pli_json_member_bool(w, "is_over", pli_transit_is_over(row, pli_book_now_ns(hub->book)));
	pli_json_member_time_ns(w, "since_ns", row->since_ns);
	pli_json_member_time_ns(w, "until_ns", row->until_ns);
	pli_json_object_close(w);
}

void
pli_hub_put_transits(pli_hub *hub, pli_json_writer *w)
{
	pli_json_object_open(w);
	pli_json_member_time_ns(w, "as_of_ns", pli_book_now_ns(hub->book));
	pli_json_member_int(w, "sequence", (int64_t)pli_book_sequence(hub->book));
	pli_json_key(w, "transits");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < pli_book_transits_count(hub->book); i++) {
		const pli_transit_row *row = pli_book_transit(hub->book, i);
		if (row->state != PLI_TRANSIT_FREE)
			put_transit(hub, w, row);
	}
	pli_json_array_close(w);
	pli_json_object_close(w);
}
