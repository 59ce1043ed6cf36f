/* descriptors.c: the limit of open files. */
#include <sys/resource.h>

#include "io/io.h"

plm_err
pli_io_descriptors(uint32_t least, plm_fault *ret_fault)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= least)
		return PLM_OK;
	if (limit.rlim_max >= least) {
		limit.rlim_cur = least;
		if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
			return PLM_OK;
	}
	return plm_fault_set(ret_fault, PLM_EFULL, NULL,
	    "this process may have %llu open files (descriptors) and needs at least %u: raise the "
	    "limit (ulimit -n, LimitNOFILE=)",
	    (unsigned long long)limit.rlim_max, least);
}
