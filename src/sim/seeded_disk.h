/* seeded_disk.h: files in memory that know what is durable, with faults from a seed.
 *
 * What is appended is in the page cache until sync; a crash of the program keeps it, a loss of
 * power keeps what was synced and some of the rest, cut anywhere or with zeros to its end. */
#ifndef PLI_SIM_SEEDED_DISK_H
#define PLI_SIM_SEEDED_DISK_H

#include "sim/seeded_clock.h"

enum { PLI_SEEDED_FILES_MAX = 16, PLI_SEEDED_NAME_MAX = 64 };

/* PLI_DISK_FAULTS: name, text. SLOW and FULL last for a time; TORN and SYNC befall the next call.
 */
#define PLI_DISK_FAULTS(X)                                                                         \
	X(SLOW, "appends and syncs take up to half a second")                                      \
	X(FULL, "no space: appends keep a part and fail")                                          \
	X(TORN, "the next append keeps a part and fails")                                          \
	X(SYNC, "the next sync fails and what was not durable is lost")

#define X(name, text) PLI_DISK_##name,
typedef enum pli_disk_fault { PLI_DISK_FAULTS(X) PLI_DISK_FAULT_COUNT } pli_disk_fault;
#undef X

typedef struct pli_seeded_disk pli_seeded_disk;

/* Borrows the clock; bytes_max bounds all files together (PLM_EFULL past it). NULL: no memory. */
pli_seeded_disk *pli_seeded_disk_create(pli_seeded_clock *clock, uint64_t seed, uint64_t bytes_max);
void pli_seeded_disk_destroy(pli_seeded_disk *disk); /* takes NULL */
pli_disk pli_seeded_disk_table(pli_seeded_disk *disk);

void pli_seeded_disk_break(pli_seeded_disk *disk, pli_disk_fault fault, int64_t duration_ns);
void pli_seeded_disk_mend(pli_seeded_disk *disk);

/* pli_seeded_disk_crash: every open file is closed (calls on it fail from now on). power: what was
 * not synced is cut, or reads as zeros, from a place of the seed's choice on. */
void pli_seeded_disk_crash(pli_seeded_disk *disk, bool power);

/* pli_seeded_disk_put: another program writes a file whole, durable and of that date; no fault
 * touches it. There must be room for it (asserted). */
void pli_seeded_disk_put(
    pli_seeded_disk *disk, const char *path, plm_slice bytes, plm_time_ns modified_ns);

/* Sizes of a file, 0 when it is not there. bytes: of all files. befell: how often each fault did.
 */
/* pli_seeded_disk_flip changes one byte of a file, which must have it. */
void pli_seeded_disk_flip(pli_seeded_disk *disk, const char *path, uint64_t offset);

uint64_t pli_seeded_disk_size(const pli_seeded_disk *disk, const char *path);
uint64_t pli_seeded_disk_size_synced(const pli_seeded_disk *disk, const char *path);
uint64_t pli_seeded_disk_bytes(const pli_seeded_disk *disk);
uint64_t pli_seeded_disk_heap_bytes(const pli_seeded_disk *disk); /* taken for all files */
uint64_t pli_seeded_disk_befell(const pli_seeded_disk *disk, pli_disk_fault fault);

#endif
