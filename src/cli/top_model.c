/* top_model.c: stream messages into rows, rows into an order for the screen. */
#include "cli/top_model.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_write.h"
#include "cli/api_client_json.h"
#include "cli/number_text.h"

static bool
model_row_has_key(const void *owner, uint32_t value, plm_slice key)
{
	const pli_top_model *model = owner;

	return plm_slice_is(key, model->rows[value - 1].key);
}

pli_top_model *
pli_top_model_create(void)
{
	pli_top_model *model = calloc(1, sizeof *model);

	if (model == NULL)
		return NULL;
	model->map = pli_map_create(PLI_TOP_ROWS_MAX, model_row_has_key, model);
	model->json = pli_json_create();
	if (model->map == NULL || model->json == NULL) {
		pli_top_model_destroy(model);
		return NULL;
	}
	return model;
}

void
pli_top_model_destroy(pli_top_model *model)
{
	if (model == NULL)
		return;
	pli_map_destroy(model->map);
	pli_json_destroy(model->json);
	free(model);
}

void
pli_top_model_reset(pli_top_model *model, uint32_t levels)
{
	pli_map *map = pli_map_create(PLI_TOP_ROWS_MAX, model_row_has_key, model);

	if (map != NULL) {
		pli_map_destroy(model->map);
		model->map = map;
		model->rows_count = 0;
	}
	model->ready = model->complete = false;
	model->levels = levels;
	model->visible_count = 0;
}

/* key_name writes the last part of a key, with %2F and %25 undone. */
static void
key_name(const char *key, char ret_name[PLI_TOP_NAME_MAX])
{
	const char *slash = strrchr(key, '/');
	const char *from = slash == NULL ? key : slash + 1;
	size_t size = 0;

	for (; *from != '\0' && size + 1 < PLI_TOP_NAME_MAX; from++) {
		if (strncmp(from, "%2F", 3) == 0 || strncmp(from, "%25", 3) == 0) {
			ret_name[size++] = from[1] == '2' && from[2] == 'F' ? '/' : '%';
			from += 2;
		} else {
			ret_name[size++] = *from;
		}
	}
	ret_name[size] = '\0';
	if (size == 0)
		(void)snprintf(ret_name, PLI_TOP_NAME_MAX, "(none)");
}

static void
read_greeks(pli_json *json, uint32_t node, pli_top_row *row)
{
	row->gamma_usd_1pct = pli_api_number_of(json, node, "gamma_usd_1pct");
	row->vega_usd = pli_api_number_of(json, node, "vega_usd");
	row->vega_usd_30d = pli_api_number_of(json, node, "vega_usd_30d");
	row->theta_usd = pli_api_number_of(json, node, "theta_usd");
}

static void
read_group(pli_json *json, uint32_t node, pli_top_row *row)
{
	row->mixed = pli_json_find(json, node, "underlying") == 0;
	row->long_coins = pli_api_number_of(json, node, "long_coins");
	row->short_coins = pli_api_number_of(json, node, "short_coins");
	row->net_coins = pli_api_number_of(json, node, "net_coins");
	row->net_usd = pli_api_number_of(json, node, "net_usd");
	row->gross_usd = pli_api_number_of(json, node, "gross_usd");
	row->equity_usd = pli_api_number_of(json, node, "equity_usd");
	row->leverage_gross = pli_api_number_of(json, node, "leverage_gross");
	row->leverage_net = pli_api_number_of(json, node, "leverage_net");
	row->legs_unpriced = pli_api_count_of(json, node, "legs_unpriced");
	row->legs_stale = pli_api_count_of(json, node, "legs_stale");
	row->legs_expired = pli_api_count_of(json, node, "legs_expired");
	row->oldest_ns = pli_api_number_of(json, node, "oldest_time_ns");
	row->priced = pli_api_number_of(json, node, "priced_share");
	row->offset = pli_api_number_of(json, node, "offset_book");
	read_greeks(json, node, row);
	uint32_t lagging = pli_json_find(json, node, "lagging");
	bool lags = lagging != 0 && pli_json_nodes(json, NULL)[lagging].children_count > 0;
	row->doubt = row->legs_unpriced > 0 || row->legs_stale > 0 || lags || !(row->priced >= 1);
}

