/* resolve.c: names to addresses, without blocking the loop that asks. */
#include "io/resolve.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault_point.h"
#include "io/io.h"
#include "io/url.h"

/* Shared by asker and thread; the last of the two to let go frees it. */
struct pli_lookup {
	char host[PLI_URL_HOST_MAX];
	void (*wake)(void *wake_ctx);
	void *wake_ctx;
	pthread_mutex_t mutex;
	bool done;
	bool abandoned;
	plm_err err;
	pli_addresses addresses;
};

static pthread_mutex_t lookup_count_mutex = PTHREAD_MUTEX_INITIALIZER;
static int lookup_count;

static bool
lookup_count_add(int change)
{
	(void)pthread_mutex_lock(&lookup_count_mutex);
	bool fits = lookup_count + change <= PLI_IO_LOOKUPS_MAX;
	if (fits)
		lookup_count += change;
	assert(lookup_count >= 0);
	(void)pthread_mutex_unlock(&lookup_count_mutex);
	return fits;
}

static void
lookup_free(pli_lookup *lookup)
{
	(void)pthread_mutex_destroy(&lookup->mutex);
	free(lookup);
}

static bool
addresses_add(pli_addresses *addresses, const struct addrinfo *info)
{
	if (addresses->count >= PLI_ADDRESSES_MAX)
		return false;
	return getnameinfo(info->ai_addr, info->ai_addrlen, addresses->text[addresses->count],
		   PLI_ADDRESS_TEXT_MAX, NULL, 0, NI_NUMERICHOST) == 0;
}

static plm_err
lookup_ask(const char *host, pli_addresses *ret_addresses)
{
	struct addrinfo hints = {
	    .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
	struct addrinfo *list = NULL;
	int rc = getaddrinfo(host, NULL, &hints, &list);
	if (rc != 0)
		return rc == EAI_NONAME || rc == EAI_NODATA ? PLM_ENOTFOUND : PLM_EIO;
	pli_addresses found = {0};
	for (const struct addrinfo *info = list; info != NULL; info = info->ai_next)
		if (addresses_add(&found, info))
			found.count++;
	freeaddrinfo(list);
	if (found.count == 0)
		return PLM_ENOTFOUND;
	*ret_addresses = found;
	return PLM_OK;
}

static void *
lookup_run(void *arg)
{
	pli_lookup *lookup = arg;
	pli_addresses addresses = {0};
	plm_err err = lookup_ask(lookup->host, &addresses);
	(void)lookup_count_add(-1);
	(void)pthread_mutex_lock(&lookup->mutex);
	lookup->err = err;
	lookup->addresses = addresses;
	lookup->done = true;
	bool abandoned = lookup->abandoned;
	/* Under the mutex: destroy then cannot return between the check and the call. */
	if (!abandoned)
		lookup->wake(lookup->wake_ctx);
	(void)pthread_mutex_unlock(&lookup->mutex);
	if (abandoned)
		lookup_free(lookup);
	return NULL;
}

static int
lookup_start_thread(pli_lookup *lookup)
{
	pthread_attr_t attributes;
	pthread_t thread;
	sigset_t all;
	sigset_t before;
	int rc = pthread_attr_init(&attributes);
	if (rc != 0)
		return rc;
	(void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	(void)pthread_attr_setstacksize(&attributes, 512 << 10);
	/* Signals are for the program's own threads. */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&thread, &attributes, lookup_run, lookup);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	(void)pthread_attr_destroy(&attributes);
	return rc;
}

plm_err
pli_lookup_create(
    const char *host, void (*wake)(void *wake_ctx), void *wake_ctx, pli_lookup **ret_lookup)
{
	assert(strlen(host) < PLI_URL_HOST_MAX);
	if (!lookup_count_add(1))
		return PLM_EFULL;
	pli_lookup *lookup = PLI_FAULT(LOOKUP_MEMORY) ? NULL : calloc(1, sizeof *lookup);
	if (lookup == NULL) {
		(void)lookup_count_add(-1);
		return PLM_ENOMEM;
	}
	(void)snprintf(lookup->host, sizeof lookup->host, "%s", host);
	lookup->wake = wake;
	lookup->wake_ctx = wake_ctx;
	(void)pthread_mutex_init(&lookup->mutex, NULL);
	if (PLI_FAULT(LOOKUP_THREAD) || lookup_start_thread(lookup) != 0) {
		(void)lookup_count_add(-1);
		lookup_free(lookup);
		return PLM_ENOMEM;
	}
	*ret_lookup = lookup;
	return PLM_OK;
}

bool
pli_lookup_poll(pli_lookup *lookup, plm_err *ret_err, pli_addresses *ret_addresses)
{
	(void)pthread_mutex_lock(&lookup->mutex);
	bool done = lookup->done;
	(void)pthread_mutex_unlock(&lookup->mutex);
	if (!done)
		return false;
	*ret_err = lookup->err;
	if (lookup->err == PLM_OK)
		*ret_addresses = lookup->addresses;
	return true;
}

void
pli_lookup_destroy(pli_lookup *lookup)
{
	if (lookup == NULL)
		return;
	(void)pthread_mutex_lock(&lookup->mutex);
	bool done = lookup->done;
	lookup->abandoned = true;
	(void)pthread_mutex_unlock(&lookup->mutex);
	if (done)
		lookup_free(lookup);
}

bool
pli_address_literal(const char *host, pli_addresses *ret_addresses)
{
	unsigned char raw[sizeof(struct in6_addr)];
	if (strlen(host) >= PLI_ADDRESS_TEXT_MAX)
		return false;
	if (inet_pton(AF_INET, host, raw) != 1 && inet_pton(AF_INET6, host, raw) != 1)
		return false;
	*ret_addresses = (pli_addresses){.count = 1};
	(void)snprintf(ret_addresses->text[0], PLI_ADDRESS_TEXT_MAX, "%s", host);
	return true;
}
