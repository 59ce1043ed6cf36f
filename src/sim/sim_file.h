/* sim_file.h: a book that somebody keeps in a file, and what may go wrong with it.
 *
 * Every few seconds the keeper writes the whole book anew: positions of each unit that the venue
 * `file` knows, wallets, prices. What the file has said is kept in versions, for the checker. A
 * fault makes the file one that must not be believed, for a time in which the keeper writes
 * nothing, or changes it in a way that is easily not seen. Chance comes from a stream of its own.
 * Writes go by pli_seeded_disk_put: faults of the disk are the program's own. */
#ifndef PLI_SIM_SIM_FILE_H
#define PLI_SIM_SIM_FILE_H

#include "sim/seeded_disk.h"
#include "sim/sim_market.h"

enum { PLI_SIM_FILE_ROWS = 5, PLI_SIM_FILE_WALLETS = 2, PLI_SIM_FILE_VERSIONS_MAX = 64 };

/* PLI_SIM_FILE_FAULTS: name, text. Until UNREAD the file is broken for a time; the others befall
 * once. */
#define PLI_SIM_FILE_FAULTS(X)                                                                     \
	X(GONE, "not there")                                                                       \
	X(HALF, "half written")                                                                    \
	X(BAD, "wrong in one value")                                                               \
	X(GROWN, "larger than is read")                                                            \
	X(OLD, "dated an hour back")                                                               \
	X(UNDATED, "changed, with its size and date as they were")                                 \
	X(SIZE, "a contract's size is another one, ten times or a tenth")

#define X(name, text) PLI_SIM_FILE_##name,
typedef enum pli_sim_file_fault {
	PLI_SIM_FILE_FAULTS(X) PLI_SIM_FILE_FAULT_COUNT
} pli_sim_file_fault;
#undef X

/* pli_sim_file_version: what the file said until then (steady; INT64_MAX: it still does, or would
 * if it were not broken). Numbers in thousandths: quantities as the row's unit counts, contract
 * sizes (0: the row has none), cash. unseen: nothing but the bytes told of what came behind it. */
typedef struct pli_sim_file_version {
	int64_t quantity[PLI_SIM_FILE_ROWS];
	int64_t multiplier[PLI_SIM_FILE_ROWS];
	int64_t wallet[PLI_SIM_FILE_WALLETS];
	plm_time_ns until_ns;
	bool unseen;
} pli_sim_file_version;

typedef struct pli_sim_file pli_sim_file;

/* All borrowed. The file is written at once. NULL: no memory. destroy takes NULL. */
pli_sim_file *pli_sim_file_create(pli_seeded_disk *disk, const pli_seeded_clock *clock,
    const pli_sim_market *market, uint64_t seed);
void pli_sim_file_destroy(pli_sim_file *file);

/* pli_sim_file_next: when something is due (steady). pli_sim_file_work does what is. */
plm_time_ns pli_sim_file_next(const pli_sim_file *file);
void pli_sim_file_work(pli_sim_file *file);

/* pli_sim_file_break: choice tells which row and how. False: it is broken already. */
bool pli_sim_file_break(
    pli_sim_file *file, pli_sim_file_fault fault, int64_t duration_ns, uint64_t choice);

/* pli_sim_file_broken_since: steady; 0: the file is good. why: how it is broken. */
plm_time_ns pli_sim_file_broken_since(const pli_sim_file *file, const char **ret_why);

/* pli_sim_file_versions: how many there have been; the last _VERSIONS_MAX can be had, by number
 * from 0 on. */
uint64_t pli_sim_file_versions(const pli_sim_file *file);
const pli_sim_file_version *pli_sim_file_version_get(const pli_sim_file *file, uint64_t number);

/* Name of the account that the file is; its path on the disk; symbol and wallet of a row; a number
 * in thousandths as a decimal. */
extern const char pli_sim_file_account[], pli_sim_file_path[];
const char *pli_sim_file_symbol(const pli_sim_file *file, uint32_t row);
const char *pli_sim_file_asset(uint32_t wallet);
plm_decimal pli_sim_file_decimal(int64_t thousandths);

#endif
