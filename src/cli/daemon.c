/* daemon.c: net and core on threads of their own, serve on the caller's. */
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "api/action_text.h"
#include "api/hub.h"
#include "cli/alert_notes.h"
#include "cli/feed_notes.h"
#include "cli/journal_path.h"
#include "cli/transit_notes.h"
#include "cli/wiring.h"
#include "journal/journal.h"

enum {
	DAEMON_NET_WAIT_NS = 5000000,
	DAEMON_CORE_PAUSE_NS = 250000,
	DAEMON_SERVE_WAIT_NS = 5000000,
	DAEMON_SERVE_EVENTS_MAX = 4096,
};

/* What happened longer ago is no news to a person at the terminal. */
#define DAEMON_PAST_NS (10 * 60 * PLM_NS_PER_S)

typedef struct daemon_state {
	pli_cli *cli;
	const pli_config *config;
	const pli_world *world;
	pli_feed_notes notes; /* serve's, as is the next */
	pli_transit_notes transit_notes;
	pli_engine *engine;
	pli_hub *hub;
	_Atomic bool stop;
} daemon_state;

/* Set by the signal handler, read by the serve loop. */
static volatile sig_atomic_t daemon_signal;

static void
daemon_on_signal(int number)
{
	daemon_signal = number;
}

static void *
daemon_net(void *argument)
{
	daemon_state *daemon = argument;
	while (!atomic_load_explicit(&daemon->stop, memory_order_relaxed))
		(void)pli_engine_net_work(daemon->engine, DAEMON_NET_WAIT_NS);
	return NULL;
}

static void *
daemon_core(void *argument)
{
	daemon_state *daemon = argument;
	const struct timespec pause = {0, DAEMON_CORE_PAUSE_NS};
	while (!atomic_load_explicit(&daemon->stop, memory_order_relaxed))
		if (pli_engine_core_work(daemon->engine) == 0)
			(void)nanosleep(&pause, NULL);
	return NULL;
}

static void
daemon_numbers(void *ctx, pli_hub_numbers *ret_numbers)
{
	daemon_state *daemon = ctx;
	pli_engine_numbers numbers = pli_engine_numbers_get(daemon->engine);
	*ret_numbers = (pli_hub_numbers){.started_wall_ns = numbers.started_wall_ns,
	    .core_sequence = numbers.core_sequence,
	    .frames_count = numbers.frames_count,
	    .frames_count_bad = numbers.frames_count_bad,
	    .marks_count_conflated = numbers.marks_count_conflated,
	    .ring_full_count = numbers.ring_full_count,
	    .journal_bytes = numbers.journal_bytes,
	    .journal_failures = numbers.journal_failures,
	    .journal_gaps = numbers.journal_gaps,
	    .journal_failing = numbers.journal_err != PLM_OK,
	    .settle_ns_last = numbers.settle_ns_last,
	    .settle_ns_max = numbers.settle_ns_max};
	if (numbers.journal_err != PLM_OK)
		(void)snprintf(ret_numbers->journal_text, sizeof ret_numbers->journal_text,
		    "the journal cannot be written: %s; it is tried again each 2 s, what happens "
		    "meanwhile is lost",
		    pli_journal_reason(numbers.journal_err));
}

static plm_err
daemon_command(void *ctx, const plm_event *event)
{
	daemon_state *daemon = ctx;
	return pli_engine_command(daemon->engine, event);
}

static void
daemon_notify(void *ctx, const pli_notice *notice)
{
	daemon_state *daemon = ctx;
	pli_alert_note(
	    daemon->cli, daemon->config, pli_book_registry(pli_hub_book(daemon->hub)), notice);
}

