/* sim_call.c: parameters and members. */
#include "sim/sim_call.h"

#include <string.h>

plm_slice
pli_sim_form_find(plm_slice form, const char *name)
{
	size_t size = strlen(name);
	size_t at = 0;
	while (at < form.size) {
		const char *amp = memchr(form.bytes + at, '&', form.size - at);
		size_t end = amp == NULL ? form.size : (size_t)(amp - form.bytes);
		if (end - at > size && memcmp(form.bytes + at, name, size) == 0 &&
		    form.bytes[at + size] == '=')
			return (plm_slice){form.bytes + at + size + 1, end - at - size - 1};
		at = end + 1;
	}
	return (plm_slice){NULL, 0};
}

plm_slice
pli_sim_param(const pli_http_in *in, const char *name)
{
	plm_slice value = pli_sim_form_find(in->query, name);
	return value.size > 0 ? value : pli_sim_form_find(in->body, name);
}

plm_slice
pli_sim_member(pli_json *json, uint32_t node, const char *key)
{
	uint32_t found = pli_json_find(json, node, key);
	return found == 0 ? (plm_slice){NULL, 0} : pli_json_nodes(json, NULL)[found].text;
}

plm_time_ns
pli_sim_ms(plm_slice text)
{
	plm_decimal ms;
	if (plm_decimal_parse(text, &ms, NULL) != PLM_OK)
		return 0;
	return (plm_time_ns)(ms.units / PLM_DECIMAL_ONE_UNITS) * PLM_NS_PER_MS;
}