static void
read_leg(pli_json *json, uint32_t node, pli_top_row *row)
{
	plm_slice instrument = pli_api_text_of(json, node, "instrument");
	plm_slice asset = pli_api_text_of(json, node, "asset");
	plm_slice side = pli_api_text_of(json, node, "side");
	bool included, priced;

	if (instrument.size == 0)
		(void)snprintf(
		    row->name, sizeof row->name, "%.*s balance", (int)asset.size, asset.bytes);
	else
		(void)snprintf(row->name, sizeof row->name, "%.*s%s%.*s", (int)instrument.size,
		    instrument.bytes, plm_slice_is(side, "net") ? "" : " ",
		    plm_slice_is(side, "net") ? 0 : (int)side.size, side.bytes);
	row->net_coins = pli_api_number_of(json, node, "delta_coins");
	row->net_usd = pli_api_number_of(json, node, "delta_usd");
	row->oldest_ns = pli_api_number_of(json, node, "oldest_time_ns");
	row->legs_stale = !plm_slice_is(pli_api_text_of(json, node, "feed"), "live");
	included = pli_api_flag_of(json, node, "included");
	priced = pli_api_flag_of(json, node, "priced");
	row->long_coins = row->net_coins < 0 ? 0 : row->net_coins;
	row->short_coins = row->net_coins > 0 ? 0 : row->net_coins;
	row->gross_usd = fabs(row->net_usd);
	row->offset = row->priced = (double)NAN;
	read_greeks(json, node, row);
	row->doubt = !included ? 2 : !priced || row->legs_stale;
	plm_slice reason = pli_api_text_of(json, node, "reason");
	row->legs_expired = plm_slice_is(reason, "expired") || plm_slice_is(reason, "delisted");
}

static pli_top_row *
row_for(pli_top_model *model, plm_slice key)
{
	uint32_t found = pli_map_find(model->map, key);
	pli_top_row *row;

	if (found != 0)
		return &model->rows[found - 1];
	if (key.size == 0 || key.size >= PLI_TOP_KEY_MAX || model->rows_count == PLI_TOP_ROWS_MAX)
		return NULL;
	row = &model->rows[model->rows_count];
	*row = (pli_top_row){0};
	memcpy(row->key, key.bytes, key.size);
	if (pli_map_put(model->map, key, model->rows_count + 1) != PLM_OK)
		return NULL;
	model->rows_count++;
	key_name(row->key, row->name);
	return row;
}

static void
take_row(pli_top_model *model, uint32_t node)
{
	pli_json *json = model->json;
	pli_top_row *row = row_for(model, pli_api_text_of(json, node, "key"));

	if (row == NULL)
		return;
	row->level = (uint8_t)pli_api_count_of(json, node, "level");
	row->is_leg = pli_api_flag_of(json, node, "leg");
	row->alive = true;
	if (row->is_leg)
		read_leg(json, node, row);
	else
		read_group(json, node, row);
}

static void
take_head(pli_top_model *model)
{
	pli_json *json = model->json;
	uint32_t breaches = pli_json_find(json, 0, "breaches");
	uint32_t feeds = pli_json_find(json, 0, "feeds");
	uint32_t total = pli_json_find(json, 0, "total");

	model->sequence = (uint64_t)pli_api_count_of(json, 0, "sequence");
	model->as_of_ns = pli_api_number_of(json, 0, "as_of_ns");
	model->state_version = pli_api_count_of(json, 0, "state_version");
	model->breaches_soft = pli_api_count_of(json, breaches, "soft");
	model->breaches_hard = pli_api_count_of(json, breaches, "hard");
	model->feeds_live = pli_api_count_of(json, feeds, "live");
	model->feeds_all = pli_api_count_of(json, feeds, "all");
	if (total != 0)
		read_group(json, total, &model->total);
	model->ready = true;
}

void
pli_top_model_take(pli_top_model *model, plm_slice text)
{
	pli_json *json = model->json;
	const pli_json_node *nodes;
	uint32_t count = 0, rows, removed;
	plm_slice type;

	if (pli_json_parse(json, text, NULL) != PLM_OK)
		return;
	nodes = pli_json_nodes(json, &count);
	type = pli_api_text_of(json, 0, "type");
	if (!plm_slice_is(type, "snapshot") && !plm_slice_is(type, "change"))
		return;
	for (uint32_t i = 0; plm_slice_is(type, "snapshot") && i < model->rows_count; i++)
		model->rows[i].alive = false;
	take_head(model);
	rows = pli_json_find(json, 0, "rows");
	for (uint32_t i = 0, node = rows + 1; rows != 0 && i < nodes[rows].children_count;
	     i++, node = nodes[node].next)
		take_row(model, node);
	removed = pli_json_find(json, 0, "removed");
	for (uint32_t i = 0, node = removed + 1; removed != 0 && i < nodes[removed].children_count;
	     i++, node = nodes[node].next) {
		uint32_t found = pli_map_find(model->map, nodes[node].text);
		if (found != 0)
			model->rows[found - 1].alive = false;
	}
	model->complete = !pli_api_flag_of(json, 0, "more");
}

