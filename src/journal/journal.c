/* journal.c: every event in order, as 272-byte records with chained checks.
 *
 * Layout, validity rule and recovery: docs/reference/journal-format.md. */
#include "journal/journal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/fault_point.h"
#include "base/mutant.h"

enum {
	JOURNAL_HEADER = 64,
	JOURNAL_RECORD = 16 + sizeof(plm_event),
	JOURNAL_BUFFER_RECORDS = 1024,
	JOURNAL_VERSION = 1,
	JOURNAL_MARK = 0x4C4D4C50,
};

typedef struct journal_header {
	char magic[8];
	uint32_t version;
	uint32_t event_size;
	uint64_t layout;
	uint8_t reserved[32];
	uint64_t check;
} journal_header;

typedef struct journal_record {
	uint32_t mark;
	uint32_t size;
	uint64_t check;
	plm_event event;
} journal_record;

_Static_assert(sizeof(journal_header) == JOURNAL_HEADER, "header is 64 bytes");
_Static_assert(sizeof(journal_record) == JOURNAL_RECORD, "record is 272 bytes, without holes");

/* journal_place: where a record ends. */
typedef struct journal_place {
	uint64_t bytes;    /* of the file up to there */
	uint64_t check;    /* of that record; of the header before the first */
	uint64_t sequence; /* of its event; 0 before the first */
} journal_place;

struct pli_journal {
	const pli_disk *disk;
	char *path;
	pli_file file;
	plm_err broken;        /* PLM_OK, or why nothing is taken */
	journal_place last;    /* on disk and in the buffer */
	journal_place durable; /* at the last sync */
	uint32_t buffered;
	journal_record buffer[JOURNAL_BUFFER_RECORDS];
};

static uint64_t
journal_layout(void)
{
	static const uint32_t sizes[] = {0, sizeof(plm_asset_fact), sizeof(plm_account_fact),
	    sizeof(plm_instrument), sizeof(plm_balance), sizeof(plm_position), sizeof(plm_fill),
	    sizeof(plm_mark), sizeof(plm_index), sizeof(plm_asset_rate), sizeof(plm_funding),
	    sizeof(plm_venue_margin), sizeof(plm_feed_state), sizeof(plm_snapshot),
	    sizeof(plm_snapshot), sizeof(plm_transfer), sizeof(plm_limit_fact),
	    sizeof(plm_acknowledgement), sizeof(plm_venue_error), sizeof(plm_alert),
	    sizeof(plm_batch_end), sizeof(plm_policy), sizeof(plm_order_open),
	    sizeof(plm_margin_tier), sizeof(plm_journal_gap), sizeof(plm_journal_state),
	    sizeof(plm_address_fact), sizeof(plm_venue_action), sizeof(plm_margin_matrix),
	    sizeof(plm_collateral), sizeof(plm_margin_stress)};
	_Static_assert(sizeof sizes / sizeof sizes[0] == PLM_EVENT_COUNT_, "a row is missing");
	uint64_t sum = 0;
	for (uint64_t i = 0; i < PLM_EVENT_COUNT_; i++)
		sum += i * UINT64_C(2654435761) + sizes[i];
	return sum;
}

static journal_header
journal_header_make(void)
{
	journal_header header = {.magic = "PLMJRNL"};
	header.magic[7] = '1';
	header.version = JOURNAL_VERSION;
	header.event_size = sizeof(plm_event);
	header.layout = journal_layout();
	header.check = XXH3_64bits(&header, offsetof(journal_header, check));
	return header;
}

static uint64_t
journal_check(const plm_event *event, uint64_t seed)
{
	return XXH3_64bits_withSeed(event, sizeof *event, seed);
}

static bool
journal_record_valid(const journal_record *record, uint64_t seed)
{
	return record->mark == JOURNAL_MARK && record->size == sizeof(plm_event) &&
	       (record->check == journal_check(&record->event, seed) ||
		   pli_mutant(JOURNAL_CHECK_SKIPPED));
}

