/* okx_rig.h: the adapter on the bench: names, a sink that keeps events, one that keeps requests,
 * and a venue of a few lines that answers them. */
#ifndef TESTS_VENUE_OKX_RIG_H
#define TESTS_VENUE_OKX_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/host_queue.h"
#include "model/registry.h"
#include "venue/okx/okx_session.h"
#include "venue/venues.h"

#define OKX_FIXTURES PLM_SHARED_DIR "/fixtures/okx/"

enum { RIG_EVENTS_MAX = 4096, RIG_REQUESTS_MAX = 4096 };

/* events: of the last call. sent: every request so far; answered: of them, by the venue. positions,
 * details, config: what the venue answers; fails: the status of its next answers, 200 good. */
typedef struct rig {
	pli_registry *names;
	plm_venue_cfg cfg;
	plm_event *events;
	uint32_t events_count;
	plm_request *sent;
	uint32_t sent_count, answered;
	plm_event_sink event_sink;
	plm_request_sink request_sink;
	plm_fault fault;
	plm_err err;
	void *state;
	plm_time_ns now_ns;
	const char *positions, *details, *config, *swaps, *status;
	uint16_t fails;
	bool mute; /* the private stream answers nothing */
} rig;

static inline plm_err
rig_emit(void *ctx, const plm_event *event)
{
	rig *r = ctx;
	if (r->events_count == RIG_EVENTS_MAX)
		return PLM_EFULL;
	r->events[r->events_count++] = *event;
	return PLM_OK;
}

static inline plm_err
rig_submit(void *ctx, const plm_request *request)
{
	rig *r = ctx;
	assert_true(pli_request_allowed(&pli_venue_okx, request));
	if (r->sent_count == RIG_REQUESTS_MAX)
		return PLM_EFULL;
	r->sent[r->sent_count++] = *request;
	return PLM_OK;
}

static inline rig *
rig_create(void)
{
	rig *r = calloc(1, sizeof *r);
	assert_non_null(r);
	r->names = pli_registry_create((pli_registry_bounds){1024, 16, 2048});
	r->events = calloc(RIG_EVENTS_MAX, sizeof *r->events);
	r->sent = calloc(RIG_REQUESTS_MAX, sizeof *r->sent);
	assert_non_null(r->names);
	assert_non_null(r->events);
	assert_non_null(r->sent);
	r->event_sink = (plm_event_sink){rig_emit, r};
	r->request_sink = (plm_request_sink){rig_submit, r};
	r->now_ns = 1800000000 * PLM_NS_PER_S;
	r->fails = 200;
	r->cfg = (plm_venue_cfg){.names = r->names,
	    .venue = pli_venue_id_of(&pli_venue_okx),
	    .account_name = "desk",
	    .markets = "",
	    .private_stream = true};
	r->cfg.account = pli_registry_account(
	    r->names, r->cfg.venue, PLM_SLICE("okx"), PLM_SLICE("desk"));
	return r;
}

static inline void
rig_destroy(rig *r)
{
	if (r->state != NULL)
		pli_venue_okx.ops->fini(r->state);
	free(r->state);
	pli_registry_destroy(r->names);
	free(r->events);
	free(r->sent);
	free(r);
}

static inline plm_err
rig_decode_slice(rig *r, plm_slice bytes, const char *channel)
{
	plm_frame frame = {.kind = PLM_FRAME_RAW, .channel = plm_slice_of(channel), .bytes = bytes};
	r->events_count = 0;
	r->fault = (plm_fault){.code = PLM_OK};
	r->err = pli_venue_okx.ops->decode(&r->cfg, &frame, &r->event_sink, &r->fault);
	return r->err;
}

static inline plm_err
rig_decode(rig *r, const char *text)
{
	return rig_decode_slice(r, plm_slice_of(text), NULL);
}

/* Whole file, to be freed; NULL when it is not there. */
static inline char *
rig_read(const char *name, size_t *ret_size)
{
	char path[512];
	(void)snprintf(path, sizeof path, OKX_FIXTURES "%s", name);
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		return NULL;
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	size_t size = (size_t)ftell(file);
	rewind(file);
	char *text = calloc(1, size + 1);
	assert_non_null(text);
	*ret_size = fread(text, 1, size, file);
	(void)fclose(file);
	return text;
}

/* Decodes a stored payload; false, with a note, when it is not here. */
static inline bool
rig_fixture(rig *r, const char *name)
{
	size_t size = 0;
	char *text = rig_read(name, &size);
	if (text == NULL) {
		(void)printf("# SKIP %s is not here\n", name);
		return false;
	}
	(void)rig_decode_slice(r, (plm_slice){text, size}, NULL);
	free(text);
	return true;
}

/* The n-th event of a type, from 0; NULL when there are fewer. */
static inline const plm_event *
rig_event(const rig *r, plm_event_type type, uint32_t n)
{
	for (uint32_t i = 0; i < r->events_count; i++)
		if (r->events[i].type == type && n-- == 0)
			return &r->events[i];
	return NULL;
}

static inline uint32_t
rig_count(const rig *r, plm_event_type type)
{
	uint32_t count = 0;
	while (rig_event(r, type, count) != NULL)
		count++;
	return count;
}

static inline const plm_event *
rig_need(const rig *r, plm_event_type type)
{
	const plm_event *event = rig_event(r, type, 0);
	if (event == NULL)
		fail_msg("no %s: %s", plm_event_text(type), r->fault.text);
	return event;
}

static inline const plm_instrument *
rig_spec(const rig *r, const char *name)
{
	const plm_instrument *spec = pli_registry_instrument_get(
	    r->names, pli_registry_instrument_find(r->names, r->cfg.venue, plm_slice_of(name)));
	assert_non_null(spec);
	return spec;
}

static inline const char *
rig_asset(const rig *r, plm_asset_id id)
{
	return plm_names_asset_text(r->names, id);
}

#define assert_decimal(value, text) rig_assert_decimal((value), (text), __FILE__, __LINE__)

static inline void
rig_assert_decimal(plm_decimal value, const char *text, const char *file, int line)
{
	char got[PLM_DECIMAL_TEXT_MAX];
	(void)plm_decimal_format(value, got);
	_assert_string_equal(got, text, file, line);
}

#endif
