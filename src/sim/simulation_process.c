/* simulation_process.c: the program as a process of the seeded world: starts, ends, journals. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/simulation_parts.h"
#include "venue/venues.h"

static const pli_book_bounds process_bounds = {
    .registry = {.assets_max = 64, .accounts_max = 32, .instruments_max = 1024},
    .positions_max = 1024,
    .balances_max = 128,
    .feeds_max = 32,
    .orders_max = 256};

/* PROCESS_HEADER: bytes of a journal before its first record. */
enum {
	PROCESS_LIMITS_MAX = 8,
	PROCESS_LIMIT_STATES_MAX = 64,
	PROCESS_HEADER = 64,
	PROCESS_GREEKS_AFTER_S = 30,
	PROCESS_STARTING_S = 10,
	PROCESS_TRANSIT_AFTER_S = 1800,
};

/* One name for all processes: what is kept beside the journal is found by the next one. */
static const char process_path[] = "journal";

static plm_err
process_account(pli_simulation *s, const pli_sim_credential *key, plm_fault *ret_fault)
{
	char stream[64], rest[64];
	/* Hosts of Binance's other markets; spot and margin have one. */
	static const uint16_t doors[PLI_SIM_MARKETS] = {[PLI_SIM_BINANCE_COINM] = 1,
	    [PLI_SIM_BINANCE_SPOT] = 2,
	    [PLI_SIM_BINANCE_MARGIN] = 2,
	    [PLI_SIM_BINANCE_PM] = 3,
	    [PLI_SIM_BINANCE_OPTIONS] = 4};
	unsigned port = pli_sim_port(s->sim, key->venue) +
			doors[key->venue] * (unsigned)PLI_SEEDED_PEERS;
	(void)snprintf(stream, sizeof stream, "ws://127.0.0.1:%u", port);
	(void)snprintf(rest, sizeof rest, "http://127.0.0.1:%u", port);
	const plm_venue_desc *desc = pli_venue_find(plm_slice_of(pli_sim_venue_name(key->venue)));
	pli_account_config config = {.desc = desc,
	    .venue = pli_venue_id_of(desc),
	    .name = key->account,
	    .key = key->key,
	    .secret = key->secret,
	    .passphrase = key->passphrase,
	    .stream_url = stream,
	    .rest_url = rest};
	return pli_engine_add_account(s->engine, &config, ret_fault);
}

static plm_err
process_file(pli_simulation *s, plm_fault *ret_fault)
{
	const plm_venue_desc *desc = pli_venue_find(PLM_SLICE("file"));
	pli_account_config config = {.desc = desc,
	    .venue = pli_venue_id_of(desc),
	    .name = pli_sim_file_account,
	    .path = pli_sim_file_path};
	return s->file_watched ? pli_engine_add_account(s->engine, &config, ret_fault) : PLM_OK;
}

static plm_err
process_limits(pli_simulation *s)
{
	plm_err err = PLM_OK;
	for (uint32_t i = 0; i < SIMULATION_LIMITS && err == PLM_OK; i++) {
		plm_event event;
		plm_event_init(&event, PLM_EVENT_LIMIT_CHANGE);
		event.u.limit = s->limits[i];
		err = pli_engine_inject(s->engine, &event);
	}
	return err;
}

/* The policy that the configuration has unless told otherwise, but for prices: those are used at
 * any age. */
static plm_err
process_policy(pli_simulation *s)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POLICY);
	event.u.policy.greeks_after_s = PROCESS_GREEKS_AFTER_S;
	event.u.policy.starting_s = PROCESS_STARTING_S;
	event.u.policy.transit_after_s = PROCESS_TRANSIT_AFTER_S;
	return pli_engine_inject(s->engine, &event);
}

/* With two accounts or more, coins may be between them. */
static plm_err
process_transit(pli_simulation *s)
{
	if (s->accounts_count + s->file_watched < 2)
		return PLM_OK;
	return pli_registry_transit(pli_engine_registry(s->engine));
}

static plm_err
process_engine(pli_simulation *s, plm_fault *ret_fault)
{
	pli_engine_config config = {.clock = &s->clock_table,
	    .disk = &s->disk_table,
	    .net = &s->engine_net,
	    .journal_path = s->config.no_journal ? NULL : process_path,
	    .bounds = process_bounds,
	    .limits_max = PROCESS_LIMITS_MAX,
	    .limit_states_max = PROCESS_LIMIT_STATES_MAX,
	    .accounts_max = PLI_CHECK_ACCOUNTS_MAX};
	plm_err err = pli_engine_create(&config, &s->engine, ret_fault);
	for (uint32_t i = 0; i < s->accounts_count && err == PLM_OK; i++)
		err = process_account(s, &s->keys[i], ret_fault);
	if (err == PLM_OK)
		err = process_policy(s);
	if (err == PLM_OK)
		err = process_file(s, ret_fault);
	if (err == PLM_OK)
		err = process_transit(s);
	return err == PLM_OK ? process_limits(s) : err;
}

