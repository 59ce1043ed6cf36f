/* venue_host.c: one adapter and what moves its bytes: life, turn, the net table's handler. */
#include "engine/venue_host.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault_point.h"
#include "engine/host_internal.h"

/* The world's clock at this very callback: handlers run inside poll. */
static void
host_turn(pli_venue_host *host)
{
	host->steady_ns = host->shared->clock->steady_ns(host->shared->clock->ctx);
	host->wall_ns = host->shared->clock->wall_ns(host->shared->clock->ctx);
}

void
pli_venue_host_on_open(pli_venue_host *host, uint32_t conn)
{
	host_turn(host);
	uint32_t number = (conn - 1) % PLM_LINKS_MAX;
	host_link *link = &host->links[number];
	link->state = LINK_OPEN;
	link->heard_ns = link->frame_ns = host->steady_ns;
	link->pinged_ns = link->send_ns = 0;
	link->ping_waits = link->ponged = false;
	if (number == 0 && host->desc->stream_path != NULL)
		pli_host_epoch_begin(host);
	pli_host_call_open(host, (uint8_t)number);
	pli_host_links_hasten(host);
	pli_host_pump(host);
	pli_host_report(host);
}

void
pli_venue_host_on_frame(
    pli_venue_host *host, uint32_t conn, plm_slice frame, plm_time_ns received_ns)
{
	host_turn(host);
	uint32_t number = (conn - 1) % PLM_LINKS_MAX;
	host->links[number].heard_ns = host->links[number].frame_ns = host->steady_ns;
	pli_host_take_frame(host, &(plm_frame){.kind = PLM_FRAME_WS,
				      .link = (uint8_t)number,
				      .received_time_ns = received_ns,
				      .bytes = frame,
				      .trip_ns = host->steady_ns - host->links[number].opening_ns});
	pli_host_pump(host);
}

void
pli_venue_host_on_pong(pli_venue_host *host, uint32_t conn)
{
	host_turn(host);
	host_link *link = &host->links[(conn - 1) % PLM_LINKS_MAX];
	link->heard_ns = host->steady_ns;
	link->ponged = true;
	link->ping_waits = false;
}

void
pli_venue_host_on_close(pli_venue_host *host, uint32_t conn, plm_err err, const char *text)
{
	host_turn(host);
	uint32_t number = (conn - 1) % PLM_LINKS_MAX;
	host_link *link = &host->links[number];
	link->state = LINK_CLOSED;
	link->next_ns = host->steady_ns + pli_host_backoff_ns(host, link->attempts++);
	if (host->trouble[0] == '\0')
		pli_host_trouble(host, text != NULL && text[0] != '\0' ? text : plm_err_text(err));
	plm_request_sink requests = pli_host_requests(host);
	if (host->desc->ops->on_close != NULL)
		host->desc->ops->on_close(host->state, (uint8_t)number, host->wall_ns, &requests);
	if (number == 0 && host->begun) {
		host->counters.reconnects++;
		pli_host_restart(host);
	}
	pli_host_report(host);
}

void
pli_venue_host_on_reply(pli_venue_host *host, uint32_t request, const pli_http_reply *reply)
{
	host_turn(host);
	host->shared->requests_in_flight--;
	host_in_flight slot = {0};
	bool waited = pli_host_in_flight_take(host, request, &slot);
	uint32_t retry_after_s = reply->retry_after_s;
	if (host->desc->retry_after_ms)
		retry_after_s = retry_after_s / 1000 + (retry_after_s % 1000 != 0);
	if (host->budgets[slot.link] != NULL)
		pli_budget_on_answer(host->budgets[slot.link], reply->status, retry_after_s,
		    reply->used_weight, host->steady_ns);
	if (waited && slot.probe && reply->status == 200)
		pli_host_probe_answered(host, slot.sent_ns);
	if (reply->status != 0)
		host->answered_ns = host->steady_ns;
	if (waited && !slot.probe)
		pli_host_take_frame(host, &(plm_frame){.kind = PLM_FRAME_HTTP,
					      .status = (uint16_t)reply->status,
					      .tag = slot.tag,
					      .received_time_ns = host->wall_ns,
					      .bytes = reply->body,
					      .retry_after_s = retry_after_s,
					      .trip_ns = host->steady_ns - slot.sent_ns});
	pli_host_pump(host);
}

/* With many accounts they begin one after the other: begun at once, all would wait for all, and
 * what was read first would be old before the last is read. */