static plm_err
journal_header_read(const pli_disk *disk, pli_file file, const char *path, plm_fault *ret_fault)
{
	journal_header want = journal_header_make(), got;
	size_t size = 0;
	plm_err err = disk->read(disk->ctx, file, 0, &got, sizeof got, &size);
	if (err != PLM_OK)
		return plm_fault_set(ret_fault, err, path, "the journal could not be read");
	if (size < sizeof got || memcmp(got.magic, want.magic, sizeof want.magic) != 0)
		return plm_fault_set(ret_fault, PLM_EPARSE, path,
		    "this is not a journal: expected a file that starts with PLMJRNL1");
	if (memcmp(&got, &want, sizeof want) != 0)
		return plm_fault_set(ret_fault, PLM_EVERSION, path,
		    "the journal was written by a build with other events (version %u, layout "
		    "%016llx): expected version %u, layout %016llx",
		    got.version, (unsigned long long)got.layout, want.version,
		    (unsigned long long)want.layout);
	return PLM_OK;
}

/* One pass over a journal's records. */
typedef struct journal_scan {
	bool (*each)(void *ctx, const plm_event *event);
	void *ctx;
	uint64_t check;      /* of the last valid record */
	uint64_t sequence;   /* of its event */
	uint64_t bytes_good; /* header and valid records */
	uint64_t bytes_file;
	bool stopped;
	journal_record buffer[JOURNAL_BUFFER_RECORDS];
} journal_scan;

static journal_scan *
journal_scan_create(bool (*each)(void *ctx, const plm_event *event), void *ctx)
{
	journal_scan *scan = PLI_FAULT(JOURNAL_READER) ? NULL : calloc(1, sizeof *scan);
	if (scan == NULL)
		return NULL;
	scan->each = each;
	scan->ctx = ctx;
	scan->check = journal_header_make().check;
	scan->bytes_good = JOURNAL_HEADER;
	return scan;
}

/* One record; false: it is not valid, or nobody wants more. */
static bool
journal_scan_take(journal_scan *scan, const journal_record *record)
{
	if (!journal_record_valid(record, scan->check))
		return false;
	scan->check = record->check;
	scan->sequence = record->event.sequence;
	scan->bytes_good += sizeof *record;
	scan->stopped = scan->each != NULL && !scan->each(scan->ctx, &record->event);
	return !scan->stopped;
}

static plm_err
journal_scan_run(const pli_disk *disk, pli_file file, journal_scan *scan)
{
	for (;;) {
		size_t got = 0;
		plm_err err = PLI_FAULT(JOURNAL_READ)
				  ? PLM_EIO
				  : disk->read(disk->ctx, file, scan->bytes_good, scan->buffer,
					sizeof scan->buffer, &got);
		if (err != PLM_OK)
			return err;
		for (size_t i = 0; i < got / sizeof scan->buffer[0]; i++)
			if (!journal_scan_take(scan, &scan->buffer[i]))
				return PLM_OK;
		if (got < sizeof scan->buffer)
			return PLM_OK;
	}
}

/* What a loss of power leaves behind the last durable record: less than two records of anything, or
 * one that is torn and nothing but zeros behind it, where the file's size was durable before its
 * bytes. */
static plm_err
journal_tail_is_torn(const pli_disk *disk, pli_file file, journal_scan *scan, bool *ret_torn)
{
	uint64_t at = scan->bytes_good + JOURNAL_RECORD;
	bool zeros = true;
	while (zeros && scan->bytes_file >= scan->bytes_good + 2 * (uint64_t)JOURNAL_RECORD) {
		const unsigned char *bytes = (const unsigned char *)scan->buffer;
		size_t got = 0;
		plm_err err = disk->read(
		    disk->ctx, file, at, scan->buffer, sizeof scan->buffer, &got);
		if (err != PLM_OK)
			return err;
		for (size_t i = 0; i < got; i++)
			zeros = zeros && bytes[i] == 0;
		at += got;
		if (got < sizeof scan->buffer)
			break;
	}
	*ret_torn = zeros;
	return PLM_OK;
}

