/* hub.c: the serve agent: a replica that follows the core, and the turn of its work. */
#include "api/hub.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/hub_internal.h"
#include "base/fault_point.h"
#include "base/mutant.h"

static plm_err
hub_make_replica(pli_hub *hub)
{
	const pli_hub_config *config = &hub->config;

	hub->book = pli_book_create(&config->bounds);
	hub->exposure = hub->book == NULL ? NULL : pli_exposure_create(hub->book);
	hub->margin = hub->exposure == NULL ? NULL : pli_margin_create(hub->exposure);
	hub->pools = pli_ladder_rows_create(HUB_POOLS_MAX);
	if (hub->margin == NULL || hub->pools == NULL)
		return PLM_ENOMEM;
	hub->limits = pli_limits_create(
	    hub->exposure, config->limits_max, config->limit_states_max);
	if (hub->limits != NULL)
		pli_limits_watch_margin(hub->limits, hub->margin);
	hub->notices = pli_notices_create(config->limit_states_max);
	hub->pending = PLI_FAULT(HUB_PENDING) ? NULL : calloc(HUB_BATCH_MAX, sizeof *hub->pending);
	hub->text.capacity = HUB_METRICS_BYTES_MAX;
	hub->text.bytes = PLI_FAULT(HUB_TEXT) ? NULL : malloc(HUB_METRICS_BYTES_MAX);
	uint32_t legs_max = config->bounds.positions_max;
	if (legs_max > HUB_POOL_LEGS_MAX)
		legs_max = HUB_POOL_LEGS_MAX;
	hub->whatif = pli_whatif_create(&config->bounds, legs_max, HUB_POOLS_MAX);
	if (hub->whatif != NULL)
		pli_whatif_watch(hub->whatif, hub->margin);
	hub->cascade = pli_cascade_create(&config->bounds, legs_max, HUB_POOLS_MAX);
	if (hub->limits == NULL || hub->notices == NULL || hub->pending == NULL ||
	    hub->text.bytes == NULL || hub->whatif == NULL || hub->cascade == NULL ||
	    !pli_ladder_legs_create(&hub->pool_legs, legs_max))
		return PLM_ENOMEM;
	return pli_exposure_source_init(&hub->source, hub->book, hub->exposure, HUB_ROWS_MAX,
	    config->bounds.positions_max + config->bounds.balances_max);
}

pli_hub *
pli_hub_create(const pli_hub_config *config)
{
	assert(config != NULL && config->server != NULL && config->clock != NULL);
	pli_hub *hub = PLI_FAULT(HUB_MEMORY) ? NULL : calloc(1, sizeof *hub);

	if (hub == NULL)
		return NULL;
	hub->config = *config;
	pli_json_writer_init(&hub->answer, HUB_ANSWER_BYTES_MAX);
	pli_json_writer_init(&hub->message, HUB_ANSWER_BYTES_MAX);
	if (hub_make_replica(hub) != PLM_OK) {
		pli_hub_destroy(hub);
		return NULL;
	}
	const pli_server_handler handler = {.on_request = pli_hub_on_request,
	    .on_connect = pli_hub_on_connect,
	    .on_message = pli_hub_on_message,
	    .on_disconnect = pli_hub_on_disconnect,
	    .ctx = hub};
	config->server->set_handler(config->server->ctx, &handler);
	return hub;
}

void
pli_hub_destroy(pli_hub *hub)
{
	if (hub == NULL)
		return;
	pli_hub_stream_fini(hub);
	pli_exposure_source_fini(&hub->source);
	pli_whatif_destroy(hub->whatif);
	pli_cascade_destroy(hub->cascade);
	pli_ladder_legs_destroy(&hub->pool_legs);
	pli_json_writer_fini(&hub->answer);
	pli_json_writer_fini(&hub->message);
	free(hub->text.bytes);
	free(hub->pending);
	pli_notices_destroy(hub->notices);
	pli_limits_destroy(hub->limits);
	pli_margin_destroy(hub->margin);
	free(hub->pools);
	pli_exposure_destroy(hub->exposure);
	pli_book_destroy(hub->book);
	free(hub);
}

plm_err
pli_hub_listen(
    pli_hub *hub, const char *host, uint16_t port, uint16_t *ret_port, plm_fault *ret_fault)
{
	const pli_server *server = hub->config.server;
	uint16_t given = 0;
	plm_err err;

	if (strncmp(host, "127.", 4) != 0 && strcmp(host, "::1") != 0)
		return plm_fault_set(ret_fault, PLM_EREFUSED, "api.listen",
		    "%s is not a loopback address; the API has no access control yet, so it "
		    "listens on "
		    "127.0.0.1 or ::1 only",
		    host);
	err = PLI_FAULT(HUB_LISTEN) ? PLM_EINUSE
				    : server->listen(server->ctx, host, port, NULL, NULL, &given);
	if (err != PLM_OK)
		return plm_fault_set(ret_fault, err, "api.listen", "cannot listen on %s:%u: %s",
		    host, port, plm_err_text(err));
	hub->port = given;
	*ret_port = given;
	return PLM_OK;
}