static bool
host_may_begin(pli_venue_host *host)
{
	if (host->steady_ns < host->begin_ns || !pli_host_links_gone(host))
		return false;
	if (host->starting || host->starting_ns != 0)
		return true;
	const pli_budget *budget = host->budgets[0];
	bool rich = budget == NULL || pli_budget_is_rich(budget);
	if (host->shared->starting_count >= (rich ? HOST_STARTING_MAX : HOST_STARTING_MAX_SHORT)) {
		host->shared->crowded_until_ns = host->steady_ns + HOST_CROWDED_MS * PLM_NS_PER_MS;
		pli_host_trouble(host, "other accounts are read first");
		return false;
	}
	host->shared->starting_count++;
	host->starting = true;
	host->starting_ns = host->steady_ns;
	host->trouble[0] = '\0';
	return true;
}

static void
host_end_start(pli_venue_host *host)
{
	bool late = host->steady_ns - host->starting_ns > HOST_STARTING_MS_MAX * PLM_NS_PER_MS;
	bool read = host->was_live ||
		    (host->pictured && host->crowd != NULL && host->crowd->told.links_wait);
	if (!host->starting || !(late || read || host->stopped != PLM_OK))
		return;
	host->starting = false;
	host->shared->starting_count--;
}

static void
host_rest(pli_venue_host *host)
{
	if (host->rested)
		return;
	bool busy = host->reported.status != PLM_FEED_LIVE || host->queue.count > 0;
	for (uint32_t i = 0; i < HOST_IN_FLIGHT_MAX && !busy; i++)
		busy = host->in_flight[i].request != 0;
	if (busy)
		host->busy_ns = host->steady_ns;
	host->rested = host->steady_ns - host->busy_ns >= HOST_RESTED_MS * PLM_NS_PER_MS;
}

bool
pli_venue_host_is_rested(const pli_venue_host *host)
{
	return host->rested || host->reported.status != PLM_FEED_LIVE;
}

void
pli_venue_host_do_work(pli_venue_host *host, plm_time_ns steady_ns, plm_time_ns wall_ns)
{
	host->steady_ns = steady_ns;
	host->wall_ns = wall_ns;
	if (host->stopped == PLM_OK) {
		if (!host->begun && host_may_begin(host))
			pli_host_begin(host);
		if (host->begun) {
			pli_host_tick(host);
			pli_host_file_watch(host);
			pli_host_links_work(host);
			pli_host_probe(host);
			pli_host_pump(host);
		}
	}
	pli_host_report(host);
	host_end_start(host);
	host_rest(host);
}

static bool
host_text(char *target, size_t size, const char *text, const char *other)
{
	const char *from = text != NULL ? text : other != NULL ? other : "";
	int length = snprintf(target, size, "%s", from);
	return length >= 0 && (size_t)length < size;
}

static plm_err
host_copy(pli_venue_host *host, const pli_account_config *config, plm_fault *ret_fault)
{
	bool fits = host_text(host->name, sizeof host->name, config->name, NULL);
	fits &= host_text(host->markets, sizeof host->markets, config->markets, NULL);
	fits &= host_text(host->path, sizeof host->path, config->path, NULL);
	fits &= host_text(host->ca_file, sizeof host->ca_file, config->ca_file, NULL);
	fits &= host_text(host->stream_url, sizeof host->stream_url, config->stream_url,
	    config->desc->stream_url);
	fits &= host_text(
	    host->rest_url, sizeof host->rest_url, config->rest_url, config->desc->rest_url);
	fits &= host_text(host->key, sizeof host->key, config->key, NULL);
	fits &= host_text(host->secret, sizeof host->secret, config->secret, NULL);
	fits &= host_text(host->passphrase, sizeof host->passphrase, config->passphrase, NULL);
	if (!fits || config->name == NULL || config->name[0] == '\0')
		return plm_fault_set(ret_fault, PLM_EARG, config->name,
		    "the account's name must have 1 to 39 characters, its other texts under %d",
		    HOST_TEXT_MAX);
	return PLM_OK;
}

static plm_err
host_register(pli_venue_host *host, const pli_account_config *config, plm_fault *ret_fault)
{
	pli_registry *registry = host->shared->registry;
	plm_venue_id venue = config->venue;
	plm_account_id account = pli_registry_account(
	    registry, venue, plm_slice_of(host->desc->name), plm_slice_of(host->name));
	const plm_account_fact *row = pli_registry_account_get(registry, account);
	if (row == NULL || PLI_FAULT(HOST_ACCOUNT))
		return plm_fault_set(ret_fault, PLM_EFULL, host->name, "too many accounts");
	plm_account_fact fact = *row;
	bool fits = host_text(fact.portfolio, sizeof fact.portfolio, config->portfolio, NULL);
	fits &= host_text(fact.strategy, sizeof fact.strategy, config->strategy, NULL);
	if (!fits)
		return plm_fault_set(ret_fault, PLM_EARG, host->name,
		    "portfolio and strategy names must be under 40 characters");
	pli_registry_account_set(registry, &fact);
	host->cfg = (plm_venue_cfg){.names = registry,
	    .venue = venue,
	    .account = account,
	    .account_name = host->name,
	    .key = host->key[0] != '\0' ? host->key : NULL,
	    .secret = host->secret[0] != '\0' ? host->secret : NULL,
	    .passphrase = host->passphrase[0] != '\0' ? host->passphrase : NULL,
	    .path = host->path[0] != '\0' ? host->path : NULL,
	    .markets = host->markets,
	    .allow_trading_keys = config->allow_trading_keys,
	    .private_stream = host->key[0] != '\0'};
	return PLM_OK;
}

