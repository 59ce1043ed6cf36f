/* registry.h: names <-> ids of assets, accounts and instruments, with their facts.
 *
 * The net side interns names as it meets them (through plm_names, which this is); the core and
 * its replicas build theirs from ASSET, ACCOUNT and INSTRUMENT events alone. Memory is taken at
 * init from stated bounds. Not shared between threads. */
#ifndef PLI_MODEL_REGISTRY_H
#define PLI_MODEL_REGISTRY_H

#include "plimsoll/event.h"
#include "plimsoll/sys/venue.h"

typedef struct plm_names pli_registry;

/* pli_registry_bounds: most rows of each kind; memory is about 128 B, 256 B and 160 B a row. */
typedef struct pli_registry_bounds {
	uint32_t assets_max;
	uint32_t accounts_max;
	uint32_t instruments_max;
} pli_registry_bounds;

/* pli_registry_create: Errors: NULL when memory could not be had. destroy takes NULL. */
pli_registry *pli_registry_create(pli_registry_bounds bounds);
void pli_registry_destroy(pli_registry *registry);

/* pli_registry_apply takes an ASSET, ACCOUNT or INSTRUMENT event (others are ignored). The id in
 * the event is kept: rows may arrive with holes between. */
void pli_registry_apply(pli_registry *registry, const plm_event *event);

/* pli_registry_account interns (venue, name); facts are set by pli_registry_apply or _set. */
plm_account_id pli_registry_account(
    pli_registry *registry, plm_venue_id venue, plm_slice venue_name, plm_slice name);
void pli_registry_account_set(pli_registry *registry, const plm_account_fact *fact);
void pli_registry_asset_set(pli_registry *registry, const plm_asset_fact *fact);

/* PLI_TRANSIT_NAME: name, and venue's name, of the account that holds what is between accounts. */
#define PLI_TRANSIT_NAME "transit"

/* pli_registry_transit makes that account, at an id of venues that no venue has.
 * Errors: PLM_EFULL at the bound of accounts, or where an account of another kind has its name. */
plm_err pli_registry_transit(pli_registry *registry);

/* Counts: ids run from 1 to the count. */
uint32_t pli_registry_assets_count(const pli_registry *registry);
uint32_t pli_registry_accounts_count(const pli_registry *registry);
uint32_t pli_registry_instruments_count(const pli_registry *registry);

/* Rows by id: NULL for 0, past the count, or a hole. Borrowed; they do not move. */
const plm_asset_fact *pli_registry_asset_get(const pli_registry *registry, plm_asset_id id);
const plm_account_fact *pli_registry_account_get(const pli_registry *registry, plm_account_id id);
const plm_instrument *pli_registry_instrument_get(
    const pli_registry *registry, plm_instrument_id id);

/* find: id 0 when there is none; never interns. */
plm_asset_id pli_registry_asset_find(const pli_registry *registry, plm_slice name);
plm_account_id pli_registry_account_find(const pli_registry *registry, plm_slice name);
plm_instrument_id pli_registry_instrument_find(
    const pli_registry *registry, plm_venue_id venue, plm_slice name);

/* pli_registry_symbol writes the unified symbol of an instrument; "" where there is none. */
size_t pli_registry_symbol(
    const pli_registry *registry, plm_instrument_id id, char ret_text[PLM_SYMBOL_MAX]);

/* pli_registry_flush emits a definition event for each row that is new or changed since the last
 * flush, in the order assets, accounts, instruments. The host calls it before a call's events. */
plm_err pli_registry_flush(pli_registry *registry, plm_event_sink *sink);

/* pli_registry_define emits a definition event for every row, in that order. Errors: the sink's. */
plm_err pli_registry_define(const pli_registry *registry, plm_event_sink *sink);

#endif
