/* simulation_fault.c: each kind of fault goes to its maker, and the checker is told how long the
 * way to a venue counts as disturbed. */
#include "sim/sim_venues.h"
#include "sim/simulation_parts.h"

/* After the last of a fault: links come back, a reconcile finds what was lost. */
#define SETTLE_NS (PLI_CHECK_LOST_NS + 30 * PLM_NS_PER_S)
#define CLOCK_JUMP_S_MAX 3600

/* How long it takes the program to write its bans, and to write them again after a failure. */
#define KEPT_NS (2 * PLM_NS_PER_S)
#define KEPT_AGAIN_NS (10 * PLM_NS_PER_S)

static void
break_disturb(pli_simulation *s, uint32_t venue, pli_fault_grace grace, int64_t duration_ns)
{
	pli_checker_disturb(s->checker, venue, grace, s->clock.steady_ns + duration_ns + SETTLE_NS);
}

/* It touches the ways to all that is watched. */
static void
break_disturb_all(pli_simulation *s, pli_fault_grace grace, int64_t duration_ns)
{
	for (uint32_t way = 0; way < PLI_CHECK_WAYS; way++)
		break_disturb(s, way, grace, duration_ns);
}

/* What is not given is the venue's own table's. */
static void
break_venue(pli_simulation *s, const pli_fault *fault)
{
	uint32_t count = fault->given ? fault->count : 0;
	int64_t duration_ns = fault->given ? fault->duration_ns : 0;
	pli_sim_fire(s->sim, (pli_sim_venue)fault->venue, (pli_sim_fault)fault->argument, count,
	    (uint32_t)(duration_ns / PLM_NS_PER_MS));
	int64_t least_ns = 30 * PLM_NS_PER_S;
	break_disturb(
	    s, fault->venue, fault->grace, duration_ns > least_ns ? duration_ns : least_ns);
}

/* Options are not delisted, and keep their names. */
static bool
break_meets_options(const pli_simulation *s, const pli_fault *fault)
{
	return fault->venue == PLI_SIM_BINANCE && (s->venues >> PLI_SIM_BINANCE_OPTIONS & 1) != 0 &&
	       (fault->choice & 4) != 0 && fault->argument != PLI_SIM_SHOCK_DELIST &&
	       fault->argument != PLI_SIM_SHOCK_RENAME;
}

/* Where Binance's other markets are, it is one of them every other time. A COIN-M contract's size
 * has no tenth. */
static pli_sim_venue
break_market_of(const pli_simulation *s, const pli_fault *fault)
{
	if (break_meets_options(s, fault))
		return PLI_SIM_BINANCE_OPTIONS;
	bool others = fault->venue == PLI_SIM_BINANCE && (s->venues & PLI_SIM_VENUES_MARKETS) != 0;
	if (!others || (fault->choice & 1) == 0 || fault->argument == PLI_SIM_SHOCK_SPEC)
		return (pli_sim_venue)fault->venue;
	bool pool = fault->argument == PLI_SIM_SHOCK_ADL && (fault->choice & 2) != 0;
	return pool ? PLI_SIM_BINANCE_PM : PLI_SIM_BINANCE_COINM;
}

static void
break_market(pli_simulation *s, const pli_fault *fault)
{
	plm_time_ns now_ns = pli_seeded_clock_true_ns(&s->clock);
	pli_sim_shock shock = {.kind = (pli_sim_shock_kind)fault->argument,
	    .venue = break_market_of(s, fault),
	    .now_ns = now_ns,
	    .until_ns = now_ns + fault->duration_ns,
	    .choice = fault->choice >> 8};
	(void)pli_sim_strike(s->sim, &shock);
	pli_checker_remember(s->checker); /* a trade of the same step may be told behind it */
}

static void
break_process(pli_simulation *s, const pli_fault *fault)
{
	static const simulation_end ends[] = {SIMULATION_KILL, SIMULATION_POWER, SIMULATION_STOP};
	if (s->engine == NULL)
		return;
	pli_simulation_stop(s, ends[fault->argument]);
	s->start_ns = s->clock.steady_ns + fault->duration_ns / (fault->given ? 1 : 4);
}

static void
break_clock(pli_simulation *s, const pli_fault *fault)
{
	int64_t jump_s = (int64_t)(fault->choice % (2 * CLOCK_JUMP_S_MAX)) - CLOCK_JUMP_S_MAX;
	if (fault->given)
		jump_s = (int64_t)fault->choice;
	s->clock.wall_off_ns += jump_s * PLM_NS_PER_S;
	/* A process that runs writes its bans anew within a turn; without one nobody can know. */
	plm_time_ns from_ns = s->engine == NULL && s->start_ns > s->clock.steady_ns
				  ? s->start_ns
				  : s->clock.steady_ns;
	pli_checker_memory_lost(s->checker, from_ns + KEPT_NS);
}

void
pli_simulation_on_point(void *ctx, const char *name, const char *help)
{
	pli_simulation *s = ctx;
	pli_simulation_note(s, "%s fails: %s", name, help);
	pli_checker_excuse(s->checker);
	break_disturb_all(s, PLI_GRACE_LOST, 0);
}

static void
break_code(pli_simulation *s, const pli_fault *fault)
{
	bool start = pli_code_points_strike(&s->points, fault->count, s->quiet_ns);
	if (start && s->engine != NULL) {
		pli_simulation_stop(s, SIMULATION_KILL);
		s->start_ns = s->clock.steady_ns;
	}
	break_disturb_all(s, PLI_GRACE_LOST, 0);
}

static void
break_file(pli_simulation *s, const pli_fault *fault)
{
	(void)pli_sim_file_break(
	    s->file, (pli_sim_file_fault)fault->argument, fault->duration_ns, fault->choice >> 8);
}

void
pli_simulation_break(pli_simulation *s, const pli_fault *fault)
{
	s->faults++;
	pli_simulation_note(s, "%s, venue %u, count %u, %lld s", pli_fault_text(fault->id),
	    fault->venue, fault->count, (long long)(fault->duration_ns / PLM_NS_PER_S));
	switch (fault->kind) {
	case PLI_FAULT_OF_NET:
		pli_seeded_net_break(s->net, fault->venue, (pli_net_fault)fault->argument,
		    fault->count, fault->duration_ns);
		break_disturb(s, fault->venue, fault->grace, fault->duration_ns);
		break;
	case PLI_FAULT_OF_VENUE:
		break_venue(s, fault);
		break;
	case PLI_FAULT_OF_MARKET:
		break_market(s, fault);
		break;
	case PLI_FAULT_OF_DISK:
		pli_seeded_disk_break(s->disk, (pli_disk_fault)fault->argument, fault->duration_ns);
		pli_checker_memory_lost(
		    s->checker, s->clock.steady_ns + fault->duration_ns + KEPT_AGAIN_NS);
		break_disturb_all(s, fault->grace, fault->duration_ns);
		break;
	case PLI_FAULT_OF_FILE:
		break_file(s, fault);
		break;
	case PLI_FAULT_OF_CLOCK:
		break_clock(s, fault);
		break;
	case PLI_FAULT_OF_PROCESS:
		break_process(s, fault);
		break;
	case PLI_FAULT_OF_CLIENT:
		pli_seeded_net_slow(s->net, SIMULATION_READERS, 2000);
		break;
	case PLI_FAULT_OF_CODE:
		break_code(s, fault);
		break;
	}
}