static void
process_numbers(void *ctx, pli_hub_numbers *ret_numbers)
{
	const pli_simulation *s = ctx;
	pli_engine_numbers numbers = pli_engine_numbers_get(s->engine);
	*ret_numbers = (pli_hub_numbers){.started_wall_ns = numbers.started_wall_ns,
	    .core_sequence = numbers.core_sequence,
	    .frames_count = numbers.frames_count,
	    .journal_failing = numbers.journal_err != PLM_OK};
}

static void
process_notify(void *ctx, const pli_notice *notice)
{
	const pli_simulation *s = ctx;
	if (s->config.on_notice != NULL)
		s->config.on_notice(s->config.ctx, notice);
}

static plm_err
process_hub(pli_simulation *s, plm_fault *ret_fault)
{
	pli_hub_config config = {.server = &s->api_server,
	    .clock = &s->clock_table,
	    .bounds = process_bounds,
	    .limits_max = PROCESS_LIMITS_MAX,
	    .limit_states_max = PROCESS_LIMIT_STATES_MAX,
	    .numbers = process_numbers,
	    .notify = process_notify,
	    .ctx = s};
	uint16_t port;
	s->hub = pli_hub_create(&config);
	if (s->hub == NULL)
		return plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for the views");
	return pli_hub_listen(s->hub, "127.0.0.1", 0, &port, ret_fault);
}

bool
pli_simulation_start(pli_simulation *s)
{
	plm_fault fault = {0};
	s->starts++;
	s->synced_sequence = s->synced_hash = s->synced_bytes = 0;
	uint64_t points_failed = s->points.failures;
	s->points.inside = true;
	plm_err err = process_engine(s, &fault);
	if (err == PLM_OK)
		err = process_hub(s, &fault);
	s->points.inside = false;
	if (err == PLM_OK) {
		pli_checker_begin(s->checker, s->engine, s->hub);
		s->heap_ns = s->clock.steady_ns + SIMULATION_HEAP_NS;
		pli_simulation_note(s, "the program starts");
		memset(s->feeds_told, 0, sizeof s->feeds_told);
		return true;
	}
	/* No journal can be opened on a disk that is full: it is tried again, as a supervisor
	 * does. */
	pli_hub_destroy(s->hub);
	pli_engine_destroy(s->engine);
	s->engine = NULL;
	s->hub = NULL;
	pli_seeded_net_client_gone(s->net, 0);
	pli_seeded_net_server_gone(s->net, SIMULATION_API);
	(void)s->disk_table.remove(s->disk_table.ctx, process_path);
	pli_simulation_note(s, "the program does not start: %s", fault.text);
	bool made = s->points.failures > points_failed && fault.text[0] != '\0';
	if (err != PLM_ENOSPACE && err != PLM_EIO && !made)
		pli_checker_say(s->checker, "the program does not start: %s", fault.text);
	s->start_ns = s->clock.steady_ns + PLM_NS_PER_S;
	return false;
}

void
pli_simulation_note_sync(pli_simulation *s)
{
	uint64_t synced = pli_seeded_disk_size_synced(s->disk, process_path);
	/* After a failure the file ends where it was durable, and that is another state. */
	if (synced == s->synced_bytes || synced != pli_seeded_disk_size(s->disk, process_path) ||
	    pli_engine_numbers_get(s->engine).journal_err != PLM_OK)
		return;
	pli_core *core = pli_engine_core(s->engine);
	s->synced_bytes = synced;
	s->synced_sequence = pli_core_sequence(core);
	s->synced_hash = pli_core_hash(core);
}

/* What a replay is held against: the state at one sequence. */
typedef struct process_replay {
	pli_simulation *s;
	pli_core *core;
	uint64_t sequence, hash, hash_then;
	plm_err err;
	plm_fault fault;
} process_replay;

static bool
replay_each(void *ctx, const plm_event *event)
{
	process_replay *replay = ctx;
	replay->err = pli_core_replay(replay->core, event, &replay->fault);
	if (replay->err == PLM_OK && event->sequence == replay->sequence)
		replay->hash_then = pli_core_hash(replay->core);
	return replay->err == PLM_OK;
}

