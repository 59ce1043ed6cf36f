/* sign.h: signatures that venues ask of requests. */
#ifndef PLI_VENUE_SIGN_H
#define PLI_VENUE_SIGN_H

#include "plimsoll/slice.h"

enum { PLI_SIGNATURE_HEX = 64 };

/* pli_sign_hmac_sha256 writes the HMAC-SHA256 of text under secret as 64 lower-case hex digits and
 * an end. Pure; the secret leaves no trace behind. */
void pli_sign_hmac_sha256(const char *secret, plm_slice text, char ret_hex[PLI_SIGNATURE_HEX + 1]);

#endif
