/* hub_demo.c: the hub on a real port, fed by the script; for the page's tests and for looking.
 *
 * usage: hub_demo PORT [EXTRA_ACCOUNTS]; prints the address, runs until a signal. A line on
 * standard input is an order: "stale", "live", "trade QUANTITY", "stop" (events stop, server on),
 * "go", "transit AFTER_S" (the account of coins in transit), "transfer NAME ACCOUNT ASSET QUANTITY
 * FEE|- TO AGE_S" (ids as in script.h; QUANTITY < 0 left). */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/hub.h"
#include "io/io.h"
#include "script.h"

static volatile sig_atomic_t demo_stopping;

typedef struct demo {
	script script;
	pli_hub *hub;
	bool paused;
} demo;

static void
demo_stop(int number)
{
	(void)number;
	demo_stopping = 1;
}

static void
demo_publish(void *ctx, const plm_event *event)
{
	const demo *d = ctx;

	pli_hub_on_event(d->hub, event);
}

static plm_err
demo_command(void *ctx, const plm_event *event)
{
	demo *d = ctx;

	pli_core_take(d->script.core, event, d->script.now_ns);
	pli_core_batch_end(d->script.core, d->script.now_ns);
	return PLM_OK;
}

static void
demo_transfer(demo *d, const char *words)
{
	char quantity[32], fee[32];
	long long name, age_s;
	script_movement told = {0};

	if (sscanf(words, "%lld %u %u %31s %31s %u %lld", &name, &told.account, &told.asset,
		quantity, fee, &told.to, &age_s) != 7)
		return;
	told.name = (uint64_t)name;
	told.age_s = age_s;
	told.quantity = quantity;
	told.fee = strcmp(fee, "-") == 0 ? "" : fee;
	script_transfer(&d->script, &told);
}

static void
demo_order(demo *d, const char *line)
{
	if (strcmp(line, "stale") == 0)
		script_feed(&d->script, ACCOUNT_OPTIONS, PLM_FEED_STALE,
		    "nothing heard for 12 s; reconnecting");
	else if (strcmp(line, "live") == 0)
		script_feed(&d->script, ACCOUNT_OPTIONS, PLM_FEED_LIVE, "");
	else if (strncmp(line, "trade ", 6) == 0)
		script_position(
		    &d->script, ACCOUNT_DESK, INSTRUMENT_BTCUSDT, line + 6, d->script.now_ns);
	else if (strcmp(line, "stop") == 0)
		d->paused = true;
	else if (strcmp(line, "go") == 0)
		d->paused = false;
	else if (strncmp(line, "transit ", 8) == 0)
		script_transit_begin(&d->script, (uint32_t)strtoul(line + 8, NULL, 10));
	else if (strncmp(line, "transfer ", 9) == 0)
		demo_transfer(d, line + 9);
}

static void
demo_read_orders(demo *d)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	char line[1024];
	ssize_t got;

	if (poll(&input, 1, 0) != 1 || (input.revents & POLLIN) == 0)
		return;
	got = read(STDIN_FILENO, line, sizeof line - 1);
	if (got <= 0)
		return;
	line[got] = '\0';
	for (char *rest = line, *next; (next = strsep(&rest, "\n")) != NULL;)
		demo_order(d, next);
}

static void
demo_run(demo *d, const pli_server *server, const pli_clock *clock)
{
	plm_time_ns step_due_ns = 0;

	while (!demo_stopping) {
		plm_time_ns steady_ns = clock->steady_ns(clock->ctx);
		plm_time_ns wall_ns = clock->wall_ns(clock->ctx);
		if (steady_ns >= step_due_ns && !d->paused) {
			script_step(&d->script, wall_ns);
			step_due_ns = steady_ns + 100 * PLM_NS_PER_MS;
		}
		demo_read_orders(d);
		if (pli_hub_do_work(d->hub, steady_ns, wall_ns) == 0)
			(void)server->poll(server->ctx, 20 * PLM_NS_PER_MS);
	}
}

int
main(int argc, char **argv)
{
	static demo d;
	pli_clock clock;
	pli_server server;
	plm_fault fault = {0};
	uint16_t port = 0;

	pli_io_clock(&clock);
	if (pli_io_server_create(NULL, &server, &fault) != PLM_OK)
		return 1;
	const pli_hub_config config = {.server = &server,
	    .clock = &clock,
	    .bounds = script_bounds(),
	    .limits_max = SCRIPT_LIMITS_MAX,
	    .limit_states_max = SCRIPT_LIMIT_STATES_MAX,
	    .command = demo_command,
	    .ctx = &d};
	d.hub = pli_hub_create(&config);
	if (d.hub == NULL ||
	    pli_hub_listen(d.hub, "127.0.0.1",
		(uint16_t)(argc > 1 ? strtoul(argv[1], NULL, 10) : 0), &port, &fault) != PLM_OK) {
		(void)fprintf(stderr, "hub_demo: %s\n", fault.text);
		return 1;
	}
	(void)signal(SIGINT, demo_stop);
	(void)signal(SIGTERM, demo_stop);
	script_init(&d.script, clock.wall_ns(clock.ctx),
	    (uint32_t)(argc > 2 ? strtoul(argv[2], NULL, 10) : 0), demo_publish, &d);
	(void)printf("http://127.0.0.1:%u/\n", port);
	(void)fflush(stdout);
	demo_run(&d, &server, &clock);
	script_fini(&d.script);
	pli_hub_destroy(d.hub);
	pli_io_server_destroy(&server);
	return 0;
}
