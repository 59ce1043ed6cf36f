/* sim_call.h: what a client asked a simulated venue for: parameters of a call, members of a
 * message. Slices are borrowed from what was asked. Pure. */
#ifndef PLI_SIM_CALL_H
#define PLI_SIM_CALL_H

#include "base/json.h"
#include "base/world.h"

/* pli_sim_form_find: value of a field of "a=1&b=2", as it stands there; empty when absent.
 * pli_sim_param: of a call, in its query or else in its body. */
plm_slice pli_sim_form_find(plm_slice form, const char *name);
plm_slice pli_sim_param(const pli_http_in *in, const char *name);

/* pli_sim_ms: a time that was asked with, in milliseconds; 0: none. */
plm_time_ns pli_sim_ms(plm_slice text);

/* pli_sim_member: text of the member `key` of the object `node`; empty when there is none. */
plm_slice pli_sim_member(pli_json *json, uint32_t node, const char *key);

#endif
