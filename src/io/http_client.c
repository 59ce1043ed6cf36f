/* http_client.c: REST requests of one pli_net: libcurl's multi interface on the uv loop.
 *
 * Names are looked up by us and handed to libcurl, whose own look-up would block when a request
 * that is still resolving times out. Headers and body of a request may be secret: our copies are
 * wiped before they are freed (libcurl's own copies cannot be). */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/fault_point.h"
#include "io/net.h"

typedef enum http_state {
	HTTP_LOOKUP = 0,
	HTTP_RUNNING = 1,
	HTTP_ENDED = 2, /* on_reply is due */
} http_state;

struct pli_http_request {
	pli_net_io *net;
	uint32_t id;
	http_state state;
	pli_url url;
	pli_name name;
	int64_t deadline_ns;
	CURL *easy;
	struct curl_slist *headers;
	struct curl_slist *resolve;
	char url_text[PLI_IO_URL_MAX];
	char ca_file[512];
	char method[16];
	pli_bytes body_out;
	pli_bytes body_in;
	bool body_too_large;
	pli_http_reply reply;
	char text[PLI_NET_TEXT_MAX];
	char curl_text[CURL_ERROR_SIZE];
};

enum {
	HTTP_BODY_OUT_MAX = 1 << 20,
	HTTP_BODY_IN_DEFAULT = 32 << 20,
	HTTP_TIMEOUT_DEFAULT_MS = 10000,
	HTTP_HEADERS_MAX = 32,
	HTTP_CONNECTIONS_KEPT = PLI_IO_REQUESTS_MAX,
};

static void
http_wipe_list(struct curl_slist *list)
{
	for (struct curl_slist *item = list; item != NULL; item = item->next)
		explicit_bzero(item->data, strlen(item->data));
	curl_slist_free_all(list);
}

static void
http_destroy(pli_http_request *request)
{
	if (request->easy != NULL) {
		(void)curl_multi_remove_handle(request->net->multi, request->easy);
		curl_easy_cleanup(request->easy);
	}
	pli_name_end(&request->name);
	http_wipe_list(request->headers);
	curl_slist_free_all(request->resolve);
	pli_bytes_wipe(&request->body_out);
	pli_bytes_release(&request->body_in);
	explicit_bzero(request->url_text, sizeof request->url_text);
	free(request);
}

/* Sockets: libcurl says what to watch, uv watches. */

static void
http_on_poll_closed(uv_handle_t *handle)
{
	free(handle);
}

static void
http_on_poll(uv_poll_t *poll, int status, int events)
{
	pli_net_io *net = poll->data;
	curl_socket_t fd = CURL_SOCKET_BAD;
	uv_os_fd_t os_fd;
	if (uv_fileno((uv_handle_t *)poll, &os_fd) == 0)
		fd = os_fd;
	int what = status < 0 ? CURL_CSELECT_ERR : 0;
	if ((events & UV_READABLE) != 0)
		what |= CURL_CSELECT_IN;
	if ((events & UV_WRITABLE) != 0)
		what |= CURL_CSELECT_OUT;
	int running;
	(void)curl_multi_socket_action(net->multi, fd, what, &running);
}

static uv_poll_t *
http_create_poll(pli_net_io *net, curl_socket_t fd)
{
	uv_poll_t *poll = PLI_FAULT(HTTP_POLL) ? NULL : calloc(1, sizeof *poll);
	if (poll == NULL)
		return NULL;
	poll->data = net;
	if (uv_poll_init_socket(&net->loop.uv, poll, fd) != 0) {
		free(poll);
		return NULL;
	}
	(void)curl_multi_assign(net->multi, fd, poll);
	return poll;
}

static void __attribute__((format(printf, 3, 4)))
http_end(pli_http_request *request, plm_err err, const char *format, ...)
{
	request->state = HTTP_ENDED;
	request->reply = (pli_http_reply){.status = 0, .err = err};
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(request->text, sizeof request->text, format, arguments);
	va_end(arguments);
}

