/* hub_routes.c: requests: who may ask, what for, and what they get. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "api/cascade_json.h"
#include "api/hub_internal.h"
#include "api/ladder_json.h"
#include "api/page_files.h"
#include "api/surface_json.h"
#include "base/json.h"

static const char *const security_headers[] = {
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src "
    "'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
    "'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html",
    "X-Content-Type-Options: nosniff",
    "Referrer-Policy: no-referrer",
    "Cross-Origin-Opener-Policy: same-origin",
    "Cross-Origin-Resource-Policy: same-origin",
    "Cache-Control: no-store",
    NULL,
};

/* host_is_loopback: the name part of a Host header, with or without a port. */
bool
pli_hub_guard_host(plm_slice host)
{
	static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		size_t size = strlen(names[i]);
		if (host.size < size || memcmp(host.bytes, names[i], size) != 0)
			continue;
		if (host.size == size || host.bytes[size] == ':')
			return true;
	}
	return false;
}

bool
pli_hub_guard_origin(const pli_http_in *in)
{
	static const char scheme[] = "http://";
	const size_t size = sizeof scheme - 1;

	if (in->origin.size == 0)
		return true;
	return in->origin.size > size && memcmp(in->origin.bytes, scheme, size) == 0 &&
	       plm_slice_equal(
		   (plm_slice){in->origin.bytes + size, in->origin.size - size}, in->host);
}

static void
answer_json(pli_hub *hub, pli_http_answer *answer, uint32_t status)
{
	answer->status = status;
	answer->content_type = "application/json";
	answer->body = (plm_slice){hub->answer.bytes, hub->answer.size};
}

static void
answer_error(
    pli_hub *hub, pli_http_answer *answer, uint32_t status, const char *code, const char *message)
{
	pli_json_writer *w = &hub->answer;

	pli_json_writer_reset(w);
	pli_json_object_open(w);
	pli_json_key(w, "error");
	pli_json_object_open(w);
	pli_json_key(w, "code");
	pli_json_put_text(w, code);
	pli_json_key(w, "message");
	pli_json_put_text(w, message);
	pli_json_object_close(w);
	pli_json_object_close(w);
	answer_json(hub, answer, status);
}

static void
answer_refusal(pli_hub *hub, pli_http_answer *answer, plm_err code, const char *text)
{
	bool missing = code == PLM_ENOTFOUND;

	answer_error(hub, answer, missing ? 404 : 400, missing ? "not_found" : "bad_request", text);
}

static void
answer_fault(pli_hub *hub, pli_http_answer *answer, const plm_fault *fault)
{
	answer_refusal(hub, answer, fault->code, fault->text);
}

/* The same with its place in the body. */
static void
answer_placed(pli_hub *hub, pli_http_answer *answer, const plm_fault *fault)
{
	char text[PLM_FAULT_PATH_MAX + PLM_FAULT_TEXT_MAX + 2];
	const char *between = fault->path[0] == '\0' ? "" : ": ";

	(void)snprintf(text, sizeof text, "%s%s%s", fault->path, between, fault->text);
	answer_refusal(hub, answer, fault->code, text);
}

/* route_exposure and its siblings: one function a row of routes.def. name: what '*' stood for. */
typedef void route_function(
    pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer);

static void
route_exposure(pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer)
{
	plm_exposure_query query;
	plm_fault fault;

	(void)name;
	if (pli_hub_parse_query(hub, in->query, &query, NULL, &fault) != PLM_OK) {
		answer_fault(hub, answer, &fault);
		return;
	}
	pli_exposure_put_document(&hub->answer, &hub->source, &query);
	answer_json(hub, answer, 200);
}

static void
route_proof(pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer)
{
	static const char tail[] = "/proof";
	const size_t tail_size = sizeof tail - 1;
	plm_exposure_query query;
	plm_fault fault = {0};
	char text[PLM_FAULT_TEXT_MAX];

	if (name.size <= tail_size ||
	    memcmp(name.bytes + name.size - tail_size, tail, tail_size) != 0) {
		answer_error(hub, answer, 404, "not_found",
		    "expected /v1/exposure or /v1/exposure/UNDERLYING/proof");
		return;
	}
	name.size -= tail_size;
	if (pli_hub_parse_query(hub, in->query, &query, NULL, &fault) != PLM_OK) {
		answer_fault(hub, answer, &fault);
		return;
	}
	if (!plm_slice_is(name, "-"))
		query.underlying = pli_registry_asset_find(pli_book_registry(hub->book), name);
	if (query.underlying.value == 0 && !plm_slice_is(name, "-")) {
		(void)snprintf(text, sizeof text, "there is no underlying named '%.*s' in the book",
		    (int)(name.size > 60 ? 60 : name.size), name.bytes);
		answer_error(hub, answer, 404, "not_found", text);
		return;
	}
	pli_exposure_put_proof(&hub->answer, &hub->source, &query);
	answer_json(hub, answer, 200);
}

