/* api_client_json.c: members that may be missing. */
#include "cli/api_client_json.h"

#include <math.h>

plm_slice
pli_api_text_of(pli_json *json, uint32_t node, const char *key)
{
	plm_slice text = {"", 0};

	(void)pli_json_string(json, pli_json_find(json, node, key), &text, NULL);
	return text.bytes == NULL ? PLM_SLICE("") : text;
}

double
pli_api_number_of(pli_json *json, uint32_t node, const char *key)
{
	double value = (double)NAN;

	(void)pli_json_double(json, pli_json_find(json, node, key), &value, NULL);
	return value;
}

uint32_t
pli_api_count_of(pli_json *json, uint32_t node, const char *key)
{
	int64_t value = 0;

	(void)pli_json_int(json, pli_json_find(json, node, key), &value, NULL);
	return value < 0 || value > UINT32_MAX ? 0 : (uint32_t)value;
}

bool
pli_api_flag_of(pli_json *json, uint32_t node, const char *key)
{
	bool value = false;

	(void)pli_json_bool(json, pli_json_find(json, node, key), &value, NULL);
	return value;
}
