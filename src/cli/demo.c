/* demo.c: simulated venues on a thread, a folder with keys and a small book, a configuration. */
#include "cli/demo.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/sim_notes.h"
#include "io/io.h"
#include "sim/sim.h"

enum { DEMO_WAIT_NS = 4000000, DEMO_FILES_MAX = 16 };

struct pli_demo {
	pli_clock clock;
	pli_server servers[PLI_SIM_VENUES];
	pli_sim *sim;
	pli_sim_notes notes;
	pthread_t thread;
	bool thread_runs;
	_Atomic bool stop;
	char folder[128];
	uint32_t files_count;
	char files[DEMO_FILES_MAX][192]; /* removed by stop */
};

/* What the demo's file venue holds: coins in cold storage, a loan, a listed fund's future. */
static const char demo_book[] =
    "# positions and balances that no venue reports; read again when this file changes\n"
    "type,symbol,quantity,unit,entry_price,mark_price,asset,wallet,note\n"
    "balance,,,,,,BTC,2.5,cold storage\n"
    "balance,,,,,,ETH,-40,borrowed\n"
    "position,BTC/USDT:USDT-261225,-1.2,coins,98000,97500,,,by telephone\n";

/* Values that make the demo's limits fire now and then; a real desk sets its own. */
static const char demo_policy[] =
    "benchmark: BTC\n"
    "policy: {stale_after: 5m, greeks_after: 5s}\n"
    "assets:\n"
    "  - {name: BTC, class: crypto, beta: 1}\n"
    "  - {name: ETH, class: crypto, beta: 1.25}\n"
    "  - {name: SOL, class: crypto, beta: 1.5}\n"
    "  - {name: USDT, class: stablecoin}\n"
    "  - {name: USDC, class: stablecoin}\n"
    "portfolios:\n"
    "  - {name: hedged, title: Hedged book}\n"
    "  - {name: cold, title: Held elsewhere}\n"
    "limits:\n"
    "  - {name: net of the book, measure: net_usd, soft: [-8m, 8m], hard: [-12m, 12m]}\n"
    "  - {name: gross leverage, measure: leverage_gross, soft: [~, 2.5], hard: [~, 5]}\n"
    "  - {name: BTC, scope: underlying, of: BTC, measure: net_usd, soft: [-5m, 5m],"
    " hard: [-8m, 8m]}\n"
    "  - {name: ETH, scope: underlying, of: ETH, measure: net_usd, soft: [-2.5m, 2.5m],"
    " hard: [-4m, 4m]}\n"
    "  - {name: SOL, scope: underlying, of: SOL, measure: net_usd, soft: [-250k, 250k],"
    " hard: [-600k, 600k]}\n"
    "  - {name: gross per account, scope: account, of: \"*\", measure: gross_usd,"
    " soft: [~, 6m], hard: [~, 10m]}\n"
    "  - {name: near a call, scope: account, of: \"*\", measure: call_pct, soft: [10, ~],"
    " hard: [5, ~]}\n"
    "  - {name: oldest price, measure: age_s, soft: [~, 15], hard: [~, 60]}\n"
    "  - {name: priced, measure: priced_share, soft: [0.98, ~], hard: [0.9, ~]}\n";

static void *
demo_run(void *argument)
{
	pli_demo *demo = argument;
	while (!atomic_load_explicit(&demo->stop, memory_order_relaxed))
		(void)pli_sim_do_work(
		    demo->sim, demo->clock.wall_ns(demo->clock.ctx), DEMO_WAIT_NS);
	return NULL;
}

/* Writes a private file into the demo's folder and remembers it. */
static bool
demo_write(pli_demo *demo, const char *name, const char *text, char path[PLI_CONFIG_PATH_MAX])
{
	(void)snprintf(path, PLI_CONFIG_PATH_MAX, "%s/%s", demo->folder, name);
	if (demo->files_count == DEMO_FILES_MAX)
		return false;
	(void)snprintf(demo->files[demo->files_count++], sizeof demo->files[0], "%s", path);
	pli_disk disk;
	pli_io_disk(&disk);
	pli_file file;
	if (disk.open(disk.ctx, path, PLI_FILE_CREATE, &file) != PLM_OK)
		return false;
	bool written = disk.append(disk.ctx, file, text, strlen(text)) == PLM_OK;
	disk.close(disk.ctx, file);
	return written;
}

static pli_config_account *
demo_account(pli_config *config, const char *name, const char *venue, const char *portfolio)
{
	if (config->accounts_count == PLI_CONFIG_ACCOUNTS_MAX)
		return NULL;
	pli_config_account *account = &config->accounts[config->accounts_count++];
	*account = (pli_config_account){0};
	(void)snprintf(account->name, sizeof account->name, "%s", name);
	(void)snprintf(account->venue, sizeof account->venue, "%s", venue);
	(void)snprintf(account->portfolio, sizeof account->portfolio, "%s", portfolio);
	return account;
}

static bool
demo_venue_account(pli_demo *demo, pli_config *config, const pli_sim_credential *credential)
{
	bool deribit = credential->venue == PLI_SIM_DERIBIT;
	pli_config_account *account = demo_account(
	    config, credential->account, deribit ? "deribit" : "binance", "hedged");
	if (account == NULL)
		return false;
	uint16_t port = pli_sim_port(demo->sim, credential->venue);
	(void)snprintf(account->stream_url, sizeof account->stream_url, "ws://127.0.0.1:%u", port);
	(void)snprintf(account->rest_url, sizeof account->rest_url, "http://127.0.0.1:%u", port);
	char text[PLI_SECRET_MAX];
	(void)snprintf(
	    text, sizeof text, "key: %s\nsecret: %s\n", credential->key, credential->secret);
	char name[PLI_CONFIG_NAME_MAX + 8];
	(void)snprintf(name, sizeof name, "%s.key", credential->account);
	return demo_write(demo, name, text, account->key_file);
}