static void
route_surface(pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer)
{
	plm_exposure_query query;
	plm_fault fault;

	(void)name;
	if (pli_hub_parse_query(hub, in->query, &query, NULL, &fault) != PLM_OK ||
	    pli_surface_query_check(&query, &fault) != PLM_OK) {
		answer_fault(hub, answer, &fault);
		return;
	}
	pli_surface_put_document(&hub->answer, &hub->source, &query);
	answer_json(hub, answer, 200);
}

static void
route_margin(pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer)
{
	(void)in, (void)name;
	pli_ladder_put_document(&hub->answer, hub->book, hub->margin, hub->pools, HUB_POOLS_MAX);
	answer_json(hub, answer, 200);
}

static void
route_margin_legs(pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer)
{
	const pli_registry *registry = pli_book_registry(hub->book);
	plm_account_id account = {0};
	char text[PLM_FAULT_TEXT_MAX];

	(void)in;
	if (pli_hub_path_name(name, text, sizeof text))
		account = pli_registry_account_find(registry, plm_slice_of(text));
	if (account.value == 0) {
		(void)snprintf(text, sizeof text, "there is no account named '%.*s' in the book",
		    (int)(name.size > 60 ? 60 : name.size), name.bytes);
		answer_error(hub, answer, 404, "not_found", text);
		return;
	}
	const pli_ladder_legs_source source = {
	    pli_whatif_ladders(hub->whatif), hub->exposure, hub->margin, &hub->pool_legs};
	pli_ladder_put_account(&hub->answer, &source, account);
	answer_json(hub, answer, 200);
}

/* Reads the replica; a walk that would take too long ends early, and says so. */
static void
route_cascade(pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer)
{
	static const char *const known[] = {"move", NULL};
	pli_whatif_ask ask = {0};
	pli_cascade_answer cascade;
	plm_fault fault = {0};
	char move[PLM_FAULT_TEXT_MAX];

	(void)name;
	plm_err err = pli_hub_query_check(in->query, known, "move", &fault);
	if (err == PLM_OK && !pli_hub_query_value(in->query, "move", move, sizeof move))
		err = plm_fault_set(&fault, PLM_EPARSE, "move",
		    "expected ?move=ASSET=PERCENT, as in /v1/cascade?move=BTC=-50%%25 "
		    "(all=-50%%25: all by their beta)");
	if (err == PLM_OK)
		err = pli_whatif_ask_move(&ask, plm_slice_of(move), &fault);
	if (err == PLM_OK)
		err = pli_cascade_ask_book(
		    hub->cascade, hub->exposure, &ask, PLI_LEGS_EVALUATIONS_MAX, &cascade, &fault);
	if (err != PLM_OK) {
		answer_fault(hub, answer, &fault);
		return;
	}
	pli_cascade_put_document(&hub->answer, &cascade);
	answer_json(hub, answer, 200);
}

static void
route_accounts(pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer)
{
	(void)in, (void)name;
	pli_hub_put_accounts(hub, &hub->answer);
	answer_json(hub, answer, 200);
}

static void
route_transits(pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer)
{
	(void)in, (void)name;
	pli_hub_put_transits(hub, &hub->answer);
	answer_json(hub, answer, 200);
}

static void
route_positions(pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer)
{
	plm_exposure_query query;
	plm_fault fault;

	(void)name;
	if (pli_hub_parse_query(hub, in->query, &query, NULL, &fault) != PLM_OK) {
		answer_fault(hub, answer, &fault);
		return;
	}
	pli_hub_put_positions(hub, &hub->answer, &query);
	answer_json(hub, answer, 200);
}

static void
route_feeds(pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer)
{
	(void)in, (void)name;
	pli_hub_put_feeds(hub, &hub->answer);
	answer_json(hub, answer, 200);
}

static void
route_limits(pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer)
{
	(void)in, (void)name;
	pli_hub_put_limits(hub, &hub->answer);
	answer_json(hub, answer, 200);
}

static void
route_alerts(pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer)
{
	(void)in, (void)name;
	pli_hub_put_alerts(hub, &hub->answer);
	answer_json(hub, answer, 200);
}

static void
route_actions(pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer)
{
	(void)in, (void)name;
	pli_hub_put_actions(hub, &hub->answer);
	answer_json(hub, answer, 200);
}

