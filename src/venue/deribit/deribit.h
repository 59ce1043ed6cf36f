/* deribit.h: payloads of Deribit, whoever got them, to events; for this folder and
 * deribit_live/. */
#ifndef PLI_VENUE_DERIBIT_H
#define PLI_VENUE_DERIBIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"
#include "plimsoll/sys/venue.h"
#include "venue/contract_name.h"

/* pli_deribit_name_parse reads BTC-PERPETUAL, BTC-25MAR23, BTC-25MAR23-420-C, the same with
 * BTC_USDC in front (linear), BTC_USDC alone (spot), and combos (BTC-FS-30SEP22_PERP).
 * Errors: PLM_EPARSE; *ret_name is written on success only. Cost: O(length). */
plm_err pli_deribit_name_parse(plm_slice text, pli_contract_name *ret_name);

/* pli_deribit_name_spec turns a name into a specification of source NAME (NONE when the name does
 * not follow the grammar). names NULL: ids stay 0. multiplier stays unknown: names do not say it.
 * text must be shorter than PLM_NAME_MAX (asserted). */
void pli_deribit_name_spec(
    plm_slice text, plm_venue_id venue, plm_names *names, plm_instrument *ret_spec);

enum { DERIBIT_ASSETS_MAX = 512 };

/* pli_deribit_reader: one payload on its way to events.
 * events      sink; nothing is sent to it while dry
 * channel     of a notification, or the caller's hint; may be empty
 * time_ns     venue time of the message's envelope, 0 unknown
 * flags       put on every event
 * margin_modes plm_margin_mode by settle asset's id, which positions do not state; written by
 *             balance rows; NULL or 0 inside: SEGREGATED
 * dry         first pass: everything is checked, nothing is interned or sent, so that a broken row
 *             at the end leaves no half payload behind
 * may_intern, is_again_needed   without the first, a new instrument makes the pass dry and sets
 *             the second
 * rows_count  positions and balances sent so far
 * observe     called for each event sent; may be NULL */
typedef struct pli_deribit_reader {
	const plm_venue_cfg *cfg;
	pli_json *json;
	plm_event_sink *events;
	plm_fault *fault;
	plm_slice channel;
	plm_time_ns time_ns;
	uint16_t flags;
	uint8_t *margin_modes; /* [DERIBIT_ASSETS_MAX] */
	bool dry;
	bool may_intern;
	bool is_again_needed;
	uint32_t rows_count;
	void (*observe)(void *ctx, const plm_event *event);
	void *observe_ctx;
} pli_deribit_reader;

/* pli_deribit_decode_data decodes the data of a notification or the result of an answer.
 * by_channel: reader->channel came from the venue and decides; else the shape does. Errors:
 * PLM_EKIND, PLM_EDECODE (nothing was sent), PLM_EFULL (sink or names). */
plm_err pli_deribit_decode_data(pli_deribit_reader *reader, uint32_t node, bool by_channel);

/* pli_deribit_decode_error sends the VENUE_ERROR of an error object and hands back its code. */
plm_err pli_deribit_decode_error(pli_deribit_reader *reader, uint32_t node, int64_t *ret_code);

/* pli_deribit_envelope_time: when the venue took the request (usIn), in whole milliseconds: changes
 * are dated so, and one behind the request must not look older. The answer's facts are at least as
 * new. 0: not said. */
plm_time_ns pli_deribit_envelope_time(pli_deribit_reader *reader);

/* pli_deribit_decode is the whole of ops->decode. */
plm_err pli_deribit_decode(
    const plm_venue_cfg *cfg, const plm_frame *frame, plm_event_sink *events, plm_fault *ret_fault);

/* Row decoders (deribit_row.c), one object each; errors as above. */
plm_err pli_deribit_row_position(pli_deribit_reader *reader, uint32_t node);
plm_err pli_deribit_row_portfolio(pli_deribit_reader *reader, uint32_t node);
plm_err pli_deribit_row_ticker(pli_deribit_reader *reader, uint32_t node);

/* pli_deribit_ticker_quick reads a whole notification of a ticker, not parsed yet, in one pass: the
 * same event. PLM_EKIND: it is something else, or not in the usual form: nothing was sent, read it
 * the general way. Else what the sink says. */
plm_err pli_deribit_ticker_quick(pli_deribit_reader *reader, plm_slice bytes);
plm_err pli_deribit_row_instrument(pli_deribit_reader *reader, uint32_t node);
plm_err pli_deribit_row_combo(pli_deribit_reader *reader, uint32_t node);
plm_err pli_deribit_row_index(pli_deribit_reader *reader, uint32_t node);
plm_err pli_deribit_row_perpetual(pli_deribit_reader *reader, uint32_t node);
plm_err pli_deribit_row_trade(pli_deribit_reader *reader, uint32_t node);
plm_err pli_deribit_row_order(pli_deribit_reader *reader, uint32_t node);

/* The account's USD totals of a cross-collateral row; nothing for a segregated one. */
plm_err pli_deribit_row_cross_margin(pli_deribit_reader *reader, uint32_t node);

/* pli_deribit_matrices reads what the account is margined by out of an answer of
 * private/pme/simulate (deribit_matrix.c); errors as above. */
plm_err pli_deribit_matrices(pli_deribit_reader *reader, uint32_t node);

/* pli_deribit_logs reads an answer of private/get_transaction_log (deribit_log.c): a TRANSFER for
 * each deposit, withdrawal and transfer, of what it changed the balance by; its other rows are told
 * elsewhere. Errors as above. */
plm_err pli_deribit_logs(pli_deribit_reader *reader, uint32_t node);

/* pli_deribit_asset: the asset of a name in any case of letters; id 0 while dry, for no name, and
 * for one that is no currency's. */
plm_asset_id pli_deribit_asset(const pli_deribit_reader *reader, plm_slice name);

/* pli_deribit_rows runs `row` over an array twice: dry, then for good; over one object once. */
plm_err pli_deribit_rows(pli_deribit_reader *reader, uint32_t node,
    plm_err (*row)(pli_deribit_reader *reader, uint32_t node));

#endif