/* Nothing would ever move the request: it ends with the turn. */
static void
http_unwatched(CURL *easy)
{
	void *private = NULL;
	(void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
	pli_http_request *request = private;
	if (request != NULL && request->state == HTTP_RUNNING)
		http_end(request, PLM_ENOMEM, "no memory to watch its socket");
}

static int
http_on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *socket_ctx)
{
	pli_net_io *net = ctx;
	uv_poll_t *poll = socket_ctx;
	if (what == CURL_POLL_REMOVE) {
		if (poll != NULL) {
			(void)uv_poll_stop(poll);
			uv_close((uv_handle_t *)poll, http_on_poll_closed);
			(void)curl_multi_assign(net->multi, fd, NULL);
		}
		return 0;
	}
	if (poll == NULL)
		poll = http_create_poll(net, fd);
	int events = (what & CURL_POLL_IN ? UV_READABLE : 0) |
		     (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
	if (poll == NULL || uv_poll_start(poll, events, http_on_poll) != 0)
		http_unwatched(easy);
	return 0; /* with -1 libcurl would end all transfers, and without a word */
}

static int
http_on_timer(CURLM *multi, long timeout_ms, void *ctx)
{
	(void)multi;
	pli_net_io *net = ctx;
	net->multi_deadline_ns = timeout_ms < 0 ? INT64_MAX
						: pli_loop_now_ns() + timeout_ms * PLM_NS_PER_MS;
	return 0;
}

plm_err
pli_http_init(pli_net_io *net)
{
	net->multi_deadline_ns = INT64_MAX;
	net->multi = curl_multi_init();
	if (net->multi == NULL)
		return PLM_ENOMEM;
	(void)curl_multi_setopt(net->multi, CURLMOPT_SOCKETFUNCTION, http_on_socket);
	(void)curl_multi_setopt(net->multi, CURLMOPT_SOCKETDATA, net);
	(void)curl_multi_setopt(net->multi, CURLMOPT_TIMERFUNCTION, http_on_timer);
	(void)curl_multi_setopt(net->multi, CURLMOPT_TIMERDATA, net);
	(void)curl_multi_setopt(net->multi, CURLMOPT_MAXCONNECTS, (long)HTTP_CONNECTIONS_KEPT);
	return PLM_OK;
}

void
pli_http_fini(pli_net_io *net)
{
	for (size_t i = 0; i < PLI_IO_REQUESTS_MAX; i++) {
		if (net->requests[i] != NULL)
			http_destroy(net->requests[i]);
		net->requests[i] = NULL;
	}
	(void)curl_multi_cleanup(net->multi);
	net->multi = NULL;
}

/* One request. */

static size_t
http_on_body(char *data, size_t one, size_t size, void *ctx)
{
	(void)one;
	pli_http_request *request = ctx;
	if (pli_bytes_append(&request->body_in, data, size) == PLM_OK)
		return size;
	request->body_too_large = true;
	return 0;
}

static bool
http_text_is_line(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' && *text != '\t')
			return false;
	return true;
}

static plm_err
http_add_header(pli_http_request *request, const char *line)
{
	if (!http_text_is_line(line) || strchr(line, ':') == NULL)
		return PLM_EARG;
	struct curl_slist *longer = curl_slist_append(request->headers, line);
	if (longer == NULL)
		return PLM_ENOMEM;
	request->headers = longer;
	return PLM_OK;
}

static plm_err
http_copy_headers(pli_http_request *request, const char *const *headers)
{
	plm_err err = http_add_header(request, "Expect:");
	for (size_t i = 0; err == PLM_OK && headers != NULL && headers[i] != NULL; i++)
		err = i < HTTP_HEADERS_MAX ? http_add_header(request, headers[i]) : PLM_EFULL;
	return err;
}

static bool
http_method_known(const char *method)
{
	static const char *const known[] = {"GET", "POST", "PUT", "DELETE"};
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcmp(known[i], method) == 0)
			return true;
	return false;
}

static plm_err
http_fill(pli_http_request *request, const pli_http_out *out)
{
	plm_err err = pli_url_parse(out->url, &request->url);
	if (err != PLM_OK)
		return err;
	const char *ca_file = out->ca_file == NULL ? "" : out->ca_file;
	if (request->url.websocket || strlen(out->url) >= sizeof request->url_text ||
	    strlen(ca_file) >= sizeof request->ca_file || out->method == NULL ||
	    !http_method_known(out->method))
		return PLM_EARG;
	(void)snprintf(request->url_text, sizeof request->url_text, "%s", out->url);
	(void)snprintf(request->ca_file, sizeof request->ca_file, "%s", ca_file);
	(void)snprintf(request->method, sizeof request->method, "%s", out->method);
	uint32_t timeout_ms = out->timeout_ms > 0 ? out->timeout_ms : HTTP_TIMEOUT_DEFAULT_MS;
	request->deadline_ns = pli_loop_now_ns() + timeout_ms * PLM_NS_PER_MS;
	request->body_in.max = out->body_bytes_max > 0 ? out->body_bytes_max : HTTP_BODY_IN_DEFAULT;
	request->body_out.max = HTTP_BODY_OUT_MAX;
	err = pli_bytes_append(&request->body_out, out->body.bytes, out->body.size);
	if (err == PLM_OK)
		err = http_copy_headers(request, out->headers);
	if (err == PLM_OK)
		err = pli_name_begin(request->net, &request->name, &request->url);
	return err;
}

