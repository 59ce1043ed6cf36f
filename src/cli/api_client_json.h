/* api_client_json.h: members of the daemon's documents; what is not there, or of another type, is
 * "", NaN, 0 or false. */
#ifndef PLI_CLI_API_CLIENT_JSON_H
#define PLI_CLI_API_CLIENT_JSON_H

#include "base/json.h"

plm_slice pli_api_text_of(pli_json *json, uint32_t node, const char *key); /* borrowed */
double pli_api_number_of(pli_json *json, uint32_t node, const char *key);
uint32_t pli_api_count_of(pli_json *json, uint32_t node, const char *key);
bool pli_api_flag_of(pli_json *json, uint32_t node, const char *key);

#endif