/* Opens for reading, checks the header, scans. */
static plm_err
journal_scan_file(const pli_disk *disk, const char *path, journal_scan *scan, plm_fault *ret_fault)
{
	if (scan == NULL)
		return plm_fault_set(ret_fault, PLM_ENOMEM, path, "no memory to read with");
	pli_file file;
	pli_file_facts facts;
	plm_err err = disk->facts(disk->ctx, path, &facts);
	if (err == PLM_OK)
		err = disk->open(disk->ctx, path, PLI_FILE_READ, &file);
	if (err != PLM_OK)
		return plm_fault_set(
		    ret_fault, err, path, "the journal cannot be opened: %s", plm_err_text(err));
	scan->bytes_file = facts.size;
	bool torn = true;
	err = journal_header_read(disk, file, path, ret_fault);
	if (err == PLM_OK) {
		err = journal_scan_run(disk, file, scan);
		if (err == PLM_OK && !scan->stopped)
			err = journal_tail_is_torn(disk, file, scan, &torn);
		if (err != PLM_OK)
			(void)plm_fault_set(ret_fault, err, path, "the journal cannot be read");
	}
	disk->close(disk->ctx, file);
	if (err == PLM_OK && !torn)
		return plm_fault_set(ret_fault, PLM_EDECODE, path,
		    "the journal is damaged at byte %llu: the record there is not valid and more "
		    "follow",
		    (unsigned long long)scan->bytes_good);
	return err;
}

plm_err
pli_journal_read(const pli_disk *disk, const char *path,
    bool (*each)(void *ctx, const plm_event *event), void *ctx, plm_fault *ret_fault)
{
	journal_scan *scan = journal_scan_create(each, ctx);
	plm_err err = journal_scan_file(disk, path, scan, ret_fault);
	free(scan);
	return err;
}

const char *
pli_journal_reason(plm_err err)
{
	switch (err) {
	case PLM_ENOTFOUND:
		return "its folder is not there";
	case PLM_ENOSPACE:
		return "the disk is full";
	case PLM_EAGAIN:
		return "another process writes it";
	case PLM_EACCESS:
		return "no right to write there";
	case PLM_EIO:
		return "a failing disk";
	case PLM_EKIND:
		return "another file is in its place";
	default:
		return plm_err_text(err);
	}
}

static void
journal_leave(pli_journal *journal)
{
	if (journal->file.value >= 0)
		journal->disk->close(journal->disk->ctx, journal->file);
	journal->file.value = -1;
}

/* Opens for writing, alone. */
static plm_err
journal_take(pli_journal *journal, const char *path)
{
	const pli_disk *disk = journal->disk;
	if (PLI_FAULT(JOURNAL_OPEN))
		return PLM_EACCESS;
	plm_err err = disk->open(disk->ctx, path, PLI_FILE_APPEND, &journal->file);
	if (PLI_FAULT(JOURNAL_LOCK))
		return PLM_EAGAIN;
	return err == PLM_OK && disk->lock != NULL ? disk->lock(disk->ctx, journal->file) : err;
}

/* Emptied only once the file is ours: its header may be that of another process. */
static plm_err
journal_begin(pli_journal *journal, const char *path, plm_fault *ret_fault)
{
	const pli_disk *disk = journal->disk;
	journal_header header = journal_header_make();
	plm_err err = journal_take(journal, path);
	if (err == PLM_OK)
		err = PLI_FAULT(JOURNAL_EMPTY) ? PLM_EIO
					       : disk->truncate(disk->ctx, journal->file, 0);
	if (err == PLM_OK)
		err = PLI_FAULT(JOURNAL_HEADER)
			  ? PLM_ENOSPACE
			  : disk->append(disk->ctx, journal->file, &header, sizeof header);
	if (err == PLM_OK) /* or a loss of power may leave zeros, which are no journal */
		err = disk->sync(disk->ctx, journal->file);
	journal->last = journal->durable = (journal_place){sizeof header, header.check, 0};
	return err == PLM_OK ? err
			     : plm_fault_set(ret_fault, err, path,
				   "the journal cannot be created: %s", pli_journal_reason(err));
}

/* An old file was read to its end: a torn tail is cut off. */
static plm_err
journal_continue(
    pli_journal *journal, const char *path, const journal_scan *scan, plm_fault *ret_fault)
{
	const pli_disk *disk = journal->disk;
	plm_err err = journal_take(journal, path);
	if (err == PLM_OK && scan->bytes_file > scan->bytes_good) {
		err = PLI_FAULT(JOURNAL_TAIL)
			  ? PLM_EIO
			  : disk->truncate(disk->ctx, journal->file, scan->bytes_good);
		(void)plm_fault_set(ret_fault, PLM_OK, path,
		    "a torn tail of %llu bytes was cut off",
		    (unsigned long long)(scan->bytes_file - scan->bytes_good));
	}
	if (err != PLM_OK)
		return plm_fault_set(ret_fault, err, path,
		    "the journal cannot be opened for appending: %s", pli_journal_reason(err));
	journal->last = (journal_place){scan->bytes_good, scan->check, scan->sequence};
	journal->durable = journal->last;
	return PLM_OK;
}

