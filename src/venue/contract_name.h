/* contract_name.h: what a venue's own name of a contract says by its form, and a specification from
 * it for as long as the venue has told none. Each venue reads its names by rules of its own. */
#ifndef PLI_VENUE_CONTRACT_NAME_H
#define PLI_VENUE_CONTRACT_NAME_H

#include <stdbool.h>

#include "plimsoll/sys/venue.h"

/* pli_contract_name: slices borrow from the name. multiplier and strike may be unknown; expiry_ns
 * 0: none. inverse: settled in the coin itself. */
typedef struct pli_contract_name {
	plm_slice underlying;
	plm_slice quote;
	plm_slice settle;
	uint8_t kind;        /* plm_kind */
	uint8_t option_type; /* plm_option_type */
	uint8_t inverse;
	plm_decimal multiplier;
	plm_decimal strike;
	plm_time_ns expiry_ns;
} pli_contract_name;

/* pli_contract_name_spec turns what a name says into a specification of source NAME; said NULL: the
 * name follows no rule, source NONE. names NULL: ids stay 0. Else the name and its assets are
 * interned; an id of 0 in the specification then means that names are full. text has 1 to
 * PLM_NAME_MAX - 1 bytes (asserted). */
void pli_contract_name_spec(const pli_contract_name *said, plm_slice text, plm_venue_id venue,
    plm_names *names, plm_instrument *ret_spec);

/* pli_contract_is_same: two instruments of other names with the same terms: kind, coins, expiry,
 * strike. A venue has no two such at a time: one of them is what the other is called now. */
bool pli_contract_is_same(const plm_instrument *a, const plm_instrument *b);

/* pli_contract_ends sets when a contract of the specification's kind ends, by its venue's own
 * listing: said_ns is the expiry of a dated one; of a perpetual the time of its delisting, where it
 * is no date of the 22nd century, which venues write for "never". off: a perpetual is off, and no
 * time was told. A spot pair has no end. */
void pli_contract_ends(plm_instrument *spec, plm_time_ns said_ns, bool off);

/* pli_name_cut cuts text at the first separator; false when there is none. pli_name_ends: text is a
 * head, not empty, and the tail. Results borrow from text and are written on success only. */
bool pli_name_cut(plm_slice text, char separator, plm_slice *ret_head, plm_slice *ret_rest);

/* pli_name_is_plain: letters and digits of ASCII, and those of `also`, one of them at least. */
bool pli_name_is_plain(plm_slice text, const char *also);
bool pli_name_ends(plm_slice text, const char *tail, plm_slice *ret_head);

/* pli_name_date reads a day of this century as names of contracts write it, "5JUN26" or "25MAR27":
 * its first instant, UTC. False: it is none; then nothing is written. */
bool pli_name_date(plm_slice text, plm_time_ns *ret_day_ns);

/* pli_name_expiry reads a day of this century in six digits, "261225" (year, month, day), as 08:00
 * UTC of it: the hour at which the venues that write it so deliver. False as above. */
bool pli_name_expiry(plm_slice text, plm_time_ns *ret_expiry_ns);
/* pli_name_tail: the first of `count` tails that the text ends in; false when there is none. */
bool pli_name_tail(plm_slice text, const char *const *tails, size_t count, plm_slice *ret_head,
    plm_slice *ret_tail);

/* pli_name_month cuts the code of a delivery month off a name, "Z25": letter as at futures
 * exchanges, year of this century. ret_day_ns: first instant, UTC, of the month's last Friday. */
bool pli_name_month(plm_slice text, plm_slice *ret_head, plm_time_ns *ret_day_ns);

#endif
