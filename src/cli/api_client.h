/* api_client.h: how a command asks the running daemon: GET and the stream, over a net table.
 *
 * One client is one net table of its own, used by one thread. Answers and stream messages are
 * borrowed until the next call. */
#ifndef PLI_CLI_API_CLIENT_H
#define PLI_CLI_API_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"
#include "base/world.h"
#include "cli/command.h"

/* Where a daemon listens unless the configuration or --api says otherwise. */
#define PLI_API_ADDRESS_DEFAULT "http://127.0.0.1:8470"

typedef struct pli_api_client pli_api_client;

/* pli_api_message is called from poll with each whole stream message; must copy what it keeps. */
typedef void (*pli_api_message)(void *ctx, plm_slice text);

/* pli_api_create: address: "http://127.0.0.1:8470", "127.0.0.1:8470"; NULL or "": the environment's
 * PLIMSOLL_API, else the default. Errors: PLM_EARG (no such form), PLM_ENOMEM, PLM_EIO, with a
 * sentence. destroy takes NULL. */
plm_err pli_api_create(const char *address, pli_api_client **ret_client, plm_fault *ret_fault);
void pli_api_destroy(pli_api_client *client);

/* pli_api_address: as used, for messages. */
const char *pli_api_address(const pli_api_client *client);

/* pli_api_get asks for path ("/v1/feeds") and waits at most timeout_ms. *ret_status is the HTTP
 * status; *ret_body is borrowed until the next get. Errors: PLM_ETIMEOUT, PLM_EIO: nobody answers;
 * the fault says how to start a daemon. */
plm_err pli_api_get(pli_api_client *client, const char *path, uint32_t timeout_ms,
    uint32_t *ret_status, plm_slice *ret_body, plm_fault *ret_fault);

/* pli_api_stream_open asks for the stream at path ("/v1/stream?..."); what comes is given to
 * on_message from poll. pli_api_stream_state says how it stands. send: false when it is not open.
 */
typedef enum pli_api_stream {
	PLI_API_STREAM_CLOSED = 0,
	PLI_API_STREAM_OPENING = 1,
	PLI_API_STREAM_OPEN = 2,
} pli_api_stream;
void pli_api_stream_open(
    pli_api_client *client, const char *path, pli_api_message on_message, void *ctx);
void pli_api_stream_close(pli_api_client *client);
pli_api_stream pli_api_stream_state(const pli_api_client *client);
bool pli_api_stream_send(pli_api_client *client, plm_slice text);

/* pli_api_poll waits at most wait_ms for messages. */
void pli_api_poll(pli_api_client *client, uint32_t wait_ms);

/* pli_api_document: for commands: GET path, print an error of the daemon or of the way there to
 * cli->err; returns PLI_EXIT_OK with *ret_body, or the exit code. */
int pli_api_document(pli_cli *cli, const char *address, const char *path,
    pli_api_client **ret_client, plm_slice *ret_body);

#endif