static plm_err
http_create(pli_net_io *net, uint32_t id, const pli_http_out *out, pli_http_request **ret_request)
{
	pli_http_request *request = PLI_FAULT(HTTP_MEMORY) ? NULL : calloc(1, sizeof *request);
	if (request == NULL)
		return PLM_ENOMEM;
	request->net = net;
	request->id = id;
	plm_err err = http_fill(request, out);
	if (err != PLM_OK) {
		http_destroy(request);
		return err;
	}
	*ret_request = request;
	return PLM_OK;
}

plm_err
pli_http_send(void *ctx, uint32_t id, const pli_http_out *out)
{
	pli_net_io *net = ctx;
	pli_http_request **slot = NULL;
	for (size_t i = 0; i < PLI_IO_REQUESTS_MAX; i++) {
		assert(net->requests[i] == NULL || net->requests[i]->id != id);
		if (net->requests[i] == NULL && slot == NULL)
			slot = &net->requests[i];
	}
	if (slot == NULL)
		return PLM_EFULL;
	plm_err err = http_create(net, id, out, slot);
	if (err == PLM_OK)
		pli_loop_wake(&net->loop);
	return err;
}

static struct curl_slist *
http_resolve_list(const pli_http_request *request)
{
	char line[PLI_URL_HOST_MAX + 16 + PLI_ADDRESSES_MAX * (PLI_ADDRESS_TEXT_MAX + 3)];
	int size = snprintf(line, sizeof line, "+%s:%u:", request->url.host, request->url.port);
	for (uint32_t i = 0; i < request->name.addresses.count; i++) {
		const char *address = request->name.addresses.text[i];
		const char *format = strchr(address, ':') == NULL ? "%s%s" : "%s[%s]";
		size += snprintf(
		    line + size, sizeof line - (size_t)size, format, i == 0 ? "" : ",", address);
		assert((size_t)size < sizeof line);
	}
	return curl_slist_append(NULL, line);
}

static CURLcode
http_set_options(pli_http_request *request, long timeout_ms)
{
	CURL *easy = request->easy;
	CURLcode code = CURLE_OK;
#define HTTP_SET(option, value)                                                                    \
	code = code == CURLE_OK ? curl_easy_setopt(easy, option, value) : code
	HTTP_SET(CURLOPT_URL, request->url_text);
	HTTP_SET(CURLOPT_PROTOCOLS_STR, "http,https");
	HTTP_SET(CURLOPT_FOLLOWLOCATION, 0L);
	HTTP_SET(CURLOPT_PROXY, "");
	HTTP_SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	HTTP_SET(CURLOPT_NOSIGNAL, 1L);
	HTTP_SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	HTTP_SET(CURLOPT_ACCEPT_ENCODING, "");
	HTTP_SET(CURLOPT_SSL_VERIFYPEER, 1L);
	HTTP_SET(CURLOPT_SSL_VERIFYHOST, 2L);
	HTTP_SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	HTTP_SET(CURLOPT_TCP_KEEPALIVE, 1L);
	HTTP_SET(CURLOPT_TIMEOUT_MS, timeout_ms);
	HTTP_SET(CURLOPT_CONNECTTIMEOUT_MS, timeout_ms);
	HTTP_SET(CURLOPT_HTTPHEADER, request->headers);
	HTTP_SET(CURLOPT_WRITEFUNCTION, http_on_body);
	HTTP_SET(CURLOPT_WRITEDATA, request);
	HTTP_SET(CURLOPT_ERRORBUFFER, request->curl_text);
	HTTP_SET(CURLOPT_PRIVATE, request);
	if (request->resolve != NULL)
		HTTP_SET(CURLOPT_RESOLVE, request->resolve);
	if (request->ca_file[0] != '\0') {
		HTTP_SET(CURLOPT_CAINFO, request->ca_file);
		HTTP_SET(CURLOPT_CAPATH, NULL);
	}
	/* A PUT without a length leaves some servers waiting for its body. */
	bool has_length = strcmp(request->method, "POST") == 0 ||
			  strcmp(request->method, "PUT") == 0 || request->body_out.size > 0;
	if (has_length) {
		HTTP_SET(CURLOPT_POSTFIELDSIZE, (long)request->body_out.size);
		HTTP_SET(
		    CURLOPT_POSTFIELDS, request->body_out.size > 0 ? request->body_out.data : "");
	}
	HTTP_SET(CURLOPT_CUSTOMREQUEST, request->method);
#undef HTTP_SET
	return code;
}

