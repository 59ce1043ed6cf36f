/* wiring.c: from a configuration to an engine. */
#include "cli/wiring.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/io.h"
#include "venue/venues.h"

/* Event loops, journal, some clients, and so many accounts; without simulated venues. */
enum { WIRING_DESCRIPTORS_MIN = 64, WIRING_ACCOUNTS_IN_MIN = 16 };

/* Each account more has two connections. */
static uint32_t
wiring_descriptors(uint32_t accounts_count)
{
	uint32_t more = accounts_count > WIRING_ACCOUNTS_IN_MIN
			    ? accounts_count - WIRING_ACCOUNTS_IN_MIN
			    : 0;
	return WIRING_DESCRIPTORS_MIN + 2 * more;
}

plm_err
pli_world_init(pli_world *world, plm_fault *ret_fault)
{
	*world = (pli_world){0};
	pli_io_clock(&world->clock);
	pli_io_disk(&world->disk);
	plm_err err = pli_io_descriptors(WIRING_DESCRIPTORS_MIN, ret_fault);
	if (err == PLM_OK)
		err = pli_io_net_create(&world->net, ret_fault);
	if (err == PLM_OK)
		err = pli_io_server_create(NULL, &world->server, ret_fault);
	if (err != PLM_OK)
		pli_world_fini(world);
	return err;
}

void
pli_world_fini(pli_world *world)
{
	pli_io_server_destroy(&world->server);
	pli_io_net_destroy(&world->net);
}

pli_book_bounds
pli_wiring_bounds(void)
{
	return (pli_book_bounds){
	    .registry = {.assets_max = 4096, .accounts_max = 2048, .instruments_max = 65536},
	    .positions_max = 131072,
	    .balances_max = 32768,
	    .feeds_max = 2048,
	    .tiers_max = 131072,
	};
}

static plm_err
wiring_asset(const pli_config_asset *asset, pli_registry *registry)
{
	plm_asset_id id = plm_names_asset(registry, plm_slice_of(asset->name));
	plm_asset_id parent = {0};
	if (asset->alias_of[0] != '\0')
		parent = plm_names_asset(registry, plm_slice_of(asset->alias_of));
	const plm_asset_fact *row = pli_registry_asset_get(registry, id);
	if (row == NULL)
		return PLM_EFULL;
	plm_asset_fact fact = *row;
	fact.alias_of = parent;
	fact.alias_factor = isnan(asset->factor) && parent.value != 0 ? 1.0 : asset->factor;
	fact.beta = asset->beta;
	fact.beta_r2 = asset->beta_r2;
	fact.beta_samples_count = asset->beta_samples;
	(void)snprintf(fact.asset_class, sizeof fact.asset_class, "%s", asset->asset_class);
	pli_registry_asset_set(registry, &fact);
	return PLM_OK;
}

static plm_err
wiring_rate(
    const pli_config_asset *asset, pli_registry *registry, plm_time_ns now_ns, plm_event_sink *sink)
{
	if (isnan(asset->usd))
		return PLM_OK;
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ASSET_RATE);
	event.received_time_ns = now_ns;
	event.u.asset_rate.asset = pli_registry_asset_find(registry, plm_slice_of(asset->name));
	plm_err err = plm_decimal_from_double(asset->usd, &event.u.asset_rate.usd);
	return err == PLM_OK ? sink->emit(sink->ctx, &event) : err;
}

static plm_err
wiring_policy(const pli_config *config, pli_registry *registry, plm_event_sink *sink)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POLICY);
	if (config->benchmark[0] != '\0')
		event.u.policy.benchmark = plm_names_asset(
		    registry, plm_slice_of(config->benchmark));
	event.u.policy.stale_after_s = config->policy_stale_after_s;
	event.u.policy.greeks_after_s = config->policy_greeks_after_s;
	event.u.policy.starting_s = config->policy_starting_s;
	event.u.policy.lag_after_s = config->policy_lag_after_s;
	event.u.policy.lag_vol_percent = (uint32_t)lround(config->policy_lag_vol * 100);
	event.u.policy.pending_orders = config->policy_pending_orders;
	event.u.policy.transit_after_s = config->policy_transit_after_s;
	return sink->emit(sink->ctx, &event);
}

static plm_err
wiring_limits(const pli_config *config, plm_event_sink *sink)
{
	plm_err err = PLM_OK;
	for (uint32_t i = 0; i < config->limits_count && err == PLM_OK; i++) {
		plm_event event;
		plm_event_init(&event, PLM_EVENT_LIMIT_CHANGE);
		event.u.limit = config->limits[i].fact;
		event.u.limit.id.value = i + 1;
		event.u.limit.active = 1;
		err = sink->emit(sink->ctx, &event);
	}
	return err;
}

plm_err
pli_wiring_facts(
    const pli_config *config, pli_registry *registry, plm_time_ns now_ns, plm_event_sink *sink)
{
	plm_err err = PLM_OK;
	for (uint32_t i = 0; i < config->assets_count && err == PLM_OK; i++)
		err = wiring_asset(&config->assets[i], registry);
	if (err == PLM_OK)
		err = wiring_policy(config, registry, sink);
	for (uint32_t i = 0; i < config->assets_count && err == PLM_OK; i++)
		err = wiring_rate(&config->assets[i], registry, now_ns, sink);
	if (err == PLM_OK)
		err = wiring_limits(config, sink);
	return err;
}

