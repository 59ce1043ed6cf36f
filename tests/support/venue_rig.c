/* venue_rig.c: an adapter, its sinks and a clock. */
#include "venue_rig.h"

static plm_err
rig_emit(void *ctx, const plm_event *event)
{
	rig *r = ctx;
	if (r->events_count >= r->events_max)
		return PLM_EFULL;
	r->events[r->events_count++] = *event;
	return PLM_OK;
}

/* Whatever the adapter asks must be on its own list, as the host looks at it. */
static plm_err
rig_submit(void *ctx, const plm_request *request)
{
	rig *r = ctx;
	assert_true(pli_request_allowed(r->desc, request));
	if (r->sent_count >= r->sent_max)
		return PLM_EFULL;
	r->sent[r->sent_count++] = *request;
	return PLM_OK;
}

rig *
rig_create_of(const plm_venue_desc *desc)
{
	rig *r = calloc(1, sizeof *r);
	assert_non_null(r);
	r->desc = desc;
	r->fixtures = desc->name;
	r->names = pli_registry_create((pli_registry_bounds){2048, 16, 8192});
	r->events = calloc(RIG_EVENTS_MAX, sizeof *r->events);
	r->sent = calloc(RIG_SENT_MAX, sizeof *r->sent);
	assert_true(r->names != NULL && r->events != NULL && r->sent != NULL);
	r->events_max = RIG_EVENTS_MAX;
	r->sent_max = RIG_SENT_MAX;
	r->event_sink = (plm_event_sink){rig_emit, r};
	r->request_sink = (plm_request_sink){rig_submit, r};
	r->now_ns = 1800000000 * PLM_NS_PER_S;
	r->cfg = (plm_venue_cfg){.names = r->names,
	    .venue = pli_venue_id_of(desc),
	    .account_name = "desk",
	    .markets = "",
	    .private_stream = true};
	r->cfg.account = pli_registry_account(
	    r->names, r->cfg.venue, plm_slice_of(desc->name), PLM_SLICE("desk"));
	return r;
}

void
rig_destroy(rig *r)
{
	if (r->state != NULL)
		r->desc->ops->fini(r->state);
	free(r->state);
	pli_registry_destroy(r->names);
	free(r->events);
	free(r->sent);
	free(r);
}

plm_err
rig_decode_slice(rig *r, plm_slice bytes, const char *channel)
{
	plm_frame frame = {.kind = PLM_FRAME_RAW, .channel = plm_slice_of(channel), .bytes = bytes};
	r->events_count = 0;
	r->fault = (plm_fault){.code = PLM_OK};
	return r->err = r->desc->ops->decode(&r->cfg, &frame, &r->event_sink, &r->fault);
}

plm_err
rig_decode(rig *r, const char *text)
{
	return rig_decode_slice(r, plm_slice_of(text), NULL);
}

char *
rig_read(const char *path, size_t *ret_size)
{
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

char *
rig_payload(const char *folder, const char *name)
{
	char path[512];
	size_t size;
	(void)snprintf(path, sizeof path, "%s/fixtures/%s/%s", PLM_SHARED_DIR, folder, name);
	char *text = rig_read(path, &size);
	if (text == NULL)
		(void)printf("# SKIP %s is not here\n", name);
	return text;
}

bool
rig_fixture(rig *r, const char *name)
{
	char *text = rig_payload(r->fixtures, name);
	if (text == NULL)
		return false;
	(void)rig_decode(r, text);
	free(text);
	return true;
}

const plm_event *
rig_event(const rig *r, plm_event_type type, uint32_t n)
{
	for (uint32_t i = 0; i < r->events_count; i++)
		if (r->events[i].type == type && n-- == 0)
			return &r->events[i];
	return NULL;
}

const plm_event *
rig_need(const rig *r, plm_event_type type, uint32_t n)
{
	const plm_event *event = rig_event(r, type, n);
	if (event == NULL)
		fail_msg("no event \"%s\" %u: %s", plm_event_text(type), n, r->fault.text);
	return event;
}

uint32_t
rig_count(const rig *r, plm_event_type type)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < r->events_count; i++)
		count += r->events[i].type == type;
	return count;
}

const plm_position *
rig_position(const rig *r, uint32_t n)
{
	return &rig_need(r, PLM_EVENT_POSITION, n)->u.position;
}

const plm_balance *
rig_balance(const rig *r, uint32_t n)
{
	return &rig_need(r, PLM_EVENT_BALANCE, n)->u.balance;
}

const plm_mark *
rig_mark(const rig *r, uint32_t n)
{
	return &rig_need(r, PLM_EVENT_MARK, n)->u.mark;
}

