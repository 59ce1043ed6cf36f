/* top_session.c: keeps the model fed and does what keys ask for. */
#include "cli/top_session.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/api_client.h"
#include "io/io.h"

#define SESSION_RETRY_NS_MIN (500 * PLM_NS_PER_MS)
#define SESSION_RETRY_NS_MAX (8 * PLM_NS_PER_S)
#define SESSION_SILENCE_NS (3500 * PLM_NS_PER_MS)
#define SESSION_STATE_NS (2 * PLM_NS_PER_S)
#define SESSION_REDRAW_NS (500 * PLM_NS_PER_MS)

static const char *const groupings[] = {
    "underlying,venue,account",
    "underlying,account",
    "venue,account,underlying",
    "account,underlying",
    "portfolio,underlying,account",
    "underlying,expiry,strike",
};
enum { GROUPINGS_COUNT = sizeof groupings / sizeof groupings[0] };

struct pli_top_session {
	pli_api_client *client;
	pli_top_model *model;
	pli_top_view view;
	pli_top_frame frame;
	pli_clock clock;
	char by[128];
	uint32_t grouping;
	bool ended;
	bool fresh; /* a message came since the last poll ended */
	plm_time_ns heard_ns;
	plm_time_ns retry_due_ns;
	int64_t retry_ns;
	plm_time_ns state_due_ns;
	plm_time_ns redraw_due_ns;
	uint64_t state_version;
	char selected_key[PLI_TOP_KEY_MAX];
};

static plm_time_ns
session_now(const pli_top_session *session)
{
	return session->clock.steady_ns(session->clock.ctx);
}

static uint32_t
levels_of(const char *by)
{
	uint32_t levels = 1;

	for (; *by != '\0'; by++)
		levels += *by == ',';
	return levels;
}

plm_err
pli_top_session_create(
    const char *address, const char *by, pli_top_session **ret_session, plm_fault *ret_fault)
{
	pli_top_session *session = calloc(1, sizeof *session);
	plm_err err;

	if (session == NULL)
		return plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for the view");
	session->model = pli_top_model_create();
	err = session->model == NULL
		  ? plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for the view")
		  : pli_api_create(address, &session->client, ret_fault);
	if (err != PLM_OK) {
		pli_top_session_destroy(session);
		return err;
	}
	pli_io_clock(&session->clock);
	(void)snprintf(session->by, sizeof session->by, "%s", by == NULL ? groupings[0] : by);
	session->view = (pli_top_view){.link = "connecting",
	    .grouping = session->by,
	    .address = pli_api_address(session->client),
	    .ascii = pli_top_screen_is_ascii()};
	session->retry_ns = SESSION_RETRY_NS_MIN;
	pli_top_model_reset(session->model, levels_of(session->by));
	*ret_session = session;
	return PLM_OK;
}

void
pli_top_session_greeks(pli_top_session *session)
{
	session->view.greeks = true;
}

void
pli_top_session_margin(pli_top_session *session)
{
	session->view.margin = true;
}

void
pli_top_session_destroy(pli_top_session *session)
{
	if (session == NULL)
		return;
	pli_api_destroy(session->client);
	pli_top_model_destroy(session->model);
	free(session);
}

static void
session_on_message(void *ctx, plm_slice text)
{
	pli_top_session *session = ctx;

	pli_top_model_take(session->model, text);
	session->fresh = true;
	session->heard_ns = session_now(session);
	session->retry_ns = SESSION_RETRY_NS_MIN;
}

static void
session_connect(pli_top_session *session)
{
	char path[256];

	(void)snprintf(path, sizeof path,
	    "/v1/stream?by=%s&tier=leg&levels=all&legs=true&offsets=true", session->by);
	pli_api_stream_open(session->client, path, session_on_message, session);
	session->heard_ns = session_now(session);
}

static void
session_say(pli_top_session *session, pli_top_row *row, bool open)
{
	char message[PLI_TOP_MESSAGE_MAX];

	pli_top_model_turn(session->model, row, open, message);
	if (message[0] != '\0')
		(void)pli_api_stream_send(session->client, plm_slice_of(message));
}

/* session_reopen tells a new stream which nodes are open. */
static void
session_reopen(pli_top_session *session)
{
	for (uint32_t i = 0; i < session->model->rows_count; i++) {
		pli_top_row *row = &session->model->rows[i];
		if (!row->open)
			continue;
		row->open = false;
		session_say(session, row, true);
	}
}

static void
session_fetch_state(pli_top_session *session)
{
	plm_slice body;
	uint32_t status = 0;

	if (pli_api_get(session->client, "/v1/feeds", 1000, &status, &body, NULL) == PLM_OK &&
	    status == 200)
		pli_top_model_take_feeds(session->model, body);
	if (pli_api_get(session->client, "/v1/alerts", 1000, &status, &body, NULL) == PLM_OK &&
	    status == 200)
		pli_top_model_take_alerts(session->model, body);
	if (pli_api_get(session->client, "/v1/actions", 1000, &status, &body, NULL) == PLM_OK &&
	    status == 200)
		pli_top_model_take_actions(session->model, body);
	if (pli_api_get(session->client, "/v1/margin", 1000, &status, &body, NULL) == PLM_OK &&
	    status == 200)
		pli_top_model_take_pools(session->model, body);
	session->state_version = session->model->state_version;
	session->state_due_ns = session_now(session) + SESSION_STATE_NS;
}

