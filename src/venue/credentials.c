/* credentials.c: half a credential is none. */
#include "venue/credentials.h"

#include <sodium.h>
#include <string.h>

/* They become parts of messages and header lines. */
static bool
credential_is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

plm_err
pli_credentials_init(
    pli_credentials *credentials, const plm_venue_cfg *cfg, const char *title, plm_fault *ret_fault)
{
	if (sodium_init() < 0)
		return plm_fault_set(
		    ret_fault, PLM_EARG, NULL, "the cryptographic library would not start");
	const char *key = cfg->key == NULL ? "" : cfg->key;
	const char *secret = cfg->secret == NULL ? "" : cfg->secret;
	if ((key[0] == '\0') != (secret[0] == '\0'))
		return plm_fault_set(ret_fault, PLM_EAUTH, NULL,
		    "%s needs both a key and a secret; the %s is missing", title,
		    key[0] == '\0' ? "key" : "secret");
	const char *passphrase = cfg->passphrase == NULL ? "" : cfg->passphrase;
	if (strlen(key) >= PLI_KEY_MAX || strlen(secret) >= PLI_SECRET_MAX ||
	    strlen(passphrase) >= PLI_KEY_MAX)
		return plm_fault_set(ret_fault, PLM_EARG, NULL,
		    "the key, the secret or the passphrase is longer than those of %s ever are",
		    title);
	if (!credential_is_plain(key) || !credential_is_plain(passphrase))
		return plm_fault_set(ret_fault, PLM_EARG, NULL,
		    "the key and the passphrase of %s are of printable ASCII characters", title);
	*credentials = (pli_credentials){.key = ""};
	memcpy(credentials->key, key, strlen(key));
	memcpy(credentials->secret, secret, strlen(secret));
	memcpy(credentials->passphrase, passphrase, strlen(passphrase));
	return PLM_OK;
}