/* Each address of the account's comma list. */
static plm_err
wiring_addresses(const char *list, plm_account_id account, plm_event_sink *sink)
{
	plm_err err = PLM_OK;
	for (const char *at = list + strspn(list, ", "); *at != '\0' && err == PLM_OK;
	     at += strspn(at, ", ")) {
		size_t size = strcspn(at, ", ");
		plm_event event;
		plm_event_init(&event, PLM_EVENT_ADDRESS);
		event.u.address.account = account;
		event.u.address.hash = plm_transfer_hash((plm_slice){at, size});
		err = sink->emit(sink->ctx, &event);
		at += size;
	}
	return err;
}

/* With two accounts or more, coins may be between them. */
static plm_err
wiring_transit(const pli_config *config, pli_registry *registry, plm_event_sink *sink)
{
	if (config->policy_transit_after_s == 0 || config->accounts_count < 2)
		return PLM_OK;
	plm_err err = pli_registry_transit(registry);
	for (uint32_t i = 0; i < config->accounts_count && err == PLM_OK; i++) {
		const pli_config_account *account = &config->accounts[i];
		plm_account_id owner = pli_registry_account_find(
		    registry, plm_slice_of(account->name));
		err = wiring_addresses(account->address, owner, sink);
		if (err == PLM_OK)
			err = wiring_addresses(account->addresses, owner, sink);
	}
	return err;
}

static const char *
wiring_text(const char *text)
{
	return text[0] == '\0' ? NULL : text;
}

plm_err
pli_wiring_account(const pli_disk *disk, const pli_config_account *account, pli_secret *secret,
    pli_account_config *ret_row, plm_fault *ret_fault)
{
	plm_err err = pli_config_secret(disk, account, secret, ret_fault);
	if (err != PLM_OK)
		return err;
	const plm_venue_desc *desc = pli_venue_find(plm_slice_of(account->venue));
	if (desc == NULL)
		return plm_fault_set(ret_fault, PLM_ECONFIG, account->name,
		    "venue \"%s\" is not in this build", account->venue);
	*ret_row = (pli_account_config){.desc = desc,
	    .venue = pli_venue_id_of(desc),
	    .name = account->name,
	    .portfolio = account->portfolio,
	    .strategy = account->strategy,
	    .key = wiring_text(account->address[0] != '\0' ? account->address : secret->key),
	    .secret = wiring_text(secret->secret),
	    .passphrase = wiring_text(secret->passphrase),
	    .path = wiring_text(account->path),
	    .markets = account->markets,
	    .stream_url = wiring_text(account->stream_url),
	    .rest_url = wiring_text(account->rest_url),
	    .ca_file = wiring_text(account->ca_file),
	    .allow_trading_keys = account->allow_trading_keys};
	return PLM_OK;
}

static plm_err
wiring_add(pli_engine *engine, const pli_disk *disk, const pli_config_account *account,
    plm_fault *ret_fault)
{
	pli_secret secret = {0};
	pli_account_config row;
	plm_err err = pli_wiring_account(disk, account, &secret, &row, ret_fault);
	if (err == PLM_OK)
		err = pli_engine_add_account(engine, &row, ret_fault);
	pli_secret_wipe(&secret);
	return err;
}

static plm_err
wiring_inject(void *ctx, const plm_event *event)
{
	return pli_engine_inject(ctx, event);
}

plm_err
pli_wiring_engine(const pli_config *config, const pli_world *world, const char *journal_path,
    pli_engine **ret_engine, plm_fault *ret_fault)
{
	pli_engine_config engine_config = {.clock = &world->clock,
	    .disk = &world->disk,
	    .net = &world->net,
	    .journal_path = journal_path,
	    .bounds = pli_wiring_bounds(),
	    .limits_max = PLI_WIRING_LIMITS_MAX,
	    .limit_states_max = PLI_WIRING_LIMIT_STATES_MAX,
	    .accounts_max = PLI_CONFIG_ACCOUNTS_MAX};
	pli_engine *engine;
	plm_err err = pli_io_descriptors(wiring_descriptors(config->accounts_count), ret_fault);
	if (err == PLM_OK)
		err = pli_engine_create(&engine_config, &engine, ret_fault);
	if (err != PLM_OK)
		return err;
	for (uint32_t i = 0; i < config->accounts_count && err == PLM_OK; i++)
		err = wiring_add(engine, &world->disk, &config->accounts[i], ret_fault);
	if (err == PLM_OK) {
		plm_event_sink sink = {wiring_inject, engine};
		err = pli_wiring_facts(config, pli_engine_registry(engine),
		    world->clock.wall_ns(world->clock.ctx), &sink);
		if (err == PLM_OK)
			err = wiring_transit(config, pli_engine_registry(engine), &sink);
		if (err != PLM_OK)
			(void)plm_fault_set(ret_fault, err, NULL,
			    "the configuration's assets, limits and addresses do not fit: %s",
			    plm_err_text(err));
	}
	if (err != PLM_OK) {
		pli_engine_destroy(engine);
		return err;
	}
	*ret_engine = engine;
	return PLM_OK;
}

pli_config *
pli_wiring_read_config(pli_cli *cli, const pli_disk *disk, const char *path, int *ret_exit)
{
	pli_config *config = pli_config_create();
	if (config == NULL) {
		*ret_exit = pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the configuration");
		return NULL;
	}
	plm_err err = pli_config_read(disk, path, cli->err, config, NULL);
	if (err == PLM_OK)
		return config;
	pli_config_destroy(config);
	*ret_exit = pli_exit_of(err);
	return NULL;
}
