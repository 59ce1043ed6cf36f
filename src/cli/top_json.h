/* top_json.h: members of the daemon's documents; what is not there is NaN, 0, "" or false. */
#ifndef PLI_CLI_TOP_JSON_H
#define PLI_CLI_TOP_JSON_H

#include "base/json.h"

double pli_top_number_at(pli_json *json, uint32_t node, const char *key);
uint32_t pli_top_count_at(pli_json *json, uint32_t node, const char *key);
plm_slice pli_top_text_at(pli_json *json, uint32_t node, const char *key); /* borrowed */
bool pli_top_flag_at(pli_json *json, uint32_t node, const char *key);

#endif
