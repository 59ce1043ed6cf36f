/* checker_file.c: the book that a file's account shows against what the file has said. */
#include <stdio.h>
#include <string.h>

#include "sim/checker_parts.h"

/* What the book shows of the account; more: open rows that the file never had. */
typedef struct file_shown {
	plm_decimal quantity[PLI_SIM_FILE_ROWS];
	plm_decimal multiplier[PLI_SIM_FILE_ROWS]; /* of rows that are open */
	plm_decimal wallet[PLI_SIM_FILE_WALLETS];
	uint32_t more;
} file_shown;

static void
shown_position(const pli_checker *checker, const pli_position_row *row, file_shown *shown)
{
	const pli_book *book = pli_core_book(pli_engine_core(checker->engine));
	const plm_instrument *spec = pli_registry_instrument_get(
	    pli_book_registry(book), row->fact.instrument);
	for (uint32_t i = 0; spec != NULL && i < PLI_SIM_FILE_ROWS; i++) {
		if (strcmp(spec->name, pli_sim_file_symbol(checker->config.file, i)) != 0)
			continue;
		shown->quantity[i] = row->fact.quantity;
		shown->multiplier[i] = spec->multiplier;
		return;
	}
	shown->more++;
}

static void
shown_balance(const pli_registry *registry, const pli_balance_row *row, file_shown *shown)
{
	const char *asset = plm_names_asset_text(registry, row->fact.asset);
	for (uint32_t i = 0; i < PLI_SIM_FILE_WALLETS; i++)
		if (strcmp(asset, pli_sim_file_asset(i)) == 0)
			shown->wallet[i] = row->fact.wallet;
}

static void
shown_read(const pli_checker *checker, file_shown *shown)
{
	const pli_book *book = pli_core_book(pli_engine_core(checker->engine));
	plm_account_id account = checker->file_account;
	*shown = (file_shown){0};
	for (uint32_t i = pli_book_position_first_of_account(book, account); i != PLI_ROW_NONE;
	     i = pli_book_position_next_of_account(book, i)) {
		const pli_position_row *row = pli_book_position(book, i);
		if (row->open && plm_decimal_sign(row->fact.quantity) != 0)
			shown_position(checker, row, shown);
	}
	for (uint32_t i = pli_book_balance_first_of_account(book, account); i != PLI_ROW_NONE;
	     i = pli_book_balance_next_of_account(book, i)) {
		const pli_balance_row *row = pli_book_balance(book, i);
		if (row->open)
			shown_balance(pli_book_registry(book), row, shown);
	}
}

static bool
is_number(plm_decimal shown, int64_t thousandths)
{
	return shown.units == pli_sim_file_decimal(thousandths).units;
}

/* Is it all of that version? Else *ret_what differs from it. */
static bool
shown_is(const pli_checker *checker, const file_shown *shown, const pli_sim_file_version *version,
    const char **ret_what)
{
	*ret_what = "more than it has";
	if (shown->more > 0)
		return false;
	for (uint32_t i = 0; i < PLI_SIM_FILE_ROWS; i++) {
		*ret_what = pli_sim_file_symbol(checker->config.file, i);
		bool sized = version->multiplier[i] != 0 && version->quantity[i] != 0;
		if (!is_number(shown->quantity[i], version->quantity[i]) ||
		    (sized && !is_number(shown->multiplier[i], version->multiplier[i])))
			return false;
	}
	for (uint32_t i = 0; i < PLI_SIM_FILE_WALLETS; i++) {
		*ret_what = pli_sim_file_asset(i);
		if (!is_number(shown->wallet[i], version->wallet[i]))
			return false;
	}
	return true;
}

/* Is it a version that the file held at some moment since then? exact: what no date tells of counts
 * as well. */
static void
file_check_version(pli_checker *checker, plm_time_ns since_ns, bool exact)
{
	const pli_sim_file *file = checker->config.file;
	const char *what = "";
	uint64_t count = pli_sim_file_versions(file);
	file_shown shown;
	shown_read(checker, &shown);
	for (uint64_t n = count; n > 0 && count - n < PLI_SIM_FILE_VERSIONS_MAX; n--) {
		const pli_sim_file_version *version = pli_sim_file_version_get(file, n - 1);
		plm_time_ns until_ns = version->until_ns;
		if (version->unseen && !exact)
			until_ns += PLI_CHECK_LOST_NS - PLI_CHECK_CALM_NS;
		if (until_ns >= since_ns && shown_is(checker, &shown, version, &what))
			return;
	}
	(void)shown_is(checker, &shown, pli_sim_file_version_get(file, count - 1), &what);
	pli_checker_say(checker, "%s shows what its file has not said for %lld ms: %s",
	    pli_sim_file_account,
	    (long long)((checker->config.clock->steady_ns - since_ns) / PLM_NS_PER_MS), what);
}

void
pli_check_file(pli_checker *checker, int64_t lag_ns, bool exact)
{
	if (checker->config.file == NULL)
		return;
	const char *why;
	plm_time_ns now_ns = checker->config.clock->steady_ns;
	plm_time_ns broken_ns = pli_sim_file_broken_since(checker->config.file, &why);
	const pli_feed_row *feed = checker->file_account.value == 0
				       ? NULL
				       : pli_book_feed_of(
					     pli_core_book(pli_engine_core(checker->engine)),
					     checker->file_account);
	bool live = feed != NULL && feed->fact.status == PLM_FEED_LIVE;
	int64_t grace_ns = exact ? PLI_CHECK_CALM_NS : pli_check_grace_ns(checker, PLI_CHECK_FILE);
	if (exact && !live)
		pli_checker_say(checker, "%s is not live again long after the last fault",
		    pli_sim_file_account);
	if (live && broken_ns != 0 && now_ns - broken_ns > PLI_CHECK_CALM_NS + lag_ns)
		pli_checker_say(checker, "%s is live, its file is %s for %lld ms",
		    pli_sim_file_account, why, (long long)((now_ns - broken_ns) / PLM_NS_PER_MS));
	if (live)
		file_check_version(checker, now_ns - grace_ns - lag_ns, exact);
	else if (feed != NULL && feed->fact.status == PLM_FEED_DEGRADED)
		file_check_version(checker, 0, false);
}
