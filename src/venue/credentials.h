/* credentials.h: key, secret and passphrase of one account, as an adapter keeps them. */
#ifndef PLI_VENUE_CREDENTIALS_H
#define PLI_VENUE_CREDENTIALS_H

#include "plimsoll/sys/venue.h"

enum { PLI_KEY_MAX = 128, PLI_SECRET_MAX = 256 };

/* pli_credentials: key and secret both empty (public data only) or both there; passphrase "" unless
 * given. Never logged; whoever holds them wipes them. */
typedef struct pli_credentials {
	char key[PLI_KEY_MAX];
	char secret[PLI_SECRET_MAX];
	char passphrase[PLI_KEY_MAX];
} pli_credentials;

/* pli_credentials_init copies what cfg holds; title names the venue to a person. Errors: PLM_EAUTH
 * when one of key and secret is missing, PLM_EARG when one is too long or, but for the secret, not
 * printable ASCII, or when the library that signs (sign.h) would not start; credentials are then
 * untouched. */
plm_err pli_credentials_init(pli_credentials *credentials, const plm_venue_cfg *cfg,
    const char *title, plm_fault *ret_fault);

#endif