void
pli_top_model_take_feeds(pli_top_model *model, plm_slice text)
{
	pli_json *json = model->json;
	const pli_json_node *nodes;
	uint32_t count = 0, feeds;

	if (pli_json_parse(json, text, NULL) != PLM_OK)
		return;
	nodes = pli_json_nodes(json, &count);
	feeds = pli_json_find(json, 0, "feeds");
	model->feeds_count = 0;
	for (uint32_t i = 0, node = feeds + 1; feeds != 0 && i < nodes[feeds].children_count &&
					       model->feeds_count < PLI_TOP_FEEDS_MAX;
	     i++, node = nodes[node].next) {
		pli_top_line *line = &model->feeds[model->feeds_count++];
		plm_slice status = pli_api_text_of(json, node, "status");
		plm_slice account = pli_api_text_of(json, node, "account");
		plm_slice why = pli_api_text_of(json, node, "text");
		bool live = plm_slice_is(status, "live");
		line->level = live ? 0 : plm_slice_is(status, "down") ? 2 : 1;
		(void)snprintf(line->text, sizeof line->text, "%.*s %.*s%s%.*s", (int)account.size,
		    account.bytes, (int)status.size, status.bytes,
		    live || why.size == 0 ? "" : ": ", live ? 0 : (int)why.size, why.bytes);
	}
}

static void
take_alert(pli_top_model *model, uint32_t node)
{
	pli_json *json = model->json;
	pli_top_line *line = &model->alerts[model->alerts_count++];
	plm_slice measure = pli_api_text_of(json, node, "measure"),
		  name = pli_api_text_of(json, node, "limit");
	plm_slice scope = pli_api_text_of(json, node, "scope_name"),
		  kind = pli_api_text_of(json, node, "kind");
	plm_slice level = pli_api_text_of(json, node, "level"),
		  suspect = pli_api_text_of(json, node, "suspect");
	bool clear = plm_slice_is(kind, "clear"), current = pli_api_flag_of(json, node, "current");
	char value[PLI_NUMBER_TEXT_MAX], band[PLI_NUMBER_TEXT_MAX], time[PLM_TIME_TEXT_MAX];
	double time_ns = pli_api_number_of(json, node, "time_ns");

	if (plm_slice_equal(scope, name))
		scope.size = 0;
	line->level = clear || !current ? 0 : plm_slice_is(level, "hard") ? 2 : 1;
	(void)plm_time_format(isnan(time_ns) ? 0 : (plm_time_ns)time_ns, time);
	(void)pli_measure_text(measure, pli_api_number_of(json, node, "value"), value);
	(void)pli_measure_text(measure, pli_api_number_of(json, node, "band"), band);
	(void)snprintf(line->text, sizeof line->text, "%.8sZ %.*s %.*s%s%.*s: %s, band %s%s%.*s%s",
	    time + 11, clear ? 7 : (int)level.size, clear ? "cleared" : level.bytes, (int)name.size,
	    name.bytes, scope.size == 0 ? "" : " ", (int)scope.size, scope.bytes, value, band,
	    suspect.size == 0 ? "" : ", suspected ", (int)suspect.size, suspect.bytes,
	    !current                                      ? " (past)"
	    : pli_api_flag_of(json, node, "acknowledged") ? " (seen)"
							  : "");
}

void
pli_top_model_take_alerts(pli_top_model *model, plm_slice text)
{
	pli_json *json = model->json;
	const pli_json_node *nodes;
	uint32_t count = 0, alerts;

	if (pli_json_parse(json, text, NULL) != PLM_OK)
		return;
	nodes = pli_json_nodes(json, &count);
	alerts = pli_json_find(json, 0, "alerts");
	model->alerts_count = 0;
	for (uint32_t i = 0, node = alerts + 1; alerts != 0 && i < nodes[alerts].children_count &&
						model->alerts_count < PLI_TOP_ALERTS_MAX;
	     i++, node = nodes[node].next)
		take_alert(model, node);
}

void
pli_top_model_take_actions(pli_top_model *model, plm_slice text)
{
	pli_json *json = model->json;
	const pli_json_node *nodes;
	uint32_t count = 0, actions;
	char time[PLM_TIME_TEXT_MAX];

	if (pli_json_parse(json, text, NULL) != PLM_OK)
		return;
	nodes = pli_json_nodes(json, &count);
	actions = pli_json_find(json, 0, "actions");
	model->action = (pli_top_line){0};
	if (actions == 0 || nodes[actions].children_count == 0)
		return;
	double time_ns = pli_api_number_of(json, actions + 1, "time_ns");
	plm_slice sentence = pli_api_text_of(json, actions + 1, "sentence");
	bool held = pli_api_count_of(json, actions + 1, "accounts_open") > 0 ||
		    pli_api_text_of(json, actions + 1, "account").size > 0;
	model->action.level = held ? 1 : 0;
	(void)plm_time_format(isnan(time_ns) ? 0 : (plm_time_ns)time_ns, time);
	(void)snprintf(model->action.text, sizeof model->action.text, "%.8sZ %.*s", time + 11,
	    (int)sentence.size, sentence.bytes);
}