static bool
demo_has_account(const pli_config *config, const char *name)
{
	for (uint32_t i = 0; i < config->accounts_count; i++)
		if (strcmp(config->accounts[i].name, name) == 0)
			return true;
	return false;
}

/* The first read-only key of every simulated account, and the file. */
static bool
demo_accounts(pli_demo *demo, pli_config *config)
{
	pli_sim_credential rows[PLI_SIM_CREDENTIALS_MAX];
	uint32_t count = pli_sim_credentials(demo->sim, rows);
	for (uint32_t i = 0; i < count; i++) {
		if (rows[i].can_trade || demo_has_account(config, rows[i].account))
			continue;
		if (!demo_venue_account(demo, config, &rows[i]))
			return false;
	}
	pli_config_account *account = demo_account(config, "otc", "file", "cold");
	return account != NULL && demo_write(demo, "book.csv", demo_book, account->path);
}

static int
demo_folder(pli_cli *cli, pli_demo *demo)
{
	const char *parent = getenv("TMPDIR");
	if (parent == NULL || parent[0] == '\0' || strlen(parent) > 80)
		parent = "/tmp";
	(void)snprintf(demo->folder, sizeof demo->folder, "%s/plimsoll-demo-XXXXXX", parent);
	if (mkdtemp(demo->folder) != NULL)
		return PLI_EXIT_OK;
	demo->folder[0] = '\0';
	return pli_cli_error(
	    cli, PLI_EXIT_CANNOT_CREATE, "%s: no folder for the demo could be made there", parent);
}

static plm_err
demo_serve(pli_demo *demo, uint64_t seed, const pli_sim_crash *crash, plm_fault *ret_fault)
{
	pli_io_clock(&demo->clock);
	pli_sim_config config = {
	    .seed = seed, .start_ns = demo->clock.wall_ns(demo->clock.ctx), .crash = *crash};
	for (uint32_t i = 0; i < PLI_SIM_VENUES; i++) {
		plm_err err = pli_io_server_create(NULL, &demo->servers[i], ret_fault);
		if (err != PLM_OK)
			return err;
		config.servers[i] = demo->servers[i];
	}
	return pli_sim_create(&config, &demo->sim, ret_fault);
}

static int
demo_fill(pli_cli *cli, pli_demo *demo, pli_config *config)
{
	plm_err err = pli_config_parse(plm_slice_of(demo_policy), "demo", cli->err, config, NULL);
	if (err != PLM_OK)
		return pli_exit_of(err);
	if (!demo_accounts(demo, config))
		return pli_cli_error(cli, PLI_EXIT_CANNOT_CREATE,
		    "%s: the demo's files could not be written", demo->folder);
	(void)snprintf(
	    config->journal_path, sizeof config->journal_path, "%s/demo.journal", demo->folder);
	(void)fprintf(cli->out,
	    "demo: simulated Deribit on port %u and Binance on port %u, book %s/book.csv\n",
	    pli_sim_port(demo->sim, PLI_SIM_DERIBIT), pli_sim_port(demo->sim, PLI_SIM_BINANCE),
	    demo->folder);
	return PLI_EXIT_OK;
}

int
pli_demo_start(pli_cli *cli, uint64_t seed, const pli_sim_crash *crash, pli_config *ret_config,
    pli_demo **ret_demo)
{
	pli_demo *demo = calloc(1, sizeof *demo);
	if (demo == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the demo");
	plm_fault fault = {0};
	int exit_code = demo_folder(cli, demo);
	if (exit_code == PLI_EXIT_OK && demo_serve(demo, seed, crash, &fault) != PLM_OK)
		exit_code = pli_cli_fault(cli, NULL, &fault);
	if (exit_code == PLI_EXIT_OK)
		exit_code = demo_fill(cli, demo, ret_config);
	if (exit_code == PLI_EXIT_OK) {
		demo->notes = (pli_sim_notes){.out = cli->out, .prefix = "simulated Binance: "};
		pli_sim_notes_begin(&demo->notes, demo->sim);
		demo->thread_runs = pthread_create(&demo->thread, NULL, demo_run, demo) == 0;
		if (!demo->thread_runs)
			exit_code = pli_cli_error(
			    cli, PLI_EXIT_SYSTEM, "no thread could be started");
	}
	if (exit_code != PLI_EXIT_OK) {
		pli_demo_stop(demo);
		return exit_code;
	}
	*ret_demo = demo;
	return PLI_EXIT_OK;
}

void
pli_demo_stop(pli_demo *demo)
{
	if (demo == NULL)
		return;
	atomic_store(&demo->stop, true);
	if (demo->thread_runs)
		(void)pthread_join(demo->thread, NULL);
	pli_sim_destroy(demo->sim);
	for (uint32_t i = 0; i < PLI_SIM_VENUES; i++)
		pli_io_server_destroy(&demo->servers[i]);
	for (uint32_t i = 0; i < demo->files_count; i++)
		(void)unlink(demo->files[i]);
	if (demo->folder[0] != '\0')
		(void)rmdir(demo->folder); /* stays when the journal is in it */
	free(demo);
}
