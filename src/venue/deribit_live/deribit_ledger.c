/* deribit_ledger.c: when an account's transaction log is asked for what came and what went. */
#include <stdio.h>
#include <string.h>

#include "venue/deribit_live/deribit_session.h"

static const char *const ledger_words[DERIBIT_LOG_WORDS] = {"deposit", "withdrawal", "transfer"};

static const int64_t ledger_ns = 60 * PLM_NS_PER_S;
static const int64_t ledger_apart_ns = 2 * PLM_NS_PER_S;  /* any two questions */
static const int64_t ledger_again_ns = 10 * PLM_NS_PER_S; /* two of the same */
static const int64_t ledger_soon_ns = PLM_NS_PER_S;       /* behind a change of the wallet */
/* Our notion of the venue's time may be off: nothing is newer than this. */
static const int64_t ledger_ahead_ns = 3600 * PLM_NS_PER_S;
static const int64_t ledger_refused_ns = 3600 * PLM_NS_PER_S;

void
pli_deribit_ledger_start(pli_deribit_session *s, plm_time_ns now_ns)
{
	for (uint32_t i = 0; i < s->ledger.rows_count; i++)
		for (int k = 0; k < DERIBIT_LOG_WORDS; k++)
			s->ledger.rows[i].due_ns[k] = now_ns;
	s->ledger.next_ns = now_ns;
	s->ledger.failures = 0;
}

static pli_deribit_ledger_row *
ledger_find(pli_deribit_ledger *ledger, const char *currency)
{
	for (uint32_t i = 0; i < ledger->rows_count; i++)
		if (strcmp(ledger->rows[i].currency, currency) == 0)
			return &ledger->rows[i];
	return NULL;
}

void
pli_deribit_ledger_saw(pli_deribit_session *s, const char *currency, plm_decimal wallet)
{
	pli_deribit_ledger *ledger = &s->ledger;
	pli_deribit_ledger_row *row = ledger_find(ledger, currency);
	if (!plm_decimal_is_known(wallet))
		return;
	if (row == NULL && plm_decimal_sign(wallet) != 0 &&
	    strlen(currency) < sizeof row->currency) {
		if (ledger->rows_count == DERIBIT_LEDGER_MAX)
			return;
		row = &ledger->rows[ledger->rows_count++];
		*row = (pli_deribit_ledger_row){.wallet = wallet};
		(void)snprintf(row->currency, sizeof row->currency, "%s", currency);
	}
	if (row == NULL || plm_decimal_compare(row->wallet, wallet) == 0)
		return;
	row->wallet = wallet;
	for (int k = 0; k < DERIBIT_LOG_WORDS; k++) {
		plm_time_ns soon_ns = s->heard_ns + ledger_soon_ns;
		if (soon_ns < row->sent_ns[k] + ledger_again_ns)
			soon_ns = row->sent_ns[k] + ledger_again_ns;
		if (soon_ns < row->due_ns[k])
			row->due_ns[k] = soon_ns;
	}
}

/* The question that is due longest; false: none is. */
static bool
ledger_choose(const pli_deribit_ledger *ledger, plm_time_ns now_ns, uint32_t *ret_topic)
{
	plm_time_ns due_ns = now_ns + 1;
	for (uint32_t i = 0; i < ledger->rows_count * DERIBIT_LOG_WORDS; i++) {
		plm_time_ns row_ns =
		    ledger->rows[i / DERIBIT_LOG_WORDS].due_ns[i % DERIBIT_LOG_WORDS];
		if (row_ns >= due_ns)
			continue;
		due_ns = row_ns;
		*ret_topic = i;
	}
	return due_ns <= now_ns;
}

void
pli_deribit_ledger_feed(pli_deribit_session *s, plm_time_ns now_ns, plm_request_sink *requests)
{
	pli_deribit_ledger *ledger = &s->ledger;
	uint32_t topic = 0;
	if (!s->snapshot_done || s->maintenance || now_ns < s->backoff_until_ns ||
	    now_ns < ledger->next_ns || pli_pending_count(&s->pending, PLI_DERIBIT_LOG) > 0 ||
	    !ledger_choose(ledger, now_ns, &topic))
		return;
	pli_deribit_ledger_row *row = &ledger->rows[topic / DERIBIT_LOG_WORDS];
	uint32_t word = topic % DERIBIT_LOG_WORDS;
	plm_time_ns venue_ns = now_ns - s->time.time_ns + s->time.wall_ns + s->clock.offset_ns;
	pli_ledger_ask last = row->asks[word];
	pli_deribit_log_ask ask = {row->currency, ledger_words[word],
	    pli_ledger_ask_from(&last, venue_ns), venue_ns + ledger_ahead_ns};
	if (!pli_deribit_ask_log(s, now_ns, requests, &ask, topic))
		return;
	row->asks[word] = last;
	ledger->next_ns = now_ns + ledger_apart_ns;
	ledger->failures++;
	row->sent_ns[word] = now_ns;
	row->due_ns[word] = now_ns + ledger_ns;
}

void
pli_deribit_ledger_answered(pli_deribit_session *s, uint32_t topic, bool whole)
{
	if (!whole)
		return;
	pli_ledger_ask_read(
	    &s->ledger.rows[topic / DERIBIT_LOG_WORDS].asks[topic % DERIBIT_LOG_WORDS]);
	s->ledger.failures = 0;
}

void
pli_deribit_ledger_failed(pli_deribit_session *s, plm_time_ns now_ns)
{
	s->ledger.failures = PLI_LEDGER_UNANSWERED_MAX + 1;
	s->ledger.next_ns = now_ns + ledger_refused_ns;
}

bool
pli_deribit_ledger_is_silent(const pli_deribit_session *s)
{
	return s->ledger.failures > PLI_LEDGER_UNANSWERED_MAX;
}