static void
replay_compare(const process_replay *replay, plm_err err, const plm_fault *fault)
{
	pli_checker *checker = replay->s->checker;
	unsigned long long end = pli_core_sequence(replay->core);
	if (replay->err != PLM_OK)
		pli_checker_say(checker, "the journal does not replay: %s", replay->fault.text);
	else if (err != PLM_OK)
		pli_checker_say(checker, "the journal cannot be read: %s", fault->text);
	else if (end < replay->sequence)
		pli_checker_say(checker, "the journal ends at %llu, %llu was durable", end,
		    (unsigned long long)replay->sequence);
	else if (replay->sequence != 0 && replay->hash_then != replay->hash)
		pli_checker_say(checker,
		    "the journal leads to another state at sequence %llu than the program had",
		    (unsigned long long)replay->sequence);
}

static bool
damage_each(void *ctx, const plm_event *event)
{
	(void)event;
	++*(uint64_t *)ctx;
	return true;
}

/* A byte of some record changes: that record and all behind it must not be handed out. */
static void
process_damage(pli_simulation *s)
{
	enum { RECORD_HEAD = 16, RECORD = RECORD_HEAD + sizeof(plm_event) };
	uint64_t records = (pli_seeded_disk_size(s->disk, process_path) - PROCESS_HEADER) / RECORD;
	uint64_t handed = 0;
	plm_fault fault;
	if (records == 0)
		return;
	uint64_t chance = s->steps * UINT64_C(0x9e3779b97f4a7c15) >> 16;
	uint64_t index = chance % records, byte = chance / records % sizeof(plm_event);
	pli_seeded_disk_flip(
	    s->disk, process_path, PROCESS_HEADER + index * RECORD + RECORD_HEAD + byte);
	(void)pli_journal_read(&s->disk_table, process_path, damage_each, &handed, &fault);
	if (handed > index)
		pli_checker_say(s->checker,
		    "the journal hands out %llu records, record %llu is damaged",
		    (unsigned long long)handed, (unsigned long long)index + 1);
}

/* Reads the file that the process left and removes it. */
static void
process_replay_run(pli_simulation *s, uint64_t sequence, uint64_t hash)
{
	plm_fault fault = {0};
	pli_core_config config = {.bounds = process_bounds,
	    .limits_max = PROCESS_LIMITS_MAX,
	    .limit_states_max = PROCESS_LIMIT_STATES_MAX};
	process_replay replay = {
	    .s = s, .core = pli_core_create(&config), .sequence = sequence, .hash = hash};
	assert(replay.core != NULL);
	/* Less than its header: the program had not begun to write. */
	if (pli_seeded_disk_size(s->disk, process_path) >= PROCESS_HEADER) {
		plm_err err = pli_journal_read(
		    &s->disk_table, process_path, replay_each, &replay, &fault);
		replay_compare(&replay, err, &fault);
		process_damage(s);
	} else if (sequence != 0) {
		pli_checker_say(s->checker, "the journal is gone");
	}
	(void)s->disk_table.remove(s->disk_table.ctx, process_path);
	pli_core_destroy(replay.core);
}

/* How often a fault of the disk has befallen a write. */
static uint64_t
process_disk_failures(const pli_simulation *s)
{
	return pli_seeded_disk_befell(s->disk, PLI_DISK_FULL) +
	       pli_seeded_disk_befell(s->disk, PLI_DISK_TORN) +
	       pli_seeded_disk_befell(s->disk, PLI_DISK_SYNC);
}

void
pli_simulation_stop(pli_simulation *s, simulation_end end)
{
	pli_core *core = pli_engine_core(s->engine);
	bool failed = pli_engine_numbers_get(s->engine).journal_err != PLM_OK;
	/* Between batches everything that was sequenced is in the file, if writing works. */
	bool whole = end != SIMULATION_POWER && !failed && pli_core_batch_count(core) == 0;
	uint64_t sequence = whole ? pli_core_sequence(core) : s->synced_sequence;
	uint64_t hash = whole ? pli_core_hash(core) : s->synced_hash;
	uint64_t failures = process_disk_failures(s);
	pli_checker_end(s->checker);
	if (end != SIMULATION_STOP)
		pli_seeded_disk_crash(s->disk, end == SIMULATION_POWER);
	pli_hub_destroy(s->hub);
	pli_engine_destroy(s->engine);
	s->hub = NULL;
	s->engine = NULL;
	pli_seeded_net_client_gone(s->net, 0);
	pli_seeded_net_server_gone(s->net, SIMULATION_API);
	if (process_disk_failures(s) > failures) { /* the last sync of all failed */
		sequence = s->synced_sequence;
		hash = s->synced_hash;
	}
	if (!s->config.no_journal)
		process_replay_run(s, sequence, hash);
}