const plm_transfer *
rig_internal(const rig *r, uint32_t n, const char *asset, const char *quantity)
{
	const plm_event *event = rig_need(r, PLM_EVENT_TRANSFER, n);
	const plm_transfer *moved = &event->u.transfer;
	assert_int_equal(event->account.value, r->cfg.account.value);
	assert_asset(r, moved->asset, asset);
	assert_decimal(moved->quantity, quantity);
	assert_int_equal(moved->kind, PLM_TRANSFER_INTERNAL);
	assert_int_equal(moved->state, PLM_TRANSFER_DONE);
	assert_true(moved->transfer_hash != 0);
	assert_true(moved->chain_hash == 0 && moved->address_hash == 0);
	assert_false(plm_decimal_is_known(moved->fee));
	return moved;
}

const plm_instrument *
rig_spec(const rig *r, const char *name)
{
	const plm_instrument *spec = pli_registry_instrument_get(
	    r->names, pli_registry_instrument_find(r->names, r->cfg.venue, plm_slice_of(name)));
	assert_non_null(spec);
	return spec;
}

const char *
rig_asset(const rig *r, plm_asset_id id)
{
	return plm_names_asset_text(r->names, id);
}

void
rig_assert_decimal(plm_decimal value, const char *text, const char *file, int line)
{
	char got[PLM_DECIMAL_TEXT_MAX];
	(void)plm_decimal_format(value, got);
	_assert_string_equal(got, text, file, line);
}

void
rig_start(rig *r)
{
	r->state = calloc(1, r->desc->ops->state_size);
	assert_non_null(r->state);
	assert_int_equal(r->desc->ops->init(r->state, &r->cfg, &r->fault), PLM_OK);
}

void
rig_open(rig *r, uint8_t link)
{
	r->desc->ops->on_open(r->state, link, r->now_ns, &r->request_sink);
}

void
rig_close(rig *r, uint8_t link)
{
	r->desc->ops->on_close(r->state, link, r->now_ns, &r->request_sink);
}

static void
rig_clear(rig *r)
{
	r->events_count = r->keeps ? r->events_count : 0;
}

void
rig_tick(rig *r, int64_t after_ms)
{
	rig_clear(r);
	r->now_ns += after_ms * PLM_NS_PER_MS;
	r->desc->ops->on_tick(r->state, r->now_ns, &r->event_sink, &r->request_sink);
}

void
rig_wait(rig *r, int64_t ms)
{
	bool keeps = r->keeps;
	rig_clear(r);
	r->keeps = true;
	for (int64_t at = 0; at < ms; at += RIG_TICK_MS)
		rig_tick(r, RIG_TICK_MS);
	r->keeps = keeps;
}

void
rig_pass(rig *r, int64_t ms)
{
	bool keeps = r->keeps;
	r->keeps = true;
	for (int64_t at = 0; at < ms; at += RIG_TICK_MS) {
		rig_tick(r, RIG_TICK_MS);
		for (uint32_t until = r->sent_count; r->answered < until; r->answered++)
			r->answer(r, &r->sent[r->answered]);
	}
	r->keeps = keeps;
}

plm_err
rig_frame(rig *r, const plm_frame *frame)
{
	rig_clear(r);
	uint32_t before = r->events_count;
	r->fault = (plm_fault){.code = PLM_OK};
	r->err = r->desc->ops->on_frame(
	    r->state, r->now_ns, frame, &r->event_sink, &r->request_sink, &r->fault);
	if (r->err != PLM_OK && r->err != PLM_EKIND)
		r->events_count = before;
	return r->err;
}

plm_err
rig_say(rig *r, uint8_t link, const char *text)
{
	plm_frame frame = {.kind = PLM_FRAME_WS, .link = link, .bytes = plm_slice_of(text)};
	return rig_frame(r, &frame);
}

plm_venue_status
rig_status(const rig *r)
{
	plm_venue_status status;
	r->desc->ops->status(r->state, &status);
	return status;
}

plm_err
rig_reply(rig *r, const plm_request *sent, uint16_t status, const char *body)
{
	plm_request request = *sent;
	if (request.seal != 0)
		assert_int_equal(r->desc->ops->seal(r->state, r->now_ns, &request), PLM_OK);
	r->now_ns += r->way_ms * PLM_NS_PER_MS;
	plm_frame frame = {.kind = PLM_FRAME_HTTP,
	    .status = status,
	    .tag = request.tag,
	    .bytes = plm_slice_of(body)};
	return rig_frame(r, &frame);
}

uint32_t
rig_sent(const rig *r, const char *part)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < r->sent_count; i++)
		count += strstr(r->sent[i].body, part) != NULL ||
			 strstr(r->sent[i].target, part) != NULL;
	return count;
}

uint32_t
rig_links(const rig *r, plm_request_kind kind, uint8_t link)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < r->sent_count; i++)
		count += r->sent[i].kind == kind && r->sent[i].link == link;
	return count;
}
