/* capture_session.c: engine and recorder on one thread, until a signal or the stated end. */
#include "cli/capture_session.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>

#include "cli/feed_notes.h"
#include "engine/recorder.h"

enum { CAPTURE_POLL_NS = 5000000 };

typedef struct capture_state {
	pli_cli *cli;
	const pli_config *config;
	const pli_world *world;
	pli_world recorded; /* the same, with the recorder's net */
	const char *path;
	plm_time_ns end_ns; /* steady; 0: until a signal */
	pli_recorder *recorder;
	pli_engine *engine;
	pli_feed_notes notes;
} capture_state;

static volatile sig_atomic_t capture_signal;

static void
capture_on_signal(int number)
{
	capture_signal = number;
}

/* The recorder learns what must not show before anything is asked. */
static plm_err
capture_accounts(capture_state *c, plm_fault *ret_fault)
{
	plm_err err = PLM_OK;
	for (uint32_t i = 0; i < c->config->accounts_count && err == PLM_OK; i++) {
		const pli_config_account *account = &c->config->accounts[i];
		pli_secret secret = {0};
		pli_account_config row;
		err = pli_wiring_account(&c->world->disk, account, &secret, &row, ret_fault);
		if (err == PLM_OK)
			err = pli_recorder_account(c->recorder, &row, ret_fault);
		pli_secret_wipe(&secret);
		if (account->path[0] != '\0')
			pli_cli_note(c->cli, "%s is the file %s: it is not captured, copy it",
			    account->name, account->path);
	}
	return err;
}

static plm_err
capture_open(capture_state *c, plm_fault *ret_fault)
{
	pli_recorder_config config = {&c->world->net, &c->world->clock, &c->world->disk, c->path};
	plm_err err = pli_recorder_create(&config, &c->recorder, ret_fault);
	if (err == PLM_OK)
		err = capture_accounts(c, ret_fault);
	if (err != PLM_OK)
		return err;
	c->recorded = *c->world;
	c->recorded.net = *pli_recorder_net(c->recorder);
	return pli_wiring_engine(c->config, &c->recorded, NULL, &c->engine, ret_fault);
}

static bool
capture_goes_on(const capture_state *c)
{
	const pli_clock *clock = &c->world->clock;
	return capture_signal == 0 && (c->end_ns == 0 || clock->steady_ns(clock->ctx) < c->end_ns);
}

static plm_err
capture_loop(capture_state *c)
{
	plm_err err = PLM_OK;
	while (err == PLM_OK && capture_goes_on(c)) {
		plm_event event;
		(void)pli_engine_net_work(c->engine, CAPTURE_POLL_NS);
		(void)pli_engine_core_work(c->engine);
		while (pli_engine_serve_take(c->engine, &event))
			if (event.type == PLM_EVENT_FEED_STATE)
				pli_feed_notes_take(&c->notes, c->cli, c->config,
				    event.feed.value - 1, &event.u.feed_state);
		err = pli_recorder_flush(c->recorder);
	}
	return err == PLM_OK ? pli_recorder_close(c->recorder) : err;
}

static int
capture_run(capture_state *c)
{
	plm_fault fault = {0};
	if (capture_open(c, &fault) != PLM_OK) {
		int code = pli_cli_fault(c->cli, NULL, &fault);
		return c->recorder == NULL ? PLI_EXIT_CANNOT_CREATE : code;
	}
	struct sigaction action = {.sa_handler = capture_on_signal};
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	plm_err err = capture_loop(c);
	pli_recorder_counters n = pli_recorder_counters_get(c->recorder);
	if (err != PLM_OK)
		return pli_cli_error(c->cli, pli_exit_of(err),
		    "%s: cannot be written: %s; its last line may be cut", c->path,
		    plm_err_text(err));
	pli_cli_note(c->cli,
	    "%s: %" PRIu64 " lines, %" PRIu64 " bytes; %" PRIu64 " secrets overwritten, %" PRIu64
	    " payloads that are no JSON left out",
	    c->path, n.lines, n.bytes, n.removed, n.omitted);
	return n.lines > 0 ? PLI_EXIT_OK : PLI_EXIT_UNAVAILABLE;
}

int
pli_capture_session(pli_cli *cli, const pli_config *config, const pli_world *world,
    const char *path, int64_t seconds)
{
	capture_state c = {.cli = cli, .config = config, .world = world, .path = path};
	if (seconds > 0)
		c.end_ns = world->clock.steady_ns(world->clock.ctx) + seconds * PLM_NS_PER_S;
	int exit_code = capture_run(&c);
	pli_engine_destroy(c.engine); /* it still reaches the net through the recorder */
	pli_recorder_destroy(c.recorder);
	return exit_code;
}
