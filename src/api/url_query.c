/* url_query.c: the query part of an address. */
#include <string.h>

#include "api/hub_internal.h"

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* plus: what a '+' stands for, a blank in queries. */
static bool
text_decode(plm_slice raw, char plus, char *ret_text, size_t text_size)
{
	size_t out = 0;

	for (size_t i = 0; i < raw.size; i++) {
		char c = raw.bytes[i] == '+' ? plus : raw.bytes[i];
		if (c == '%') {
			int high = i + 2 < raw.size ? hex_value(raw.bytes[i + 1]) : -1;
			int low = high >= 0 ? hex_value(raw.bytes[i + 2]) : -1;
			if (low < 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		}
		if (c == '\0' || out + 1 >= text_size)
			return false;
		ret_text[out++] = c;
	}
	ret_text[out] = '\0';
	return true;
}

bool
pli_hub_path_name(plm_slice raw, char *ret_text, size_t text_size)
{
	return text_decode(raw, '+', ret_text, text_size);
}

bool
pli_hub_query_value(plm_slice query, const char *name, char *ret_text, size_t text_size)
{
	size_t name_size = strlen(name);

	while (query.size > 0) {
		const char *end = memchr(query.bytes, '&', query.size);
		size_t size = end == NULL ? query.size : (size_t)(end - query.bytes);
		if (size > name_size && query.bytes[name_size] == '=' &&
		    memcmp(query.bytes, name, name_size) == 0)
			return text_decode(
			    (plm_slice){query.bytes + name_size + 1, size - name_size - 1}, ' ',
			    ret_text, text_size);
		query.bytes += end == NULL ? size : size + 1;
		query.size -= end == NULL ? size : size + 1;
	}
	return false;
}

static bool
query_name_known(plm_slice name, const char *const *known)
{
	for (; *known != NULL; known++) {
		if (plm_slice_is(name, *known))
			return true;
	}
	return false;
}

plm_err
pli_hub_query_check(
    plm_slice query, const char *const *known, const char *expected, plm_fault *ret_fault)
{
	while (query.size > 0) {
		const char *end = memchr(query.bytes, '&', query.size);
		size_t size = end == NULL ? query.size : (size_t)(end - query.bytes);
		const char *equals = memchr(query.bytes, '=', size);
		plm_slice name = {
		    query.bytes, equals == NULL ? size : (size_t)(equals - query.bytes)};
		if (size > 0 && !query_name_known(name, known))
			return plm_fault_set(ret_fault, PLM_EPARSE, "query",
			    "'%.*s' is no parameter here; expected %s", (int)name.size, name.bytes,
			    expected);
		query.bytes += end == NULL ? size : size + 1;
		query.size -= end == NULL ? size : size + 1;
	}
	return PLM_OK;
}

/* by_parse keeps the order: "venue,underlying" nests underlyings in venues. */
static plm_err
by_parse(const char *text, hub_by_list *ret_by, plm_fault *ret_fault)
{
	hub_by_list by = {0};

	while (*text != '\0') {
		size_t size = strcspn(text, ",");
		uint32_t bit = 0;
		if (by.count == HUB_BY_MAX ||
		    plm_by_parse((plm_slice){text, size}, &bit) != PLM_OK || bit == 0)
			return plm_fault_set(ret_fault, PLM_EPARSE, "by",
			    "'%.*s' is nothing to group by; expected a comma list of underlying, "
			    "asset_class, venue, account, strategy, portfolio, expiry, settle, "
			    "strike",
			    (int)size, text);
		by.bits[by.count++] = bit;
		text += size + (text[size] == ',');
	}
	*ret_by = by;
	return PLM_OK;
}

plm_err
pli_hub_parse_query(const pli_hub *hub, plm_slice query, plm_exposure_query *ret_query,
    hub_by_list *ret_by, plm_fault *ret_fault)
{
	plm_exposure_query parsed = {.by = 0, .tier = PLM_TIER_LEG};
	hub_by_list by = {.bits = {PLM_BY_UNDERLYING}, .count = 1};
	char text[256];
	static const char *const known[] = {"by", "tier", "scope", "derivatives_only", "levels",
	    "legs", "open", "offsets", "notices", NULL};
	plm_err err = pli_hub_query_check(
	    query, known, "by, tier, scope or derivatives_only", ret_fault);

	if (err != PLM_OK)
		return err;
	if (pli_hub_query_value(query, "by", text, sizeof text))
		err = by_parse(text, &by, ret_fault);
	if (err != PLM_OK)
		return err;
	if (pli_hub_query_value(query, "tier", text, sizeof text) &&
	    plm_tier_parse(plm_slice_of(text), &parsed.tier) != PLM_OK)
		return plm_fault_set(ret_fault, PLM_EPARSE, "tier",
		    "'%s' is no tier; expected leg, pool, account, venue or book", text);
	if (pli_hub_query_value(query, "scope", text, sizeof text))
		err = pli_exposure_scope_parse(
		    pli_book_registry(hub->book), plm_slice_of(text), &parsed, ret_fault);
	if (err != PLM_OK)
		return err;
	if (pli_hub_query_value(query, "derivatives_only", text, sizeof text))
		parsed.derivatives_only = strcmp(text, "true") == 0;
	for (uint32_t i = 0; i < by.count; i++)
		parsed.by |= by.bits[i];
	*ret_query = parsed;
	if (ret_by != NULL)
		*ret_by = by;
	return PLM_OK;
}