static plm_err
journal_prepare(pli_journal *journal, const char *path, plm_fault *ret_fault)
{
	const pli_disk *disk = journal->disk;
	pli_file_facts facts = {0};
	if (disk->facts(disk->ctx, path, &facts) != PLM_OK || facts.size < JOURNAL_HEADER)
		return journal_begin(journal, path, ret_fault);
	journal_scan *scan = journal_scan_create(NULL, NULL);
	plm_err err = journal_scan_file(disk, path, scan, ret_fault);
	if (err == PLM_OK)
		err = journal_continue(journal, path, scan, ret_fault);
	free(scan);
	return err;
}

plm_err
pli_journal_open(
    const pli_disk *disk, const char *path, pli_journal **ret_journal, plm_fault *ret_fault)
{
	assert(disk != NULL && path != NULL);
	if (ret_fault != NULL)
		*ret_fault = (plm_fault){0};
	pli_journal *journal = PLI_FAULT(JOURNAL_MEMORY) ? NULL : calloc(1, sizeof *journal);
	if (journal == NULL)
		return plm_fault_set(ret_fault, PLM_ENOMEM, path, "no memory for the journal");
	journal->disk = disk;
	journal->file.value = -1;
	journal->path = malloc(strlen(path) + 1);
	plm_err err = journal->path == NULL
			  ? plm_fault_set(ret_fault, PLM_ENOMEM, path, "no memory for the journal")
			  : journal_prepare(journal, path, ret_fault);
	if (err != PLM_OK) {
		journal_leave(journal);
		free(journal->path);
		free(journal);
		return err;
	}
	memcpy(journal->path, path, strlen(path) + 1);
	*ret_journal = journal;
	return PLM_OK;
}

plm_err
pli_journal_replaceable(const pli_disk *disk, const char *path, plm_fault *ret_fault)
{
	pli_file_facts facts;
	pli_file file;
	char magic[7] = {0};
	size_t got = 0;
	if (disk->facts(disk->ctx, path, &facts) != PLM_OK)
		return PLM_ENOTFOUND;
	if (facts.is_directory)
		return plm_fault_set(
		    ret_fault, PLM_EKIND, path, "this is a folder: name a file for the journal");
	plm_err err = disk->open(disk->ctx, path, PLI_FILE_READ, &file);
	if (err != PLM_OK)
		return plm_fault_set(ret_fault, err, path,
		    "a file is there that this user may not read: name another for the journal");
	err = disk->read(disk->ctx, file, 0, magic, sizeof magic, &got);
	if (err == PLM_OK && facts.size > 0 && memcmp(magic, "PLMJRNL", sizeof magic) != 0)
		err = plm_fault_set(ret_fault, PLM_EKIND, path,
		    "this file is no journal and is left as it is: name another for the journal");
	else if (err == PLM_OK && disk->lock != NULL)
		err = disk->lock(disk->ctx, file);
	disk->close(disk->ctx, file);
	if (err == PLM_OK || err == PLM_EKIND)
		return err;
	return plm_fault_set(ret_fault, err, path,
	    err == PLM_EAGAIN
		? "another plimsoll writes this journal: stop it, or name another file"
		: "the journal of the run before cannot be read");
}

void
pli_journal_close(pli_journal *journal)
{
	if (journal == NULL)
		return;
	(void)pli_journal_flush(journal, true);
	journal_leave(journal);
	free(journal->path);
	free(journal);
}

plm_err
pli_journal_append(pli_journal *journal, const plm_event *event)
{
	assert(event->sequence != 0);
	if (journal->broken != PLM_OK)
		return journal->broken;
	if (journal->buffered == JOURNAL_BUFFER_RECORDS) {
		plm_err err = pli_journal_flush(journal, false);
		if (err != PLM_OK)
			return err;
	}
	if (pli_mutant(JOURNAL_EVENT_LOST) && event->sequence % 1000 == 7)
		return PLM_OK;
	journal_record *record = &journal->buffer[journal->buffered++];
	record->mark = JOURNAL_MARK;
	record->size = sizeof(plm_event);
	record->event = *event;
	record->check = journal_check(&record->event, journal->last.check);
	journal->last.check = record->check;
	journal->last.sequence = event->sequence;
	journal->last.bytes += sizeof *record;
	return PLM_OK;
}