/* acknowledgement_text copies a JSON string into a field of an event, cut at a whole character. */
static plm_err
acknowledgement_text(
    pli_json *json, const char *key, char *ret_text, size_t text_size, plm_fault *fault)
{
	plm_slice value = {NULL, 0};
	plm_err err = pli_json_string(json, pli_json_find(json, 0, key), &value, fault);

	if (err != PLM_OK)
		return err;
	if (value.size >= text_size)
		value.size = text_size - 1;
	while (value.size > 0 && value.size == text_size - 1 &&
	       ((unsigned char)value.bytes[value.size] & 0xC0) == 0x80)
		value.size--;
	if (value.size > 0)
		memcpy(ret_text, value.bytes, value.size);
	ret_text[value.size] = '\0';
	return PLM_OK;
}

static plm_err
acknowledgement_parse(pli_json *json, plm_slice body, plm_event *ret_event, plm_fault *fault)
{
	plm_acknowledgement *fact = &ret_event->u.acknowledgement;
	int64_t limit = 0, transition = -1;
	plm_err err = pli_json_parse(json, body, fault);

	if (err == PLM_OK)
		err = pli_json_int(json, pli_json_find(json, 0, "limit_id"), &limit, fault);
	if (err == PLM_OK)
		err = pli_json_int(json, pli_json_find(json, 0, "transition"), &transition, fault);
	if (err == PLM_OK)
		err = acknowledgement_text(
		    json, "scope_name", fact->scope_name, sizeof fact->scope_name, fault);
	if (err == PLM_OK)
		err = acknowledgement_text(json, "who", fact->who, sizeof fact->who, fault);
	if (err == PLM_OK)
		err = acknowledgement_text(json, "text", fact->text, sizeof fact->text, fault);
	if (err == PLM_OK &&
	    (limit <= 0 || limit > UINT32_MAX || transition < 0 || transition > UINT32_MAX))
		err = plm_fault_set(fault, PLM_EDECODE, "",
		    "expected {\"limit_id\": N, \"transition\": N, \"scope_name\": TEXT} of an "
		    "alert, "
		    "with \"who\" and \"text\" at will");
	fact->limit.value = (uint32_t)limit;
	fact->transition = (uint32_t)transition;
	return err;
}

static bool
limit_exists(const pli_hub *hub, const plm_acknowledgement *fact)
{
	pli_limit_state state;

	for (uint32_t i = 0; i < pli_limits_count(hub->limits); i++) {
		if (pli_limits_state(hub->limits, i, &state) &&
		    state.limit->id.value == fact->limit.value &&
		    strcmp(state.scope_name, fact->scope_name) == 0)
			return true;
	}
	return false;
}

static void
route_acknowledge(pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer)
{
	pli_json *json = pli_json_shared();
	plm_event event;
	plm_fault fault = {0};

	(void)name;
	plm_event_init(&event, PLM_EVENT_ACKNOWLEDGEMENT);
	if (json == NULL || acknowledgement_parse(json, in->body, &event, &fault) != PLM_OK) {
		answer_error(hub, answer, 400, "bad_request", fault.text);
		return;
	}
	if (!limit_exists(hub, &event.u.acknowledgement)) {
		answer_error(hub, answer, 404, "not_found",
		    "there is no limit with this limit_id and scope_name; /v1/limits lists them");
		return;
	}
	if (hub->config.command == NULL) {
		answer_error(hub, answer, 409, "refused",
		    "nothing can be acknowledged here: this book is not live");
		return;
	}
	event.received_time_ns = hub->wall_ns;
	if (hub->config.command(hub->config.ctx, &event) != PLM_OK) {
		answer_error(hub, answer, 503, "busy",
		    "the engine takes no command at the moment; try again");
		return;
	}
	pli_json_object_open(&hub->answer);
	pli_json_key(&hub->answer, "accepted");
	pli_json_put_bool(&hub->answer, true);
	pli_json_object_close(&hub->answer);
	answer_json(hub, answer, 202);
}

/* Reads the replica; supposes what the body says, changes nothing. */
static void
route_whatif(pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer)
{
	pli_json *json = pli_json_shared();
	pli_whatif_ask ask = {0};
	pli_whatif_answer whatif;
	plm_fault fault = {0};

	(void)name;
	if (json == NULL || pli_whatif_ask_json(&ask, json, in->body, &fault) != PLM_OK ||
	    pli_whatif_ask_book(hub->whatif, hub->exposure, &ask, &whatif, &fault) != PLM_OK) {
		answer_placed(hub, answer, &fault);
		return;
	}
	pli_whatif_put_document(&hub->answer, hub->book, &whatif);
	answer_json(hub, answer, 200);
}