/* session_link says how the link is; opens the stream when it is due. */
static void
session_link(pli_top_session *session, plm_time_ns now_ns)
{
	pli_api_stream state = pli_api_stream_state(session->client);

	if (state == PLI_API_STREAM_CLOSED && now_ns >= session->retry_due_ns) {
		session_connect(session);
		session->retry_due_ns = now_ns + session->retry_ns;
		session->retry_ns = 2 * session->retry_ns > SESSION_RETRY_NS_MAX
					? SESSION_RETRY_NS_MAX
					: 2 * session->retry_ns;
	}
	if (state == PLI_API_STREAM_OPEN && session->model->ready)
		session->view.link = now_ns - session->heard_ns > SESSION_SILENCE_NS
					 ? "silent, numbers are old"
					 : "";
	else if (session->model->ready)
		session->view.link = "no link, numbers are old";
	else
		session->view.link = "connecting";
}

bool
pli_top_session_poll(pli_top_session *session, uint32_t wait_ms)
{
	pli_api_stream before = pli_api_stream_state(session->client);
	plm_time_ns now_ns;
	bool fresh;

	session->fresh = false;
	pli_api_poll(session->client, wait_ms);
	now_ns = session_now(session);
	session_link(session, now_ns);
	if (before != PLI_API_STREAM_OPEN &&
	    pli_api_stream_state(session->client) == PLI_API_STREAM_OPEN)
		session_reopen(session);
	if (pli_api_stream_state(session->client) == PLI_API_STREAM_OPEN &&
	    (now_ns >= session->state_due_ns ||
		session->state_version != session->model->state_version))
		session_fetch_state(session);
	fresh = session->fresh || now_ns >= session->redraw_due_ns;
	if (fresh)
		session->redraw_due_ns = now_ns + SESSION_REDRAW_NS;
	return fresh;
}

bool
pli_top_session_wait(pli_top_session *session, uint32_t timeout_ms, plm_fault *ret_fault)
{
	plm_time_ns until_ns = session_now(session) + timeout_ms * PLM_NS_PER_MS;
	uint32_t status = 0;
	plm_slice body;

	if (pli_api_get(session->client, "/v1/feeds", timeout_ms, &status, &body, ret_fault) !=
	    PLM_OK)
		return false;
	while (session_now(session) < until_ns) {
		(void)pli_top_session_poll(session, 50);
		if (session->model->complete) {
			session_fetch_state(session);
			session_link(session, session_now(session));
			return true;
		}
	}
	(void)plm_fault_set(ret_fault, PLM_ETIMEOUT, NULL,
	    "the daemon at %s answers, but its stream gave no snapshot; is the grouping '%s' "
	    "right?",
	    pli_api_address(session->client), session->by);
	return false;
}

void
pli_top_session_open_all(pli_top_session *session)
{
	for (uint32_t depth = 0; depth <= session->model->levels; depth++) {
		plm_time_ns until_ns = session_now(session) + 300 * PLM_NS_PER_MS;
		for (uint32_t i = 0; i < session->model->rows_count; i++)
			session_say(session, &session->model->rows[i], true);
		while (session_now(session) < until_ns)
			(void)pli_top_session_poll(session, 50);
	}
}

static void
select_row(pli_top_session *session, int64_t index, int rows)
{
	pli_top_view *view = &session->view;
	pli_top_model *model = session->model;

	if (index >= (int64_t)model->visible_count)
		index = (int64_t)model->visible_count - 1;
	if (index < 0)
		index = 0;
	view->selected = (uint32_t)index;
	if (view->selected < view->first)
		view->first = view->selected;
	if (rows > 0 && view->selected >= view->first + (uint32_t)rows)
		view->first = view->selected - (uint32_t)rows + 1;
	session->selected_key[0] = '\0';
	if (view->selected < model->visible_count)
		(void)snprintf(session->selected_key, sizeof session->selected_key, "%s",
		    model->rows[model->visible[view->selected]].key);
}

/* select_again keeps the selection on its row when rows above it come and go. */
static void
select_again(pli_top_session *session, int rows)
{
	pli_top_model *model = session->model;

	for (uint32_t i = 0; i < model->visible_count; i++) {
		if (strcmp(model->rows[model->visible[i]].key, session->selected_key) == 0) {
			select_row(session, i, rows);
			return;
		}
	}
	select_row(session, session->view.selected, rows);
}

static pli_top_row *
selected_row(pli_top_session *session)
{
	pli_top_model *model = session->model;

	if (session->view.selected >= model->visible_count)
		return NULL;
	return &model->rows[model->visible[session->view.selected]];
}

