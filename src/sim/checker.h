/* checker.h: holds the running program against the simulated venues, after every step.
 *
 * What must be true:
 * - sequence: what the core gives out counts up by one;
 * - truth: while a feed is LIVE, each position and each wallet that the core's book shows is one
 *   that the venue held at some moment of the last PLI_CHECK_CALM_NS; of the last _LATE_NS,
 *   _SILENT_OLD_NS or _LOST_NS while a fault of that grace touches, or lately touched, the way to
 *   the venue (an update that was swallowed is found by the next reconcile and not before).
 *   Wallets that no stream tells, only readings behind updates (Binance's margin and portfolio
 *   margin): _READ_NS at least, _LOST_NS behind interest, of which nothing tells;
 * - equity: what a venue stated of a wallet is exactly what its model had, within the same times
 *   before the age that the row gives itself; what the program adds up lies within the range that
 *   the marks moved in;
 * - transit: each movement that is shown was made, once, and counts what moves; it is over when all
 *   who could tell that had the time to; all wallets and what is in transit add up to what there
 *   is, but for what the program says is in doubt;
 * - file: while its feed is LIVE the book of a file is, as a whole, one that the file held within
 *   the same times; DEGRADED: one that it once held; never LIVE on a file that must not be
 * believed;
 * - deadline: no feed is LIVE whose stream is closed for PLI_CHECK_CLOSED_NS, or has handed over
 *   nothing for PLI_CHECK_SILENT_NS;
 * - clock: what a feed shows of its venue's clock is as near to the true offset as it says;
 * - sums: legs added up by the checker are every roll-up, exactly; the net is equal at all tiers
 *   and the gross falls;
 * - alerts: those that a model of its own expects, in order, each once;
 * - replica: what serves the API holds the same facts as the core at the same sequence;
 * - requests: nothing that could trade was sent, nothing at all while the venue had said to wait;
 *   no link was tried again and again without a pause;
 * - bounds: no table was full, serving was never left behind. (The heap's: simulation.c.)
 *
 * The first thing that is not true is kept as one sentence. */
#ifndef PLI_SIM_CHECKER_H
#define PLI_SIM_CHECKER_H

#include "api/hub.h"
#include "engine/engine.h"
#include "sim/fault_plan.h"
#include "sim/seeded_net.h"
#include "sim/sim.h"
#include "sim/sim_file.h"

#define PLI_CHECK_CALM_NS (2500 * PLM_NS_PER_MS)
#define PLI_CHECK_LATE_NS (7 * PLM_NS_PER_S)
/* So long a live feed may know of a change unread, behind the hearing of it. */
#define PLI_CHECK_READ_NS (PLI_CHECK_LATE_NS + PLI_CHECK_CALM_NS)
#define PLI_CHECK_SILENT_OLD_NS (15 * PLM_NS_PER_S)
#define PLI_CHECK_LOST_NS (45 * PLM_NS_PER_S)
#define PLI_CHECK_CLOSED_NS (300 * PLM_NS_PER_MS)
#define PLI_CHECK_EXPIRED_NS (2 * PLM_NS_PER_S)
#define PLI_CHECK_SILENT_NS (10 * PLM_NS_PER_S)

/* PLI_CHECK_CONNECTS_MAX: of one link, within PLI_CHECK_CONNECTS_NS. */
enum { PLI_CHECK_ACCOUNTS_MAX = 28, PLI_CHECK_LIMITS_MAX = 8, PLI_CHECK_CONNECTS_MAX = 15 };
#define PLI_CHECK_CONNECTS_NS (10 * PLM_NS_PER_S)

/* PLI_CHECK_FILE: the way to the file, beside those to venues. */
enum { PLI_CHECK_FILE = PLI_SIM_SERVERS, PLI_CHECK_WAYS };

typedef struct pli_checker pli_checker;

/* pli_checker_config: all borrowed. accounts: in the order in which the engine gets them, as
 * indexes of the world's accounts. limits: those that the engine is given, id i + 1. */
typedef struct pli_checker_config {
	const pli_sim_world *world;
	const pli_seeded_clock *clock;
	const pli_seeded_net *net;
	const uint32_t *accounts;
	uint32_t accounts_count;
	const pli_sim_file *file; /* NULL: it is not watched; else the engine's last account */
	const plm_limit_fact *limits;
	uint32_t limits_count;
} pli_checker_config;

/* NULL: memory could not be had. destroy takes NULL. */
pli_checker *pli_checker_create(const pli_checker_config *config);
void pli_checker_destroy(pli_checker *checker);

/* pli_checker_begin: a process runs from here on. pli_checker_end: it is gone. */
void pli_checker_begin(pli_checker *checker, pli_engine *engine, pli_hub *hub);
void pli_checker_end(pli_checker *checker);

/* pli_checker_disturb: a fault of that grace touches the way to a venue until then (steady time).
 */
void pli_checker_disturb(
    pli_checker *checker, uint32_t venue, pli_fault_grace grace, plm_time_ns until_ns);

/* pli_checker_excuse: a step of the program itself was made to fail: until its end its tables may
 * have been full. It counts as pli_checker_memory_lost too, for good. */
void pli_checker_excuse(pli_checker *checker);

/* pli_checker_memory_lost: what the program keeps over a restart may be gone or be misread until
 * then (steady): a process that begins before need not know for how long a venue had asked for
 * silence. */
void pli_checker_memory_lost(pli_checker *checker, plm_time_ns until_ns);

/* pli_checker_sent, pli_checker_answered, pli_checker_connected: from the net's watch. */
void pli_checker_sent(
    pli_checker *checker, pli_seeded_place place, plm_slice method, plm_slice path, plm_slice text);
void pli_checker_answered(
    pli_checker *checker, pli_seeded_place place, uint32_t status, uint32_t retry_after);
void pli_checker_connected(pli_checker *checker, uint32_t server, uint32_t conn);
void pli_checker_told(pli_checker *checker, uint32_t server, uint32_t conn, plm_slice text);

/* pli_checker_batch: after each turn of the core, before its events are taken.
 * pli_checker_event: each of those events. */
void pli_checker_batch(pli_checker *checker);
void pli_checker_event(pli_checker *checker, const plm_event *event);

/* pli_checker_remember: what the venues hold now counts as held, though a step changes it again. */
void pli_checker_remember(pli_checker *checker);

/* pli_checker_news: the account of that index changed, and its venue is about to tell of it: a
 * step may hold several such moments, each of which may be told. */
void pli_checker_news(pli_checker *checker, uint32_t account);

/* pli_checker_step: after a step. lag_ns: how long the program itself stood still in it. False: a
 * lie was found, then or before. */
bool pli_checker_step(pli_checker *checker, int64_t lag_ns);

/* pli_checker_settled: nothing has been disturbed for long: every feed must be LIVE, but of a
 * program that began in the last minute, and every position the venue's, now. */
bool pli_checker_settled(pli_checker *checker);

/* pli_checker_say keeps a lie that another part found. pli_checker_lie: "" while there is none. */
void pli_checker_say(pli_checker *checker, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *pli_checker_lie(const pli_checker *checker);

/* pli_checker_alerts: how many alerts came, as expected. */
uint64_t pli_checker_alerts(const pli_checker *checker);

#endif