static void
route_stream(pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer)
{
	(void)in, (void)name;
	answer_error(hub, answer, 426, "upgrade_required",
	    "this address speaks WebSocket: connect with ws://, not http://");
}

static void
answer_file(pli_http_answer *answer, const pli_page_file *file)
{
	answer->status = 200;
	answer->content_type = file->content_type;
	answer->body = (plm_slice){(const char *)file->bytes, file->size};
}

static const pli_page_file *
page_find(plm_slice path)
{
	for (size_t i = 0; i < pli_page_files_count; i++) {
		if (plm_slice_is(path, pli_page_files[i].path))
			return &pli_page_files[i];
	}
	return NULL;
}

static void
route_openapi(pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer)
{
	const pli_page_file *file = page_find(in->path);

	(void)name;
	if (file == NULL)
		answer_error(hub, answer, 404, "not_found", "openapi.yaml was not built in");
	else
		answer_file(answer, file);
}

static void
route_health(pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer)
{
	bool ok = false;

	(void)in, (void)name;
	pli_hub_put_health(hub, &hub->answer, &ok);
	answer_json(hub, answer, ok ? 200 : 503);
}

static void
route_metrics(pli_hub *hub, const pli_http_in *in, plm_slice name, pli_http_answer *answer)
{
	(void)in, (void)name;
	hub->text.size = 0;
	hub->text.overflow = false;
	pli_hub_put_metrics(hub, &hub->text);
	answer->status = hub->text.overflow ? 500 : 200;
	answer->content_type = "text/plain; version=0.0.4; charset=utf-8";
	answer->body = (plm_slice){hub->text.bytes, hub->text.size};
}

typedef struct route {
	const char *method;
	const char *path;
	route_function *answer;
} route;

static const route routes[] = {
#define R(method, path, handler, help) {method, path, route_##handler},
#include "api/routes.def"
#undef R
};

/* route_matches: *ret_name is what the final '*' of the row stands for. */
static bool
route_matches(const route *row, plm_slice path, plm_slice *ret_name)
{
	size_t size = strlen(row->path);

	*ret_name = (plm_slice){NULL, 0};
	if (row->path[size - 1] != '*')
		return plm_slice_is(path, row->path);
	if (path.size < size || memcmp(path.bytes, row->path, size - 1) != 0)
		return false;
	*ret_name = (plm_slice){path.bytes + size - 1, path.size - size + 1};
	return true;
}

/* request_refused answers requests that must not reach a route. */
static bool
request_refused(pli_hub *hub, const pli_http_in *in, pli_http_answer *answer)
{
	if (!pli_hub_guard_host(in->host)) {
		answer_error(hub, answer, 421, "wrong_host",
		    "the Host header must name this machine: localhost, 127.0.0.1 or [::1]");
	} else if (!plm_slice_is(in->method, "GET") && !pli_hub_guard_origin(in)) {
		answer_error(hub, answer, 403, "wrong_origin",
		    "only this program's own page may send commands");
	} else {
		return false;
	}
	hub->counters.requests_refused++;
	return true;
}

static void
request_dispatch(pli_hub *hub, const pli_http_in *in, pli_http_answer *answer)
{
	const pli_page_file *file;
	const route *other_method = NULL;
	plm_slice name;

	for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
		if (!route_matches(&routes[i], in->path, &name))
			continue;
		if (!plm_slice_is(in->method, routes[i].method)) {
			other_method = &routes[i];
			continue;
		}
		pli_hub_settle(hub);
		routes[i].answer(hub, in, name, answer);
		return;
	}
	file = page_find(in->path);
	if (other_method != NULL)
		answer_error(hub, answer, 405, "wrong_method",
		    strcmp(other_method->method, "POST") == 0 ? "this address takes POST"
							      : "this address takes GET");
	else if (file != NULL && plm_slice_is(in->method, "GET"))
		answer_file(answer, file);
	else
		answer_error(hub, answer, 404, "not_found",
		    "nothing is at this address; /v1/openapi.yaml lists what there is");
}

void
pli_hub_on_request(void *ctx, const pli_http_in *in, pli_http_answer *ret_answer)
{
	pli_hub *hub = ctx;

	assert(hub != NULL && in != NULL && ret_answer != NULL);
	*ret_answer = (pli_http_answer){0};
	hub->counters.requests++;
	pli_json_writer_reset(&hub->answer);
	if (!request_refused(hub, in, ret_answer))
		request_dispatch(hub, in, ret_answer);
	if (hub->answer.overflow)
		answer_error(hub, ret_answer, 507, "too_large",
		    "the answer is larger than 64 MB, or than the memory that is left; narrow it "
		    "by ?scope= or a coarser ?by=");
	ret_answer->headers = security_headers;
}