/* What a venue told of the past, as it does of fills when a program begins, is in /v1/actions. */
static void
daemon_note_action(daemon_state *daemon, const plm_event *action)
{
	char text[PLI_ACTION_TEXT_MAX];
	bool past = action->venue_time_ns != 0 &&
		    action->applied_time_ns - action->venue_time_ns > DAEMON_PAST_NS;
	if (!past)
		pli_cli_note(daemon->cli, "%s",
		    pli_action_text(pli_book_registry(pli_hub_book(daemon->hub)), action, text));
}

static int
daemon_serve_turn(daemon_state *daemon)
{
	int work = 0;
	plm_event event;
	while (work < DAEMON_SERVE_EVENTS_MAX && pli_engine_serve_take(daemon->engine, &event)) {
		pli_hub_on_event(daemon->hub, &event);
		if (event.type == PLM_EVENT_FEED_STATE)
			pli_feed_notes_take(&daemon->notes, daemon->cli, daemon->config,
			    event.feed.value - 1, &event.u.feed_state);
		if (event.type == PLM_EVENT_BATCH_END)
			pli_transit_notes_take(
			    &daemon->transit_notes, daemon->cli, pli_hub_book(daemon->hub));
		if (event.type == PLM_EVENT_VENUE_ACTION)
			daemon_note_action(daemon, &event);
		work++;
	}
	const pli_clock *clock = &daemon->world->clock;
	work += pli_hub_do_work(
	    daemon->hub, clock->steady_ns(clock->ctx), clock->wall_ns(clock->ctx));
	return work;
}

static int
daemon_serve(daemon_state *daemon)
{
	const pli_server *server = &daemon->world->server;
	while (daemon_signal == 0) {
		if (pli_engine_serve_lost(daemon->engine))
			return pli_cli_error(daemon->cli, PLI_EXIT_SOFTWARE,
			    "serving fell too far behind the core; start again, and look at the "
			    "load "
			    "of this machine");
		if (daemon_serve_turn(daemon) == 0)
			(void)server->poll(server->ctx, DAEMON_SERVE_WAIT_NS);
	}
	return PLI_EXIT_OK;
}

static void
daemon_catch_signals(void)
{
	struct sigaction action = {.sa_handler = daemon_on_signal};
	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	(void)sigemptyset(&ignore.sa_mask);
	(void)sigaction(SIGPIPE, &ignore, NULL);
}

static int
daemon_threads(daemon_state *daemon)
{
	pthread_t net, core;
	if (pthread_create(&net, NULL, daemon_net, daemon) != 0)
		return pli_cli_error(daemon->cli, PLI_EXIT_SYSTEM, "no thread could be started");
	if (pthread_create(&core, NULL, daemon_core, daemon) != 0) {
		atomic_store(&daemon->stop, true);
		(void)pthread_join(net, NULL);
		return pli_cli_error(daemon->cli, PLI_EXIT_SYSTEM, "no thread could be started");
	}
	int exit_code = daemon_serve(daemon);
	atomic_store(&daemon->stop, true);
	daemon->world->net.wake(daemon->world->net.ctx);
	(void)pthread_join(net, NULL);
	(void)pthread_join(core, NULL);
	return exit_code;
}

static int
daemon_listen(daemon_state *daemon, uint16_t *ret_port)
{
	const pli_config *config = daemon->config;
	plm_fault fault = {0};
	plm_err err = pli_hub_listen(
	    daemon->hub, config->listen_address, config->listen_port, ret_port, &fault);
	if (err == PLM_EINUSE)
		return pli_cli_error(daemon->cli, PLI_EXIT_SYSTEM,
		    "port %u of %s is in use by another program, perhaps by a plimsoll (`ss -ltnp` "
		    "names it): end that one, or choose another port by --port or listen.port",
		    config->listen_port, config->listen_address);
	if (err == PLM_EACCESS)
		return pli_cli_error(daemon->cli, PLI_EXIT_SYSTEM,
		    "port %u of %s is not open to this user: choose one above 1023 by --port or "
		    "listen.port",
		    config->listen_port, config->listen_address);
	return err == PLM_OK ? PLI_EXIT_OK : pli_cli_fault(daemon->cli, NULL, &fault);
}

