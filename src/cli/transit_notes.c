/* transit_notes.c: movements of coins that nobody explained, as sentences. */
#include "cli/transit_notes.h"

#include "book/transit.h"

static void
note_row(pli_cli *cli, const pli_registry *names, const pli_transit_row *row)
{
	const plm_asset_fact *asset = pli_registry_asset_get(names, row->asset);
	const plm_account_fact *account = pli_registry_account_get(names, row->out.account);
	char quantity[PLM_DECIMAL_TEXT_MAX], since[PLM_TIME_TEXT_MAX];
	(void)plm_decimal_format(row->quantity, quantity);
	pli_cli_note(cli,
	    "%s %s that left account %s at %s reached no account: they no longer count; see "
	    "`plimsoll transits`",
	    quantity, asset == NULL ? "?" : asset->name, account == NULL ? "?" : account->name,
	    plm_time_format(row->since_ns, since));
}

void
pli_transit_notes_take(pli_transit_notes *notes, pli_cli *cli, const pli_book *book)
{
	uint64_t count = pli_book_counters_get(book).transits_unexplained;
	if (count == notes->said_count)
		return;
	notes->said_count = count;
	for (uint32_t i = 0; i < pli_book_transits_count(book); i++) {
		const pli_transit_row *row = pli_book_transit(book, i);
		if (row->state == PLI_TRANSIT_UNEXPLAINED &&
		    row->changed_ns == pli_book_now_ns(book))
			note_row(cli, pli_book_registry(book), row);
	}
}
