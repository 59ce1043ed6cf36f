/* host_file.c: a watched file, read whole when its size, its date or its bytes changed. */
#include "engine/host_internal.h"

#include <xxhash.h>

#include "base/fault_point.h"
#include "base/mutant.h"

/* What could not be read is looked at again, though it stays as it is. */
static void
host_file_fail(pli_venue_host *host, plm_err err)
{
	pli_host_trouble(host, plm_err_text(err));
	host->file_modified_ns = 0;
}

/* dated: size or date say that it changed; else its bytes decide: what they said before keeps its
 * age. */
static void
host_file_read(pli_venue_host *host, const pli_file_facts *facts, bool dated)
{
	const pli_disk *disk = host->shared->disk;
	if (facts->size > HOST_BODY_BYTES_MAX) {
		pli_host_trouble(host, "the file is over 8 MiB");
		return;
	}
	pli_file file;
	plm_err err = PLI_FAULT(FILE_OPEN)
			  ? PLM_EACCESS
			  : disk->open(disk->ctx, host->path, PLI_FILE_READ, &file);
	if (err != PLM_OK) {
		host_file_fail(host, err);
		return;
	}
	size_t got = 0;
	err = PLI_FAULT(FILE_READ)
		  ? PLM_EIO
		  : disk->read(disk->ctx, file, 0, host->file_bytes, (size_t)facts->size, &got);
	disk->close(disk->ctx, file);
	if (err != PLM_OK) {
		host_file_fail(host, err);
		return;
	}
	host->file_read_ns = host->steady_ns;
	uint64_t hash = XXH3_64bits(host->file_bytes, got);
	if (!dated && hash == host->file_hash)
		return;
	host->file_hash = hash;
	host->trouble[0] = '\0';
	pli_host_take_frame(host, &(plm_frame){.kind = PLM_FRAME_FILE,
				      .received_time_ns = host->wall_ns,
				      .channel = plm_slice_of(host->path),
				      .bytes = {host->file_bytes, got}});
}

void
pli_host_file_watch(pli_venue_host *host)
{
	if (!pli_host_is_file(host) || host->path[0] == '\0' ||
	    (host->file_checked_ns != 0 &&
		host->steady_ns - host->file_checked_ns < HOST_FILE_MS * PLM_NS_PER_MS))
		return;
	host->file_checked_ns = host->steady_ns;
	pli_file_facts facts;
	plm_err err = host->shared->disk->facts(host->shared->disk->ctx, host->path, &facts);
	if (err != PLM_OK && pli_mutant(HOST_FILE_GONE_UNSEEN))
		return;
	if (err != PLM_OK || PLI_FAULT(FILE_FACTS)) {
		pli_host_trouble(host, "the file cannot be read");
		host->file_modified_ns = 0;
		return;
	}
	bool dated = facts.modified_ns != host->file_modified_ns || facts.size != host->file_size;
	bool due = host->steady_ns - host->file_read_ns >= HOST_FILE_AGAIN_MS * PLM_NS_PER_MS &&
		   !pli_mutant(HOST_FILE_BY_DATE);
	if (!dated && !due)
		return;
	host->file_modified_ns = facts.modified_ns;
	host->file_size = facts.size;
	host_file_read(host, &facts, dated);
}