static bool
host_memory_create(pli_venue_host *host)
{
	size_t size = (host->desc->ops->state_size / 16 + 1) * 16;
	host->state = PLI_FAULT(HOST_STATE) ? NULL : aligned_alloc(16, size);
	if (host->state == NULL)
		return false;
	memset(host->state, 0, size);
	if (pli_host_is_file(host) && !PLI_FAULT(FILE_MEMORY))
		host->file_bytes = calloc(1, HOST_BODY_BYTES_MAX);
	return !pli_host_is_file(host) || host->file_bytes != NULL;
}

/* One for each REST host, which all accounts there share. */
static plm_err
host_budgets(pli_venue_host *host, plm_fault *ret_fault)
{
	for (uint32_t link = 0; link < PLM_REST_HOSTS_MAX && host->rest_url[0] != '\0'; link++) {
		const char *url = pli_host_rest_url(host, link);
		bool main_host = link == 0 || strcmp(url, host->rest_url) == 0;
		uint32_t weight = main_host ? host->desc->weight_per_minute_max
					    : host->desc->weights_per_minute_max_more[link - 1];
		host->budgets[link] = pli_budgets_get(host->shared->budgets, url, weight);
		if (host->budgets[link] == NULL || PLI_FAULT(HOST_BUDGET))
			return plm_fault_set(
			    ret_fault, PLM_EFULL, host->name, "too many different REST hosts");
	}
	return PLM_OK;
}

static plm_err
host_join(pli_venue_host *host, plm_fault *ret_fault)
{
	pli_crowds *crowds = host->shared->crowds;
	bool has_rest = host->budgets[0] != NULL, has_stream = host->stream_url[0] != '\0';
	if (has_rest)
		host->crowd = pli_crowd_create(crowds, host->desc, host->budgets[0]);
	if (has_stream)
		host->openings = pli_openings_get(
		    crowds, host->stream_url, host->desc->openings_max);
	if ((has_rest && host->crowd == NULL) || (has_stream && host->openings == NULL) ||
	    PLI_FAULT(HOST_CROWD))
		return plm_fault_set(ret_fault, PLM_EFULL, host->name, "too many different hosts");
	host->cfg.crowd = has_rest ? &host->crowd->told : NULL;
	return PLM_OK;
}

static plm_err
host_init(pli_venue_host *host, const pli_account_config *config, plm_fault *ret_fault)
{
	plm_err err = host_copy(host, config, ret_fault);
	if (err == PLM_OK)
		err = host_register(host, config, ret_fault);
	if (err != PLM_OK)
		return err;
	err = host_budgets(host, ret_fault);
	if (err == PLM_OK)
		err = host_join(host, ret_fault);
	if (err != PLM_OK)
		return err;
	if (!host_memory_create(host))
		return plm_fault_set(ret_fault, PLM_ENOMEM, host->name, "no memory");
	err = host->desc->ops->init(host->state, &host->cfg, ret_fault);
	if (err == PLM_OK && host->crowd != NULL)
		pli_crowd_count(host->shared->crowds, host->crowd, 1);
	return err;
}

plm_err
pli_venue_host_create(pli_host_shared *shared, uint32_t index, const pli_account_config *config,
    pli_venue_host **ret_host, plm_fault *ret_fault)
{
	assert(index < PLI_HOSTS_MAX && config->desc != NULL && config->desc->ops != NULL);
	pli_venue_host *host = PLI_FAULT(HOST_MEMORY) ? NULL : calloc(1, sizeof *host);
	if (host == NULL)
		return plm_fault_set(ret_fault, PLM_ENOMEM, config->name, "no memory");
	host->shared = shared;
	host->desc = config->desc;
	host->index = index;
	plm_err err = host_init(host, config, ret_fault);
	if (err != PLM_OK) {
		pli_venue_host_destroy(host);
		return err;
	}
	*ret_host = host;
	return PLM_OK;
}

void
pli_venue_host_destroy(pli_venue_host *host)
{
	if (host == NULL)
		return;
	if (host->state != NULL)
		host->desc->ops->fini(host->state);
	free(host->state);
	free(host->file_bytes);
	sodium_memzero(host->key, sizeof host->key);
	sodium_memzero(host->secret, sizeof host->secret);
	sodium_memzero(host->passphrase, sizeof host->passphrase);
	free(host);
}

pli_host_counters
pli_venue_host_counters_get(const pli_venue_host *host)
{
	return host->counters;
}