static void
key_left(pli_top_session *session, int rows)
{
	pli_top_row *row = selected_row(session);
	char parent[PLI_TOP_KEY_MAX];
	char *slash;

	if (row == NULL)
		return;
	if (row->open) {
		session_say(session, row, false);
		return;
	}
	(void)snprintf(parent, sizeof parent, "%s", row->key);
	slash = strrchr(parent, '/');
	if (slash == NULL)
		return;
	*slash = '\0';
	(void)snprintf(session->selected_key, sizeof session->selected_key, "%s", parent);
	select_again(session, rows);
}

static void
key_group(pli_top_session *session)
{
	session->grouping = (session->grouping + 1) % GROUPINGS_COUNT;
	(void)snprintf(session->by, sizeof session->by, "%s", groupings[session->grouping]);
	pli_top_model_reset(session->model, levels_of(session->by));
	session->view.selected = session->view.first = 0;
	session_connect(session);
}

static void
key_filter(pli_top_session *session, pli_top_key key, char text)
{
	char *filter = session->model->filter;
	size_t size = strlen(filter);

	if (key == PLI_TOP_KEY_TEXT && size + 1 < sizeof session->model->filter) {
		filter[size] = text;
		filter[size + 1] = '\0';
	} else if (key == PLI_TOP_KEY_BACKSPACE && size > 0) {
		filter[size - 1] = '\0';
	} else if (key == PLI_TOP_KEY_ESCAPE) {
		filter[0] = '\0';
		session->view.typing_filter = false;
	} else if (key == PLI_TOP_KEY_ENTER) {
		session->view.typing_filter = false;
	}
}

static void
key_text(pli_top_session *session, char text, int rows)
{
	pli_top_row *row = selected_row(session);

	if (text == 'q')
		session->ended = true;
	else if (text == '?')
		session->view.help = true;
	else if (text == '/')
		session->view.typing_filter = true;
	else if (text == 'g')
		key_group(session);
	else if (text == 'm')
		session->view.margin = !session->view.margin;
	else if (text == 'v')
		session->view.greeks = !session->view.greeks;
	else if (text == 'j' || text == 'k')
		select_row(session, (int64_t)session->view.selected + (text == 'j' ? 1 : -1), rows);
	else if (text == 'h')
		key_left(session, rows);
	else if (text == 'l' && row != NULL)
		session_say(session, row, true);
	else if (text == ' ' && row != NULL)
		session_say(session, row, !row->open);
	for (uint32_t i = 0; text == '*' && i < session->model->visible_count; i++)
		session_say(session, &session->model->rows[session->model->visible[i]], true);
}

static void
key_move(pli_top_session *session, pli_top_key key, int rows)
{
	int64_t at = session->view.selected;

	switch (key) {
	case PLI_TOP_KEY_UP:
		select_row(session, at - 1, rows);
		break;
	case PLI_TOP_KEY_DOWN:
		select_row(session, at + 1, rows);
		break;
	case PLI_TOP_KEY_PAGE_UP:
		select_row(session, at - rows, rows);
		break;
	case PLI_TOP_KEY_PAGE_DOWN:
		select_row(session, at + rows, rows);
		break;
	case PLI_TOP_KEY_HOME:
		select_row(session, 0, rows);
		break;
	case PLI_TOP_KEY_END:
		select_row(session, session->model->visible_count, rows);
		break;
	default:
		break;
	}
}

void
pli_top_session_key(pli_top_session *session, pli_top_key key, char text, int rows)
{
	pli_top_row *row = selected_row(session);

	if (session->view.help) {
		session->view.help = key == PLI_TOP_KEY_RESIZE;
	} else if (session->view.typing_filter) {
		key_filter(session, key, text);
	} else if (key == PLI_TOP_KEY_TEXT) {
		key_text(session, text, rows);
	} else if (key == PLI_TOP_KEY_LEFT) {
		key_left(session, rows);
	} else if (key == PLI_TOP_KEY_RIGHT && row != NULL) {
		if (row->open || !pli_top_model_expandable(session->model, row))
			select_row(session, (int64_t)session->view.selected + 1, rows);
		else
			session_say(session, row, true);
	} else if (key == PLI_TOP_KEY_ENTER && row != NULL) {
		session_say(session, row, !row->open);
	} else if (key == PLI_TOP_KEY_ESCAPE) {
		session->model->filter[0] = '\0';
	} else {
		key_move(session, key, rows);
	}
}

bool
pli_top_session_ended(const pli_top_session *session)
{
	return session->ended;
}

void
pli_top_session_render(pli_top_session *session, int width, int height)
{
	pli_top_model *model = session->model;
	plm_time_ns now_ns = session_now(session);

	pli_top_model_arrange(model);
	select_again(session, pli_top_frame_rows(height));
	session->view.now_ns = model->as_of_ns +
			       (model->ready ? (double)(now_ns - session->heard_ns) : 0);
	pli_top_frame_render(model, &session->view, width, height, &session->frame);
}

const pli_top_frame *
pli_top_session_frame(const pli_top_session *session)
{
	return &session->frame;
}
