/* listen.c: listening sockets of one pli_server.
 *
 * We bind and accept ourselves and hand sockets over to the library: so an address in use is an
 * error at once, and running out of descriptors closes the newcomer and does not spin. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/serve.h"

enum { LISTEN_QUEUE = 512, LISTEN_ACCEPTS_PER_TURN = 64 };

static const struct lws_protocols listen_protocols[] = {
    {"plimsoll", pli_serve_callback, 0, 1 << 16, 0, NULL, 0},
    {NULL, NULL, 0, 0, 0, NULL, 0},
};

/* Takes one connection off the queue with the descriptor kept for this, and closes it. */
static void
listen_shed(pli_listener *listener)
{
	pli_serve *serve = listener->serve;
	if (serve->spare_fd >= 0)
		(void)close(serve->spare_fd);
	int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0)
		(void)close(fd);
	serve->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void
listen_on_readable(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	pli_listener *listener = poll->data;
	for (int i = 0; i < LISTEN_ACCEPTS_PER_TURN; i++) {
		int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0)
			pli_serve_accepted(listener->serve, listener->vhost, fd);
		else if (errno == EMFILE || errno == ENFILE)
			listen_shed(listener);
		else if (errno != EINTR && errno != ECONNABORTED)
			return;
	}
}

static socklen_t
listen_address(const char *host, uint16_t port, struct sockaddr_storage *ret_address)
{
	memset(ret_address, 0, sizeof *ret_address);
	struct sockaddr_in *v4 = (struct sockaddr_in *)ret_address;
	if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		return sizeof *v4;
	}
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret_address;
	if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
		return sizeof *v6;
	}
	return 0;
}

static plm_err
listen_bind(const char *host, uint16_t port, int *ret_fd)
{
	struct sockaddr_storage address;
	socklen_t size = listen_address(host, port, &address);
	if (size == 0)
		return PLM_EARG;
	int fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return PLM_EIO;
	int one = 1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(fd, (struct sockaddr *)&address, size) == 0 && listen(fd, LISTEN_QUEUE) == 0) {
		*ret_fd = fd;
		return PLM_OK;
	}
	plm_err err = errno == EADDRINUSE ? PLM_EINUSE : errno == EACCES ? PLM_EACCESS : PLM_EIO;
	(void)close(fd);
	return err;
}

static uint16_t
listen_port(int fd)
{
	struct sockaddr_storage address = {0};
	socklen_t size = sizeof address;
	(void)getsockname(fd, (struct sockaddr *)&address, &size);
	return ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
						   : ((struct sockaddr_in *)&address)->sin_port);
}

static plm_err
listen_create_vhost(pli_listener *listener, const char *tls_cert, const char *tls_key)
{
	struct lws_context_creation_info info = {.port = CONTEXT_PORT_NO_LISTEN_SERVER,
	    .protocols = listen_protocols,
	    .vhost_name = "server",
	    .timeout_secs = 20,
	    .keepalive_timeout = 60,
	    .http_proxy_address = "",
	    .alpn = "http/1.1",
	    .gid = -1,
	    .uid = -1};
	if (tls_cert != NULL && tls_key != NULL) {
		info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
				LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS;
		info.ssl_cert_filepath = tls_cert;
		info.ssl_private_key_filepath = tls_key;
		info.ssl_options_set = (long)(SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1);
	}
	listener->vhost = lws_create_vhost(listener->serve->loop.lws, &info);
	if (listener->vhost != NULL)
		return PLM_OK;
	return tls_cert != NULL ? PLM_EAUTH : PLM_EIO;
}

plm_err
pli_listen_open(pli_serve *serve, const char *host, uint16_t port, const char *tls_cert,
    const char *tls_key, uint16_t *ret_port)
{
	if (serve->listeners_count == PLI_SERVE_LISTENERS_MAX)
		return PLM_EFULL;
	if ((tls_cert == NULL) != (tls_key == NULL))
		return PLM_EARG;
	pli_listener *listener = &serve->listeners[serve->listeners_count];
	*listener = (pli_listener){.serve = serve};
	plm_err err = listen_bind(host, port, &listener->fd);
	if (err != PLM_OK)
		return err;
	pli_io_lock();
	err = listen_create_vhost(listener, tls_cert, tls_key);
	pli_io_unlock();
	if (err == PLM_OK && uv_poll_init(&serve->loop.uv, &listener->poll, listener->fd) != 0)
		err = PLM_EIO;
	if (err != PLM_OK) {
		(void)close(listener->fd);
		return err;
	}
	listener->poll.data = listener;
	(void)uv_poll_start(&listener->poll, UV_READABLE, listen_on_readable);
	serve->listeners_count++;
	*ret_port = listen_port(listener->fd);
	return PLM_OK;
}

void
pli_listen_close_all(pli_serve *serve)
{
	for (uint32_t i = 0; i < serve->listeners_count; i++) {
		(void)uv_poll_stop(&serve->listeners[i].poll);
		uv_close((uv_handle_t *)&serve->listeners[i].poll, NULL);
		(void)close(serve->listeners[i].fd);
	}
	serve->listeners_count = 0;
}
