/* top_json.c: members that may be missing. */
#include "cli/top_json.h"

#include <math.h>

double
pli_top_number_at(pli_json *json, uint32_t node, const char *key)
{
	double value = (double)NAN;

	(void)pli_json_double(json, pli_json_find(json, node, key), &value, NULL);
	return value;
}

uint32_t
pli_top_count_at(pli_json *json, uint32_t node, const char *key)
{
	int64_t value = 0;

	(void)pli_json_int(json, pli_json_find(json, node, key), &value, NULL);
	return value < 0 || value > UINT32_MAX ? 0 : (uint32_t)value;
}

plm_slice
pli_top_text_at(pli_json *json, uint32_t node, const char *key)
{
	plm_slice value = {"", 0};

	(void)pli_json_string(json, pli_json_find(json, node, key), &value, NULL);
	return value.bytes == NULL ? PLM_SLICE("") : value;
}

bool
pli_top_flag_at(pli_json *json, uint32_t node, const char *key)
{
	bool value = false;

	(void)pli_json_bool(json, pli_json_find(json, node, key), &value, NULL);
	return value;
}