static int
daemon_hub(daemon_state *daemon, uint16_t *ret_port)
{
	pli_hub_config hub_config = {.server = &daemon->world->server,
	    .clock = &daemon->world->clock,
	    .bounds = pli_wiring_bounds(),
	    .limits_max = PLI_WIRING_LIMITS_MAX,
	    .limit_states_max = PLI_WIRING_LIMIT_STATES_MAX,
	    .numbers = daemon_numbers,
	    .command = daemon_command,
	    .notify = daemon_notify,
	    .ctx = daemon};
	daemon->hub = pli_hub_create(&hub_config);
	if (daemon->hub == NULL)
		return pli_cli_error(daemon->cli, PLI_EXIT_SYSTEM, "no memory for the views");
	return daemon_listen(daemon, ret_port);
}

/* A fault's path may be cut. */
static bool
daemon_is_path(const char *path, const char *fault_path)
{
	return path[0] != '\0' && fault_path[0] != '\0' &&
	       strncmp(path, fault_path, PLM_FAULT_PATH_MAX - 1) == 0;
}

static int
daemon_engine(daemon_state *daemon)
{
	const pli_config *config = daemon->config;
	const char *journal = config->journal_path;
	int exit_code = pli_journal_path_prepare(daemon->cli, &daemon->world->disk, journal);
	if (exit_code != PLI_EXIT_OK)
		return exit_code;
	plm_fault fault = {0};
	plm_err err = pli_wiring_engine(
	    config, daemon->world, journal[0] != '\0' ? journal : NULL, &daemon->engine, &fault);
	if (err != PLM_OK && daemon_is_path(journal, fault.path)) {
		(void)pli_cli_fault(daemon->cli, NULL, &fault);
		return PLI_EXIT_CANNOT_CREATE;
	}
	if (err != PLM_OK)
		return pli_cli_fault(
		    daemon->cli, config->source[0] != '\0' ? config->source : NULL, &fault);
	if (fault.text[0] != '\0')
		pli_cli_note(daemon->cli, "%s: %s", fault.path, fault.text);
	return PLI_EXIT_OK;
}

/* What of the run is not in its journal is said at its end too. */
static int
daemon_journal_end(daemon_state *daemon, int exit_code)
{
	const char *journal_path = daemon->config->journal_path;
	plm_err err = pli_engine_numbers_get(daemon->engine).journal_err;
	if (journal_path[0] == '\0' || err == PLM_OK)
		return exit_code;
	(void)pli_cli_error(daemon->cli, PLI_EXIT_IO,
	    "%s: the journal could not be written to the end: %s", journal_path,
	    pli_journal_reason(err));
	return exit_code == PLI_EXIT_OK ? PLI_EXIT_IO : exit_code;
}

int
pli_daemon_run(pli_cli *cli, const pli_config *config, pli_world *world,
    void (*ready)(void *ctx, uint16_t port), void *ctx)
{
	daemon_state daemon = {.cli = cli, .config = config, .world = world};
	uint16_t port = 0;
	daemon_catch_signals();
	int exit_code = daemon_hub(&daemon, &port);
	if (exit_code == PLI_EXIT_OK)
		exit_code = daemon_engine(&daemon);
	if (exit_code == PLI_EXIT_OK) {
		if (ready != NULL)
			ready(ctx, port);
		exit_code = daemon_threads(&daemon);
		pli_core *core = pli_engine_core(daemon.engine);
		(void)fprintf(cli->out,
		    "stopped at sequence %" PRIu64 ", state hash %016" PRIx64 "\n",
		    pli_core_sequence(core), pli_core_hash(core));
		exit_code = daemon_journal_end(&daemon, exit_code);
	}
	pli_hub_destroy(daemon.hub);
	pli_engine_destroy(daemon.engine);
	return exit_code;
}