uint16_t
pli_hub_port(const pli_hub *hub)
{
	return hub->port;
}

static void
hub_apply_pending(pli_hub *hub)
{
	for (uint32_t i = 0; i < hub->pending_count; i++)
		if (!pli_mutant(HUB_REPLICA_BEHIND) || hub->pending[i].sequence % 1000 != 7)
			pli_book_apply(hub->book, &hub->pending[i]);
	hub->pending_count = 0;
}

static void
hub_tell(pli_hub *hub, const pli_notice *notice)
{
	pli_hub_stream_notice(hub, notice);
	if (hub->config.notify != NULL)
		hub->config.notify(hub->config.ctx, notice);
}

void
pli_hub_on_event(pli_hub *hub, const plm_event *event)
{
	assert(hub != NULL && event != NULL);
	hub->counters.events++;
	if (event->type == PLM_EVENT_ALERT || event->type == PLM_EVENT_LIMIT_CHANGE ||
	    event->type == PLM_EVENT_ACKNOWLEDGEMENT) {
		/* The alert's scope may have come with the batch that just ended. */
		if (event->type == PLM_EVENT_ALERT)
			pli_hub_settle(hub);
		pli_limits_apply(hub->limits, event);
		hub->state_version++;
	}
	if (event->type == PLM_EVENT_FEED_STATE || event->type == PLM_EVENT_VENUE_ACTION)
		hub->state_version++;
	if (hub->pending_count == HUB_BATCH_MAX) {
		hub->counters.batches_large++;
		hub_apply_pending(hub);
	}
	hub->pending[hub->pending_count++] = *event;
	if (event->type == PLM_EVENT_BATCH_END) {
		hub_apply_pending(hub);
		hub->dirty = true;
	}
	if (event->type == PLM_EVENT_ALERT) {
		hub->counters.alerts++;
		pli_hub_stream_alert(hub, event);
		if (!pli_notices_take(hub->notices, event))
			hub_tell(hub, &(pli_notice){1, *event, *event});
	}
}

void
pli_hub_settle(pli_hub *hub)
{
	if (!hub->dirty)
		return;
	pli_margin_note(hub->margin);
	pli_exposure_settle(hub->exposure);
	pli_margin_settle(hub->margin);
	pli_limits_follow(hub->limits);
	hub->dirty = false;
}

int
pli_hub_do_work(pli_hub *hub, plm_time_ns steady_ns, plm_time_ns wall_ns)
{
	const pli_server *server = hub->config.server;
	const pli_clock *clock = hub->config.clock;
	int work;

	hub->steady_ns = steady_ns;
	hub->wall_ns = wall_ns;
	/* Nobody may ask for long: volatilities are seen all the same. */
	if (pli_margin_is_due(hub->margin))
		pli_hub_settle(hub);
	work = server->poll(server->ctx, 0);
	for (pli_notice notice; pli_notices_next(hub->notices, steady_ns, &notice); work++)
		hub_tell(hub, &notice);
	if (steady_ns < hub->tick_due_ns)
		return work;
	work += pli_hub_stream_tick(hub);
	/* A book that takes long to roll up is shown less often rather than falling behind. */
	int64_t cost_ns = clock->steady_ns(clock->ctx) - steady_ns;
	hub->tick_last_ns = steady_ns;
	hub->tick_due_ns = steady_ns + (5 * cost_ns > HUB_TICK_NS ? 5 * cost_ns : HUB_TICK_NS);
	return work;
}

const pli_book *
pli_hub_book(const pli_hub *hub)
{
	return hub->book;
}

const pli_exposure *
pli_hub_exposure(pli_hub *hub)
{
	pli_hub_settle(hub);
	return hub->exposure;
}

bool
pli_hub_numbers_get(const pli_hub *hub, pli_hub_numbers *ret_numbers)
{
	if (hub->config.numbers == NULL)
		return false;
	*ret_numbers = (pli_hub_numbers){0};
	hub->config.numbers(hub->config.ctx, ret_numbers);
	return true;
}

hub_breaches
pli_hub_breaches_count(const pli_hub *hub)
{
	hub_breaches breaches = {0};
	pli_limit_state state;

	for (uint32_t i = 0; i < pli_limits_count(hub->limits); i++) {
		if (!pli_limits_state(hub->limits, i, &state) || state.level == 0)
			continue;
		breaches.soft += state.level == 1;
		breaches.hard += state.level == 2;
		breaches.unacknowledged += !state.acknowledged;
	}
	return breaches;
}

void
pli_hub_text_add(hub_text *text, const char *format, ...)
{
	va_list arguments;
	int written;

	va_start(arguments, format);
	written = vsnprintf(
	    text->bytes + text->size, text->capacity - text->size, format, arguments);
	va_end(arguments);
	if (written < 0 || PLI_FAULT(HUB_METRICS_FULL) ||
	    (size_t)written >= text->capacity - text->size)
		text->overflow = true;
	else
		text->size += (size_t)written;
}
