/* sim_notes.c: margin calls, liquidations and clearance fees of simulated venues, as lines. */
#include "cli/sim_notes.h"

#include "base/json_write.h"
#include "sim/sim_margin.h"
#include "sim/sim_number.h"

enum { LINE_MAX_BYTES = 1024 };

/* One line: what happened to an account, and in which instrument, where it was in one. */
typedef struct note {
	const char *event, *account;
	const pli_sim_position *position; /* NULL: none */
	plm_decimal quantity;             /* of contracts in coins, signed; unknown: of none */
	plm_decimal price, left;
	pli_sim_asset asset;
	plm_decimal amount;
	pli_sim_margin_pool pool;
} note;

static note
note_of(const char *event, const pli_sim_notes *notes, const pli_sim_news *news)
{
	plm_decimal unknown = plm_decimal_unknown();
	return (note){.event = event,
	    .account = notes->world->accounts[news->account].name,
	    .asset = news->asset,
	    .quantity = unknown,
	    .price = unknown,
	    .left = unknown,
	    .amount = unknown,
	    .pool = {unknown, unknown}};
}

static void
note_put_json(const pli_sim_notes *notes, const note *n)
{
	pli_json_writer w;
	pli_json_writer_init(&w, LINE_MAX_BYTES);
	pli_json_object_open(&w);
	pli_json_member_text(&w, "event", n->event);
	pli_json_member_time_ns(&w, "time_ns", notes->world->market.now_ns);
	pli_json_member_text(&w, "account", n->account);
	pli_json_member_text(
	    &w, "instrument", n->position == NULL ? NULL : n->position->instrument->name);
	pli_json_member_text(&w, "asset", pli_sim_asset_name(n->asset));
	pli_json_member_decimal(&w, "quantity", n->quantity);
	pli_json_member_decimal(&w, "price", n->price);
	pli_json_member_decimal(&w, "mark_price",
	    n->position == NULL ? plm_decimal_unknown() : n->position->instrument->mark);
	pli_json_member_decimal(&w, "left", n->left);
	pli_json_member_decimal(&w, "amount", n->amount);
	pli_json_member_decimal(&w, "margin_balance", n->pool.balance);
	pli_json_member_decimal(&w, "maintenance_margin", n->pool.maintenance);
	pli_json_object_close(&w);
	pli_json_newline(&w);
	(void)fwrite(w.bytes, 1, w.size, notes->out);
	pli_json_writer_fini(&w);
}

static const char *
text_of(plm_decimal value, int places, char ret_text[PLM_DECIMAL_TEXT_MAX])
{
	(void)plm_decimal_format(pli_sim_round(value, places), ret_text);
	return ret_text;
}

static void
note_put_text(const pli_sim_notes *notes, const note *n)
{
	char time[PLM_TIME_TEXT_MAX], a[PLM_DECIMAL_TEXT_MAX], b[PLM_DECIMAL_TEXT_MAX],
	    c[PLM_DECIMAL_TEXT_MAX], d[PLM_DECIMAL_TEXT_MAX];
	const char *name = n->position == NULL ? "" : n->position->instrument->name;
	const char *asset = pli_sim_asset_name(n->asset);
	(void)plm_time_format(notes->world->market.now_ns, time);
	(void)fprintf(notes->out, "%s%s %s: %s, ", notes->prefix, time, n->account, n->event);
	if (plm_decimal_is_known(n->amount))
		(void)fprintf(notes->out, "%s %s\n", text_of(n->amount, 2, a), asset);
	else if (plm_decimal_is_known(n->left))
		(void)fprintf(notes->out, "%s %s at %s; %s left\n", text_of(n->quantity, 8, a),
		    name, text_of(n->price, 8, b), text_of(n->left, 8, c));
	else
		(void)fprintf(notes->out,
		    "%s %s marked at %s; margin balance %s, maintenance margin %s %s\n",
		    text_of(n->quantity, 8, a), name, text_of(n->position->instrument->mark, 8, b),
		    text_of(n->pool.balance, 2, c), text_of(n->pool.maintenance, 2, d), asset);
}

static void
note_put(const pli_sim_notes *notes, const note *n)
{
	if (notes->json)
		note_put_json(notes, n);
	else
		note_put_text(notes, n);
	(void)fflush(notes->out);
}

/* Each position that is called. */
static void
note_call(const pli_sim_notes *notes, const pli_sim_news *news)
{
	const pli_sim_account *a = &notes->world->accounts[news->account];
	note n = note_of("margin call", notes, news);
	n.pool = pli_sim_margin_of(a, news->asset, news->position);
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *p = &a->positions[i];
		if (!pli_sim_margin_shares(p, news->asset, news->position))
			continue;
		n.position = p;
		n.quantity = p->size;
		note_put(notes, &n);
	}
}

static void
note_on_news(void *ctx, const pli_sim_news *news)
{
	const pli_sim_notes *notes = ctx;
	if (news->kind == PLI_SIM_NEWS_MARGIN_CALL) {
		note_call(notes, news);
	} else if (news->kind == PLI_SIM_NEWS_CLEARANCE) {
		note n = note_of("insurance fund", notes, news);
		n.amount = news->amount;
		note_put(notes, &n);
	} else if (news->kind == PLI_SIM_NEWS_FILL && news->fill->forced) {
		note n = note_of("liquidation", notes, news);
		n.position = news->position;
		n.quantity = news->fill->buy ? news->fill->quantity
					     : plm_decimal_negate(news->fill->quantity);
		n.price = news->fill->price;
		n.left = news->position->size;
		note_put(notes, &n);
	}
}

void
pli_sim_notes_begin(pli_sim_notes *notes, pli_sim *sim)
{
	notes->world = pli_sim_world_of(sim);
	pli_sim_watch(sim, &(pli_sim_news_sink){note_on_news, notes});
}
