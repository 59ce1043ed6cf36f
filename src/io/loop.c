/* loop.c: one uv loop with a libwebsockets context on it, and how a table's poll runs it. */
#include "io/loop.h"

#include <assert.h>
#include <curl/curl.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fault_point.h"
#include "plimsoll/time.h"

static pthread_mutex_t io_mutex = PTHREAD_MUTEX_INITIALIZER;
static bool io_ready;

static void
io_log_nowhere(int level, const char *line)
{
	(void)level;
	(void)line;
}

static void
io_initialise(void)
{
	/* PLM_LWS_LOG=1 lets a developer see the library's own log; it prints no payload. */
	if (getenv("PLM_LWS_LOG") == NULL)
		lws_set_log_level(0, io_log_nowhere);
	else
		lws_set_log_level(LLL_ERR | LLL_WARN | LLL_NOTICE | LLL_INFO, NULL);
	int openssl_ok = OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS, NULL);
	assert(openssl_ok == 1);
	(void)openssl_ok;
	CURLcode curl_code = curl_global_init(CURL_GLOBAL_ALL);
	assert(curl_code == CURLE_OK);
	(void)curl_code;
	io_ready = true;
}

void
pli_io_lock(void)
{
	int rc = pthread_mutex_lock(&io_mutex);
	assert(rc == 0);
	(void)rc;
	if (!io_ready)
		io_initialise();
}

void
pli_io_unlock(void)
{
	int rc = pthread_mutex_unlock(&io_mutex);
	assert(rc == 0);
	(void)rc;
}

int64_t
pli_loop_now_ns(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * PLM_NS_PER_S + now.tv_nsec;
}

static void
loop_on_wake(uv_async_t *handle)
{
	pli_loop *loop = handle->data;
	loop->woken = true;
}

static plm_err
loop_init_lws(pli_loop *loop, struct lws_context_creation_info *info, plm_fault *ret_fault)
{
	void *loops[1] = {&loop->uv};
	info->foreign_loops = loops;
	info->port = CONTEXT_PORT_NO_LISTEN_SERVER;
	info->options |= LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
			 LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
			 LWS_SERVER_OPTION_UV_NO_SIGSEGV_SIGFPE_SPIN;
	info->pcontext = &loop->lws;
	info->gid = -1;
	info->uid = -1;
	loop->lws = lws_create_context(info);
	if (loop->lws != NULL)
		return PLM_OK;
	return plm_fault_set(ret_fault, PLM_EIO, NULL,
	    "libwebsockets gave no context; is the package libwebsockets-evlib-uv installed, and "
	    "are descriptors left?");
}

plm_err
pli_loop_init(pli_loop *loop, struct lws_context_creation_info *info, plm_fault *ret_fault)
{
	memset(loop, 0, sizeof *loop);
	int rc = uv_loop_init(&loop->uv);
	if (rc != 0)
		return plm_fault_set(
		    ret_fault, PLM_EIO, NULL, "no event loop: %s", uv_strerror(rc));
	loop->wake.data = loop;
	rc = uv_async_init(&loop->uv, &loop->wake, loop_on_wake);
	if (rc != 0) {
		(void)uv_loop_close(&loop->uv);
		return plm_fault_set(
		    ret_fault, PLM_EIO, NULL, "no wake handle: %s", uv_strerror(rc));
	}
	pli_io_lock();
	plm_err err = PLI_FAULT(LOOP_CONTEXT) ? plm_fault_set(ret_fault, PLM_ENOMEM, NULL,
						    "no memory for the WebSocket library")
					      : loop_init_lws(loop, info, ret_fault);
	pli_io_unlock();
	if (err != PLM_OK)
		pli_loop_fini(loop);
	return err;
}

void
pli_loop_fini(pli_loop *loop)
{
	pli_io_lock();
	uv_close((uv_handle_t *)&loop->wake, NULL);
	/* The first call closes sockets and timers, whose callbacks then come from the loop; the
	 * second frees the context. */
	for (int i = 0; i < 4 && loop->lws != NULL; i++) {
		lws_context_destroy(loop->lws);
		(void)uv_run(&loop->uv, UV_RUN_DEFAULT);
	}
	assert(loop->lws == NULL);
	(void)uv_run(&loop->uv, UV_RUN_DEFAULT);
	int rc = uv_loop_close(&loop->uv);
	assert(rc == 0);
	(void)rc;
	pli_io_unlock();
}

static void
loop_wait(pli_loop *loop, int64_t wait_ns)
{
	int timeout_ms = uv_backend_timeout(&loop->uv);
	if (timeout_ms >= 0 && timeout_ms * PLM_NS_PER_MS < wait_ns)
		wait_ns = timeout_ms * PLM_NS_PER_MS;
	if (wait_ns <= 0)
		return;
	struct pollfd backend = {.fd = uv_backend_fd(&loop->uv), .events = POLLIN, .revents = 0};
	struct timespec wait = {wait_ns / PLM_NS_PER_S, wait_ns % PLM_NS_PER_S};
	(void)ppoll(&backend, 1, &wait, NULL);
}

int
pli_loop_poll(pli_loop *loop, int64_t wait_ns, pli_loop_turn turn, void *owner)
{
	int64_t end_ns = pli_loop_now_ns() + (wait_ns > 0 ? wait_ns : 0);
	loop->handled = 0;
	loop->woken = false;
	for (;;) {
		(void)uv_run(&loop->uv, UV_RUN_NOWAIT);
		int64_t deadline_ns = turn(owner);
		if (loop->handled > 0 || loop->woken)
			break;
		int64_t now_ns = pli_loop_now_ns();
		if (now_ns >= end_ns)
			break;
		loop_wait(loop, (deadline_ns < end_ns ? deadline_ns : end_ns) - now_ns);
	}
	return loop->handled;
}

void
pli_loop_wake(pli_loop *loop)
{
	int rc = uv_async_send(&loop->wake);
	assert(rc == 0);
	(void)rc;
}
