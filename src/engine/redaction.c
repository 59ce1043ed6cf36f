/* redaction.c: members by their names, then bytes by what they are. */
#include "engine/redaction.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/json_write.h"

enum { SECRETS_MAX = 512, TOKENS_MAX = 256, SECRET_BYTES_MAX = 1024, TOKEN_BYTES_MIN = 8 };

/* size 0: free. */
typedef struct redaction_text {
	char bytes[SECRET_BYTES_MAX];
	size_t size;
} redaction_text;

struct pli_redaction {
	pli_json *json;
	redaction_text secrets[SECRETS_MAX]; /* for good */
	redaction_text tokens[TOKENS_MAX];   /* found in payloads; the oldest makes room */
	uint32_t secrets_count;
	uint32_t tokens_next;
	uint64_t count;
};

/* Credentials that venues hand out or repeat. The case does not count. */
static const char *const redaction_credentials[] = {"access_token", "refresh_token", "token",
    "listenKey", "signature", "sign", "secret", "client_secret", "apiKey", "api_key", "apiSecret",
    "passphrase", "password", NULL};

/* Who somebody is, and where. Not remembered: a user's name may well be an account's as well. */
static const char *const redaction_persons[] = {
    "email", "username", "system_name", "uid", "mainUid", "userId", "ip", NULL};

pli_redaction *
pli_redaction_create(void)
{
	pli_redaction *redaction = calloc(1, sizeof *redaction);
	if (redaction == NULL)
		return NULL;
	redaction->json = pli_json_create();
	if (redaction->json != NULL)
		return redaction;
	pli_redaction_destroy(redaction);
	return NULL;
}

void
pli_redaction_destroy(pli_redaction *redaction)
{
	if (redaction == NULL)
		return;
	pli_json_destroy(redaction->json);
	sodium_memzero(redaction, sizeof *redaction);
	free(redaction);
}

static bool
redaction_add(redaction_text *slot, plm_slice text)
{
	if (text.size == 0 || text.size > sizeof slot->bytes)
		return false;
	memcpy(slot->bytes, text.bytes, text.size);
	slot->size = text.size;
	return true;
}

/* The same text as it stands in JSON, where that is another one. */
static plm_err
redaction_add_escaped(pli_redaction *redaction, const char *secret)
{
	pli_json_writer w;
	pli_json_writer_init(&w, 8 * SECRET_BYTES_MAX);
	pli_json_put_text(&w, secret);
	plm_err err = PLM_OK;
	if (w.size != strlen(secret) + 2) {
		if (redaction->secrets_count == SECRETS_MAX ||
		    !redaction_add(&redaction->secrets[redaction->secrets_count++],
			(plm_slice){w.bytes + 1, w.size - 2}))
			err = PLM_EFULL;
	}
	sodium_memzero(w.bytes, w.size);
	pli_json_writer_fini(&w);
	return err;
}

plm_err
pli_redaction_secret(pli_redaction *redaction, const char *secret)
{
	if (redaction->secrets_count == SECRETS_MAX ||
	    !redaction_add(&redaction->secrets[redaction->secrets_count++], plm_slice_of(secret)))
		return PLM_EFULL;
	return redaction_add_escaped(redaction, secret);
}

static bool
redaction_lists(const char *const *names, plm_slice key)
{
	for (; *names != NULL; names++)
		if (strlen(*names) == key.size && strncasecmp(*names, key.bytes, key.size) == 0)
			return true;
	return false;
}

static void
redaction_remember(pli_redaction *redaction, plm_slice text)
{
	for (uint32_t i = 0; i < TOKENS_MAX; i++)
		if (plm_slice_equal(
			(plm_slice){redaction->tokens[i].bytes, redaction->tokens[i].size}, text))
			return;
	if (text.size >= TOKEN_BYTES_MIN &&
	    redaction_add(&redaction->tokens[redaction->tokens_next % TOKENS_MAX], text))
		redaction->tokens_next++;
}

/* The text of the string that begins at the quote. */
static void
redaction_mask(char *bytes, size_t size, size_t quote)
{
	for (size_t i = quote + 1; i < size && bytes[i] != '"'; i++) {
		bool escape = bytes[i] == '\\';
		bytes[i] = '*';
		if (escape && ++i < size)
			bytes[i] = '*';
	}
}

bool
pli_redaction_members(pli_redaction *redaction, char *bytes, size_t size)
{
	uint32_t count;
	if (pli_json_parse(redaction->json, (plm_slice){bytes, size}, NULL) != PLM_OK)
		return false;
	const pli_json_node *nodes = pli_json_nodes(redaction->json, &count);
	for (uint32_t i = 0; i < count; i++) {
		if (nodes[i].type != PLI_JSON_STRING || nodes[i].text.size == 0)
			continue;
		bool credential = redaction_lists(redaction_credentials, nodes[i].key);
		if (!credential && !redaction_lists(redaction_persons, nodes[i].key))
			continue;
		if (credential)
			redaction_remember(redaction, nodes[i].text);
		redaction_mask(bytes, size, nodes[i].offset);
		redaction->count++;
	}
	for (size_t i = 0; i < size; i++)
		if (bytes[i] == '\n' || bytes[i] == '\r')
			bytes[i] = ' ';
	return true;
}

static void
redaction_overwrite_one(
    pli_redaction *redaction, const redaction_text *text, char *bytes, size_t size)
{
	char *at = bytes;
	while (text->size > 0 &&
	       (at = memmem(at, size - (size_t)(at - bytes), text->bytes, text->size)) != NULL) {
		memset(at, '*', text->size);
		at += text->size;
		redaction->count++;
	}
}

void
pli_redaction_overwrite(pli_redaction *redaction, char *bytes, size_t size)
{
	for (uint32_t i = 0; i < redaction->secrets_count; i++)
		redaction_overwrite_one(redaction, &redaction->secrets[i], bytes, size);
	for (uint32_t i = 0; i < TOKENS_MAX; i++)
		redaction_overwrite_one(redaction, &redaction->tokens[i], bytes, size);
}

uint64_t
pli_redaction_count(const pli_redaction *redaction)
{
	return redaction->count;
}
