/* sim_wire.h: a simulated venue's way to its clients, where faults are made.
 *
 * Events (what the venue pushes) and replies (answers to a call) are kept apart: a gap, a
 * duplicate, a reorder and garbage befall events only; slowness and stalls befall both. Memory is
 * fixed: a slow queue that is full lets frames through at once, a client that does not read is
 * disconnected. Time comes in by pli_sim_wire_tick; no clock, no I/O of its own. */
#ifndef PLI_SIM_WIRE_H
#define PLI_SIM_WIRE_H

#include "base/world.h"

/* PLI_SIM_FAULTS: name, text, default count (0: by time alone), default duration in ms, help. What
 * is counted ends with its time as well: later it would befall somebody who expects nothing. */
#define PLI_SIM_FAULTS(X)                                                                          \
	X(DROP, "drop", 0, 0, "cut every WebSocket at once")                                       \
	X(STALL, "stall", 0, 30000, "half-open: sockets stay open and silent")                     \
	X(GAP, "gap", 3, 30000, "swallow the next events of accounts")                             \
	X(DUPLICATE, "duplicate", 5, 30000, "send each of the next events twice")                  \
	X(REORDER, "reorder", 3, 30000, "swap the next pairs of events")                           \
	X(GARBAGE, "garbage", 3, 30000, "send broken frames")                                      \
	X(SLOW, "slow", 0, 10000, "delay every frame by 1.5 s")                                    \
	X(KEY_EXPIRE, "listenkey", 0, 0, "Binance: listen keys expire, with the event")            \
	X(KEY_SILENT, "listenkey-silent", 0, 0, "Binance: listen keys expire without a word")      \
	X(LIMIT, "429", 0, 5000, "calls are answered 429; Deribit: error 10028, Bybit: 10006")     \
	X(BAN, "418", 0, 10000, "Binance: answers are 418 with Retry-After; Bybit, dYdX: 403")     \
	X(PARTIAL, "partial", 1, 30000, "the next position snapshots lack half of their rows")     \
	X(EMPTY, "empty", 1, 30000, "the next position snapshots are empty")                       \
	X(TORN, "torn", 1, 30000, "the next position snapshots end in the middle")                 \
	X(MAINTENANCE, "maintenance", 0, 8000, "the venue is locked: 503, Deribit: error 11051")   \
	X(NO_GREEKS, "no-greeks", 0, 60000,                                                        \
	    "Deribit: tickers and positions tell no greeks, calls no vol")

#define X(name, text, count, duration, help) PLI_SIM_FAULT_##name,
typedef enum pli_sim_fault { PLI_SIM_FAULTS(X) PLI_SIM_FAULT_COUNT } pli_sim_fault;
#undef X

enum {
	PLI_SIM_CLIENTS_MAX = 64,
	PLI_SIM_WIRE_CLIENTS_MAX = 2304, /* Binance's */
	PLI_SIM_SLOW_FRAMES = 1024,
	PLI_SIM_SLOW_BYTES = 1 << 20,
	PLI_SIM_HELD_BYTES = 1 << 15,
	PLI_SIM_SLOW_MS = 1500,
};

typedef struct pli_sim_slow_frame {
	uint32_t client;
	uint32_t size;
	uint32_t at;
	plm_time_ns due_ns;
} pli_sim_slow_frame;

typedef struct pli_sim_wire {
	pli_server server;
	plm_time_ns now_ns;
	uint32_t clients_count;
	uint32_t clients[PLI_SIM_WIRE_CLIENTS_MAX];
	bool frozen[PLI_SIM_WIRE_CLIENTS_MAX];
	uint32_t left[PLI_SIM_FAULT_COUNT];
	plm_time_ns until_ns[PLI_SIM_FAULT_COUNT];
	uint64_t fired[PLI_SIM_FAULT_COUNT];   /* how often each fault was asked for */
	uint64_t touched[PLI_SIM_FAULT_COUNT]; /* frames or calls that it befell */
	uint32_t held_client;
	uint32_t held_size; /* 0: nothing held back by reorder */
	uint32_t slow_first;
	uint32_t slow_count;
	uint32_t slow_end; /* where the next bytes go */
	pli_sim_slow_frame slow[PLI_SIM_SLOW_FRAMES];
	char slow_bytes[PLI_SIM_SLOW_BYTES];
	char held[PLI_SIM_HELD_BYTES];
} pli_sim_wire;

/* pli_sim_fault_find: the fault of that name (text of the table); PLI_SIM_FAULT_COUNT: none. */
pli_sim_fault pli_sim_fault_find(plm_slice name);

/* pli_sim_faults_parse: the faults of a comma list of names, or of "all", a bit each; false:
 * *ret_bad is the first word that names none. */
bool pli_sim_faults_parse(const char *list, uint32_t *ret_faults, plm_slice *ret_bad);
const char *pli_sim_fault_name(pli_sim_fault fault);
const char *pli_sim_fault_help(pli_sim_fault fault);

/* Clients as the server reports them. connect answers false when there is no room. */
bool pli_sim_wire_connect(pli_sim_wire *wire, uint32_t client);
void pli_sim_wire_disconnect(pli_sim_wire *wire, uint32_t client);

/* pli_sim_wire_tick sets the time, releases slow frames that are due and ends stalls. */
void pli_sim_wire_tick(pli_sim_wire *wire, plm_time_ns now_ns);

/* pli_sim_wire_fault starts a fault; count and duration_ms of 0 take the table's defaults. */
void pli_sim_wire_fault(
    pli_sim_wire *wire, pli_sim_fault fault, uint32_t count, uint32_t duration_ms);

/* pli_sim_wire_active: a fault by time is on. pli_sim_wire_take: a fault by count is due; counts
 * it down. Both note that it befell something. */
bool pli_sim_wire_active(pli_sim_wire *wire, pli_sim_fault fault);
bool pli_sim_wire_take(pli_sim_wire *wire, pli_sim_fault fault);

/* pli_sim_wire_event pushes an event; of_account: about an account (what a gap swallows). */
void pli_sim_wire_event(pli_sim_wire *wire, uint32_t client, plm_slice text, bool of_account);

/* pli_sim_wire_reply answers a call. */
void pli_sim_wire_reply(pli_sim_wire *wire, uint32_t client, plm_slice text);

#endif