plm_err
pli_journal_flush(pli_journal *journal, bool sync)
{
	const pli_disk *disk = journal->disk;
	if (journal->broken != PLM_OK)
		return journal->broken;
	plm_err err = PLI_FAULT(JOURNAL_APPEND) ? PLM_EIO
		      : PLI_FAULT(JOURNAL_FULL) ? PLM_ENOSPACE
						: PLM_OK;
	if (err == PLM_OK && journal->buffered > 0)
		err = disk->append(disk->ctx, journal->file, journal->buffer,
		    journal->buffered * sizeof journal->buffer[0]);
	if (err == PLM_OK && sync)
		err = PLI_FAULT(JOURNAL_SYNC) ? PLM_EIO : disk->sync(disk->ctx, journal->file);
	journal->broken = err;
	journal->buffered = 0;
	if (err == PLM_OK && sync)
		journal->durable = journal->last;
	return err;
}

/* Is the record that ends at that place the one that was written there? */
static plm_err
journal_verify(pli_journal *journal, const journal_place *place)
{
	const pli_disk *disk = journal->disk;
	journal_record record;
	size_t got = 0;
	if (place->sequence == 0)
		return journal_header_read(disk, journal->file, journal->path, NULL);
	plm_err err = disk->read(
	    disk->ctx, journal->file, place->bytes - sizeof record, &record, sizeof record, &got);
	if (err != PLM_OK)
		return err;
	return got == sizeof record && record.check == place->check ? PLM_OK : PLM_EKIND;
}

/* Writes so many records of zeros behind the durable ones: what stays of them is a torn tail. */
static plm_err
journal_try_room(pli_journal *journal, uint64_t records_count)
{
	const pli_disk *disk = journal->disk;
	plm_err err = PLM_OK;
	memset(journal->buffer, 0, sizeof journal->buffer);
	while (records_count > 0 && err == PLM_OK) {
		uint64_t now = records_count < JOURNAL_BUFFER_RECORDS ? records_count
								      : JOURNAL_BUFFER_RECORDS;
		err = disk->append(disk->ctx, journal->file, journal->buffer,
		    (size_t)now * sizeof journal->buffer[0]);
		records_count -= now;
	}
	if (err == PLM_OK)
		err = disk->sync(disk->ctx, journal->file);
	plm_err cut = disk->truncate(disk->ctx, journal->file, journal->durable.bytes);
	return err != PLM_OK ? err : cut;
}

/* The file is where it was: cut to what was durable. */
static plm_err
journal_return(pli_journal *journal)
{
	const pli_disk *disk = journal->disk;
	plm_err err = journal_take(journal, journal->path);
	if (err == PLM_OK)
		err = journal_verify(journal, &journal->durable);
	if (err == PLM_OK)
		err = disk->truncate(disk->ctx, journal->file, journal->durable.bytes);
	journal->last = journal->durable;
	return err;
}

plm_err
pli_journal_reopen(pli_journal *journal, uint64_t records_count, uint64_t *ret_sequence)
{
	assert(journal->broken != PLM_OK && journal->buffered == 0);
	const pli_disk *disk = journal->disk;
	pli_file_facts facts = {0};
	journal_leave(journal);
	plm_err err = PLI_FAULT(JOURNAL_REOPEN) ? PLM_EIO
						: disk->facts(disk->ctx, journal->path, &facts);
	if (err == PLM_ENOTFOUND)
		err = journal_begin(journal, journal->path, NULL);
	else if (err == PLM_OK)
		err = facts.size < journal->durable.bytes ? PLM_EKIND : journal_return(journal);
	if (err == PLM_OK)
		err = journal_try_room(journal, records_count);
	if (err != PLM_OK)
		journal_leave(journal);
	journal->broken = err;
	if (err == PLM_OK)
		*ret_sequence = journal->durable.sequence;
	return err;
}

void
pli_journal_break(pli_journal *journal, plm_err reason)
{
	assert(reason != PLM_OK);
	journal_leave(journal);
	journal->broken = reason;
	journal->buffered = 0;
}

uint64_t
pli_journal_bytes(const pli_journal *journal)
{
	return journal->last.bytes;
}