bool
pli_top_model_expandable(const pli_top_model *model, const pli_top_row *row)
{
	return !row->is_leg && row->level < model->levels;
}

/* name_holds: case does not count. */
static bool
name_holds(const char *name, const char *wanted)
{
	size_t size = strlen(wanted);

	for (; *name != '\0'; name++) {
		if (strncasecmp(name, wanted, size) == 0)
			return true;
	}
	return size == 0;
}

static double
row_size(const pli_top_row *row)
{
	return isnan(row->gross_usd) ? -1 : row->gross_usd;
}

static int
row_compare(const void *a, const void *b)
{
	const pli_top_row *p = *(const pli_top_row *const *)a;
	const pli_top_row *q = *(const pli_top_row *const *)b;
	double left = row_size(p), right = row_size(q);

	if (left > right || left < right)
		return left > right ? -1 : 1;
	return strcmp(p->key, q->key);
}

static bool
row_is_below(const pli_top_row *row, const char *parent, size_t parent_size)
{
	if (parent_size == 0)
		return strchr(row->key, '/') == NULL;
	return strncmp(row->key, parent, parent_size) == 0 && row->key[parent_size] == '/' &&
	       strchr(row->key + parent_size + 1, '/') == NULL;
}

/* arrange_below uses model->order as a stack: a row is the child of one parent, so it never holds
 * more than there are rows. */
static void
arrange_below(pli_top_model *model, const char *parent, uint32_t depth, bool within)
{
	const size_t parent_size = strlen(parent);
	const uint32_t from = model->order_count;

	if (depth >= PLI_TOP_DEPTH_MAX)
		return;
	for (uint32_t i = 0; i < model->rows_count; i++) {
		if (model->rows[i].alive && row_is_below(&model->rows[i], parent, parent_size))
			model->order[model->order_count++] = &model->rows[i];
	}
	assert(model->order_count <= PLI_TOP_ROWS_MAX);
	qsort((void *)(model->order + from), model->order_count - from, sizeof model->order[0],
	    row_compare);
	for (uint32_t i = from, to = model->order_count; i < to; i++) {
		const pli_top_row *row = model->order[i];
		bool hit = within || name_holds(row->name, model->filter);
		uint32_t at = model->visible_count;
		model->visible[model->visible_count++] = (uint32_t)(row - model->rows);
		if (row->open)
			arrange_below(model, row->key, depth + 1, hit);
		if (!hit && model->visible_count == at + 1)
			model->visible_count = at;
	}
	model->order_count = from;
}

void
pli_top_model_arrange(pli_top_model *model)
{
	model->visible_count = model->order_count = 0;
	arrange_below(model, "", 0, false);
}

static void
message_write(const char *type, const char *key, char ret_message[PLI_TOP_MESSAGE_MAX])
{
	pli_json_writer w;

	pli_json_writer_init(&w, PLI_TOP_MESSAGE_MAX - 1);
	pli_json_object_open(&w);
	pli_json_key(&w, "type");
	pli_json_put_text(&w, type);
	pli_json_key(&w, "keys");
	pli_json_array_open(&w);
	pli_json_put_text(&w, key);
	pli_json_array_close(&w);
	pli_json_object_close(&w);
	ret_message[0] = '\0';
	if (!w.overflow) {
		memcpy(ret_message, w.bytes, w.size);
		ret_message[w.size] = '\0';
	}
	pli_json_writer_fini(&w);
}

void
pli_top_model_turn(
    pli_top_model *model, pli_top_row *row, bool open, char ret_message[PLI_TOP_MESSAGE_MAX])
{
	const size_t size = strlen(row->key);

	ret_message[0] = '\0';
	if (!pli_top_model_expandable(model, row) || row->open == open)
		return;
	row->open = open;
	for (uint32_t i = 0; !open && i < model->rows_count; i++) {
		pli_top_row *below = &model->rows[i];
		if (strncmp(below->key, row->key, size) == 0 && below->key[size] == '/')
			below->alive = below->open = false;
	}
	message_write(open ? "open" : "close", row->key, ret_message);
}