static void
http_start(pli_http_request *request, int64_t now_ns)
{
	pli_addresses literal;
	if (!pli_address_literal(request->url.host, &literal)) {
		request->resolve = http_resolve_list(request);
		if (request->resolve == NULL) {
			http_end(request, PLM_ENOMEM, "no memory for a request");
			return;
		}
	}
	request->easy = PLI_FAULT(HTTP_EASY) ? NULL : curl_easy_init();
	long timeout_ms = (long)((request->deadline_ns - now_ns) / PLM_NS_PER_MS) + 1;
	CURLcode code = request->easy == NULL ? CURLE_OUT_OF_MEMORY
					      : http_set_options(request, timeout_ms);
	if (code != CURLE_OK) {
		http_end(request, PLM_EIO, "libcurl: %s", curl_easy_strerror(code));
		return;
	}
	request->state = HTTP_RUNNING;
	CURLMcode multi_code = curl_multi_add_handle(request->net->multi, request->easy);
	if (multi_code != CURLM_OK)
		http_end(request, PLM_EIO, "libcurl: %s", curl_multi_strerror(multi_code));
}

static void
http_turn_lookup(pli_http_request *request, int64_t now_ns)
{
	plm_err err;
	const char *host = request->url.host;
	if (now_ns >= request->deadline_ns)
		http_end(request, PLM_ETIMEOUT, "the address of %s was not found in time", host);
	else if (!pli_name_ready(request->net, &request->name, now_ns, &err))
		return;
	else if (err != PLM_OK)
		http_end(
		    request, err, "the address of %s was not found: %s", host, plm_err_text(err));
	else
		http_start(request, now_ns);
}

static plm_err
http_err_of(const pli_http_request *request, CURLcode code)
{
	if (request->body_too_large)
		return PLM_EOVERFLOW;
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		return PLM_ETIMEOUT;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
		return PLM_EAUTH;
	default:
		return PLM_EIO;
	}
}

static uint32_t
http_number_header(CURL *easy, const char *name)
{
	struct curl_header *header;
	if (curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
		return 0;
	uint32_t value = 0;
	for (const char *at = header->value; *at >= '0' && *at <= '9' && value < 100000000; at++)
		value = value * 10 + (uint32_t)(*at - '0');
	return value;
}

static void
http_finish(pli_http_request *request, CURLcode code)
{
	const char *why = request->curl_text[0] != '\0' ? request->curl_text
							: curl_easy_strerror(code);
	if (code != CURLE_OK) {
		pli_name_doubt(request->net, &request->name);
		plm_err err = http_err_of(request, code);
		if (err == PLM_EOVERFLOW)
			http_end(request, err, "%s sent an answer of more than %zu bytes",
			    request->url.host, request->body_in.max);
		else
			http_end(request, err, "%s: %s", request->url.host, why);
		return;
	}
	long status = 0;
	curl_off_t retry_after_s = 0;
	(void)curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(request->easy, CURLINFO_RETRY_AFTER, &retry_after_s);
	request->state = HTTP_ENDED;
	request->reply = (pli_http_reply){
	    .status = (uint32_t)status,
	    .err = PLM_OK,
	    .retry_after_s = retry_after_s > UINT32_MAX ? UINT32_MAX : (uint32_t)retry_after_s,
	    .used_weight = http_number_header(request->easy, "X-MBX-USED-WEIGHT-1M"),
	    .body = pli_bytes_slice(&request->body_in),
	};
}

static void
http_collect(pli_net_io *net)
{
	CURLMsg *message;
	int left;
	while ((message = curl_multi_info_read(net->multi, &left)) != NULL) {
		void *private = NULL;
		if (message->msg != CURLMSG_DONE)
			continue;
		CURLcode code = message->data.result;
		(void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
		http_finish(private, code);
	}
}

static void
http_report(pli_net_io *net, pli_http_request **slot)
{
	pli_http_request *request = *slot;
	*slot = NULL;
	request->reply.text = request->text;
	net->loop.handled++;
	if (net->handler.on_reply != NULL)
		net->handler.on_reply(net->handler.ctx, request->id, &request->reply);
	http_destroy(request);
}

int64_t
pli_http_turn(pli_net_io *net, int64_t now_ns)
{
	int running;
	int64_t next_ns = INT64_MAX;
	for (size_t i = 0; i < PLI_IO_REQUESTS_MAX; i++) {
		pli_http_request *request = net->requests[i];
		if (request != NULL && request->state == HTTP_LOOKUP)
			http_turn_lookup(request, now_ns);
		if (request == NULL || request->state != HTTP_LOOKUP)
			continue;
		int64_t due_ns = request->deadline_ns < request->name.deadline_ns
				     ? request->deadline_ns
				     : request->name.deadline_ns;
		next_ns = due_ns < next_ns ? due_ns : next_ns;
	}
	if (net->multi_deadline_ns <= pli_loop_now_ns()) {
		net->multi_deadline_ns = INT64_MAX;
		(void)curl_multi_socket_action(net->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	http_collect(net);
	for (size_t i = 0; i < PLI_IO_REQUESTS_MAX; i++)
		if (net->requests[i] != NULL && net->requests[i]->state == HTTP_ENDED)
			http_report(net, &net->requests[i]);
	return net->multi_deadline_ns < next_ns ? net->multi_deadline_ns : next_ns;
}
