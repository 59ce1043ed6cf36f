/* alert_notes.c: notices of limits, as sentences. */
#include "cli/alert_notes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/number_text.h"
#include "margin/book_ladder.h"

enum { NOTE_NAME_MAX = 96 };

/* "hard at 12.3m, band 10.0m"; what came back inside has no band. */
static void
note_state(const plm_alert *alert, char *ret_text, size_t size)
{
#define X(name, number, text) [number] = text,
	static const char *const measures[] = {PLM_MEASURES(X)};
#undef X
	static const char *const levels[] = {"inside", "soft", "hard"};
	char value[PLI_NUMBER_TEXT_MAX], band[PLI_NUMBER_TEXT_MAX];
	plm_slice measure = plm_slice_of(
	    alert->measure < PLM_MEASURE_COUNT_ ? measures[alert->measure] : "");
	(void)pli_measure_text(measure, alert->value, value);
	(void)pli_measure_text(measure, alert->band, band);
	const char *level = levels[alert->level < 3 ? alert->level : 2];
	if (alert->kind == PLM_ALERT_CLEAR)
		(void)snprintf(ret_text, size, "%s again at %s", level, value);
	else
		(void)snprintf(ret_text, size, "%s at %s, band %s", level, value, band);
}

static void
note_name(const pli_config *config, const plm_alert *alert, char *ret_text, size_t size)
{
	uint32_t id = alert->limit.value;
	bool known = id > 0 && id <= config->limits_count;
	int used = known ? snprintf(ret_text, size, "%s", config->limits[id - 1].fact.name)
			 : snprintf(ret_text, size, "%u", id);
	if (alert->scope_name[0] != '\0' && strcmp(ret_text, alert->scope_name) != 0)
		(void)snprintf(ret_text + used, size - (size_t)used, ", %s", alert->scope_name);
}

/* "; suspected: tier of SOLUSDT of binance-main", "; suspected: position of binance-main". */
static void
note_suspect(const pli_registry *names, const plm_alert *alert, char *ret_text, size_t size)
{
	const plm_instrument *contract = pli_registry_instrument_get(
	    names, (plm_instrument_id){alert->legs[0].instrument});
	const plm_account_fact *account = pli_registry_account_get(
	    names, (plm_account_id){alert->legs[0].account});
	bool of = contract != NULL &&
		  (alert->suspect == PLM_SUSPECT_MARK || alert->suspect == PLM_SUSPECT_TIER);
	if (alert->suspect != PLM_SUSPECT_NONE && account != NULL)
		(void)snprintf(ret_text, size, "; suspected: %s%s%s of %s",
		    pli_ladder_suspect_text(alert->suspect), of ? " of " : "",
		    of ? contract->name : "", account->name);
}

/* What a value is made of that is not all ours: "; by the sums of the venue itself, of binance",
 * "; its rates are implied by the venue's sums". */
static void
note_basis(const pli_registry *names, const plm_alert *alert, char *text, size_t size)
{
	size_t used = strlen(text);
	const plm_account_fact *account = pli_registry_account_get(
	    names, (plm_account_id){alert->legs[0].account});
	if (alert->basis == PLM_ALERT_BASIS_IMPLIED)
		(void)snprintf(
		    text + used, size - used, "; its rates are implied by the venue's sums");
	if (alert->basis == PLM_ALERT_BASIS_VENUE)
		(void)snprintf(text + used, size - used, "; by the sums of the venue itself%s%s",
		    account == NULL ? "" : ", of ", account == NULL ? "" : account->name);
}

/* "; called at 120.9 of SOL, most by SOLUSDT of binance-main"; "" for what is no measure of margin.
 */
static void
note_margin(const pli_registry *names, const plm_alert *alert, char *ret_text, size_t size)
{
	ret_text[0] = '\0';
	if (alert->measure < PLM_MEASURE_MARGIN_USAGE || alert->legs_count != 1)
		return;
	if (alert->measure == PLM_MEASURE_RESIDUAL_PCT) {
		note_suspect(names, alert, ret_text, size);
		return;
	}
	const plm_asset_fact *asset = pli_registry_asset_get(
	    names, (plm_asset_id){alert->legs[0].asset});
	const plm_instrument *contract = pli_registry_instrument_get(
	    names, (plm_instrument_id){alert->legs[0].instrument});
	const plm_account_fact *account = pli_registry_account_get(
	    names, (plm_account_id){alert->legs[0].account});
	double price = (double)alert->legs[0].moved;
	if (isnan(price) || asset == NULL || contract == NULL || account == NULL)
		return;
	bool end = alert->measure == PLM_MEASURE_LIQUIDATION_PCT;
	(void)snprintf(ret_text, size, "; %s at %.6g of %s, most by %s of %s",
	    end ? "liquidated" : "called", price, asset->name, contract->name, account->name);
}

void
pli_alert_note(
    pli_cli *cli, const pli_config *config, const pli_registry *names, const pli_notice *notice)
{
	const plm_alert *last = &notice->last.u.alert, *worst = &notice->worst.u.alert;
	char name[NOTE_NAME_MAX], now[80], then[80], where[224];
	note_name(config, last, name, sizeof name);
	note_state(last, now, sizeof now);
	note_state(worst, then, sizeof then);
	note_margin(names, last, where, sizeof where);
	note_basis(names, last, where, sizeof where);
	if (notice->alerts_count == 1)
		pli_cli_note(cli, "limit %s: %s%s", name, now, where);
	else
		pli_cli_note(cli, "limit %s: %u changes, the worst %s; now %s%s", name,
		    notice->alerts_count, then, now, where);
}
