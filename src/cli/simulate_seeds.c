/* simulate_seeds.c: seeds in turn, or in a row of processes whose output is read oldest first. */
#include "cli/simulate_seeds.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/progress.h"
#include "io/io.h"

/* A seed under way: its process, and the pipe that its output comes through. */
typedef struct seeds_job {
	pid_t pid;
	int output;
} seeds_job;

typedef struct seeds_run {
	pli_cli *cli;
	const pli_simulate_options *options;
	const pli_simulation_config *config;
	const pli_simulate_seeds *seeds;
	seeds_job jobs[PLI_SIMULATE_JOBS_MAX]; /* of seed i: i modulo the number of jobs */
	uint64_t started, ended;               /* of the seeds */
} seeds_run;

static int
seeds_run_one(const seeds_run *run, pli_cli *cli, uint64_t index, bool quiet)
{
	pli_simulate_options options = *run->options;
	pli_simulation_config config = *run->config;
	config.seed = run->seeds->first + index;
	options.quiet |= quiet;
	return pli_simulate_run(cli, &options, &config);
}

/* In the process of a seed; never returns. */
static void
seeds_job_work(const seeds_run *run, uint64_t index, int output)
{
	pli_cli cli = *run->cli;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* nobody reads what it finds any more */
	cli.out = fdopen(output, "w");
	if (cli.out == NULL)
		_exit(PLI_EXIT_SYSTEM);
	cli.out_is_tty = cli.out_colour = false;
	int code = seeds_run_one(run, &cli, index, true);
	if (fclose(cli.out) != 0)
		code = PLI_EXIT_IO;
	_exit(code);
}

static int
seeds_start(seeds_run *run)
{
	seeds_job *job = &run->jobs[run->started % run->seeds->jobs];
	int ends[2];
	(void)fflush(run->cli->out);
	if (pipe(ends) != 0)
		return pli_cli_error(run->cli, PLI_EXIT_SYSTEM, "no pipe: %s", strerror(errno));
	*job = (seeds_job){.pid = fork(), .output = ends[0]};
	if (job->pid == 0) {
		(void)close(ends[0]);
		seeds_job_work(run, run->started, ends[1]);
	}
	(void)close(ends[1]);
	if (job->pid < 0) {
		(void)close(ends[0]);
		return pli_cli_error(
		    run->cli, PLI_EXIT_SYSTEM, "no process for a seed: %s", strerror(errno));
	}
	run->started++;
	return PLI_EXIT_OK;
}

/* Waits for the oldest one, and prints what it says meanwhile. */
static int
seeds_end(seeds_run *run)
{
	const seeds_job *job = &run->jobs[run->ended % run->seeds->jobs];
	uint64_t seed = run->seeds->first + run->ended++;
	char bytes[4096];
	int status = 0;
	for (ssize_t size; (size = read(job->output, bytes, sizeof bytes)) != 0;) {
		if (size > 0)
			(void)fwrite(bytes, 1, (size_t)size, run->cli->out);
		else if (errno != EINTR)
			break;
	}
	(void)close(job->output);
	while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	return pli_cli_error(run->cli, PLI_EXIT_SOFTWARE, "seed %" PRIu64 " was killed by %s", seed,
	    strsignal(WTERMSIG(status)));
}

static void
seeds_kill(seeds_run *run)
{
	for (; run->ended < run->started; run->ended++) {
		const seeds_job *job = &run->jobs[run->ended % run->seeds->jobs];
		(void)kill(job->pid, SIGKILL);
		(void)close(job->output);
		(void)waitpid(job->pid, NULL, 0);
	}
}

static int
seeds_in_turn(seeds_run *run)
{
	int code = PLI_EXIT_OK;
	for (; run->ended < run->seeds->count && code == PLI_EXIT_OK; run->ended++)
		code = seeds_run_one(run, run->cli, run->ended, false);
	return code;
}

static int
seeds_beside(seeds_run *run, const pli_clock *clock)
{
	pli_progress progress;
	int code = PLI_EXIT_OK;
	pli_progress_init(&progress, run->cli, clock, "simulating", "seeds", run->seeds->count);
	while (code == PLI_EXIT_OK && run->ended < run->seeds->count) {
		if (run->started < run->seeds->count &&
		    run->started - run->ended < run->seeds->jobs)
			code = seeds_start(run);
		else
			code = seeds_end(run);
		pli_progress_update(&progress, run->ended);
	}
	pli_progress_fini(&progress);
	uint64_t ended = run->ended;
	seeds_kill(run);
	run->ended = ended;
	return code;
}

int
pli_simulate_seeds_run(pli_cli *cli, const pli_simulate_options *options,
    const pli_simulation_config *config, const pli_simulate_seeds *seeds)
{
	pli_clock clock;
	seeds_run run = {.cli = cli, .options = options, .config = config, .seeds = seeds};
	pli_io_clock(&clock);
	plm_time_ns start_ns = clock.steady_ns(clock.ctx);
	int code = seeds->jobs == 1 ? seeds_in_turn(&run) : seeds_beside(&run, &clock);
	double seconds = (double)(clock.steady_ns(clock.ctx) - start_ns) / 1e9;
	double simulated = (double)run.ended * (double)config->duration_ns / 1e9;
	if (seeds->count > 1 && code == PLI_EXIT_OK)
		(void)fprintf(cli->err,
		    "%" PRIu64 " seeds, nothing found: %.0f simulated s in %.1f s, %.0f a second\n",
		    seeds->count, simulated, seconds, simulated / seconds);
	return code;
}
