/* contract_name.c: specifications from names. */
#include "venue/contract_name.h"

#include <assert.h>
#include <string.h>

void
pli_contract_name_spec(const pli_contract_name *said, plm_slice text, plm_venue_id venue,
    plm_names *names, plm_instrument *ret_spec)
{
	static const pli_contract_name nothing = {.kind = PLM_KIND_UNKNOWN};
	assert(text.size > 0 && text.size < PLM_NAME_MAX);
	const pli_contract_name *name = said == NULL ? &nothing : said;
	*ret_spec = (plm_instrument){.venue = venue,
	    .kind = name->kind,
	    .option_type = name->option_type,
	    .inverse = name->inverse,
	    .spec_source = said == NULL ? PLM_SPEC_NONE : PLM_SPEC_NAME,
	    .multiplier = said == NULL ? plm_decimal_unknown() : name->multiplier,
	    .strike = said == NULL ? plm_decimal_unknown() : name->strike,
	    .expiry_ns = name->expiry_ns};
	memcpy(ret_spec->name, text.bytes, text.size);
	if (names == NULL)
		return;
	ret_spec->id = plm_names_instrument(names, venue, text);
	if (said == NULL)
		return;
	ret_spec->underlying = plm_names_asset(names, name->underlying);
	ret_spec->quote = plm_names_asset(names, name->quote);
	ret_spec->settle = plm_names_asset(names, name->settle);
}

void
pli_contract_ends(plm_instrument *spec, plm_time_ns said_ns, bool off)
{
	const plm_time_ns never_ns = plm_time_of_date(2100, 1, 1);
	bool dated = spec->kind != PLM_KIND_PERPETUAL && spec->kind != PLM_KIND_SPOT;
	spec->expiry_ns = dated ? said_ns : 0;
	spec->delist_time_ns = 0;
	if (spec->kind != PLM_KIND_PERPETUAL)
		return;
	if (said_ns > PLM_DELISTED_UNDATED && said_ns < never_ns)
		spec->delist_time_ns = said_ns;
	else if (off)
		spec->delist_time_ns = PLM_DELISTED_UNDATED;
}

bool
pli_contract_is_same(const plm_instrument *a, const plm_instrument *b)
{
	return a->id.value != b->id.value && a->kind == b->kind &&
	       a->underlying.value == b->underlying.value && a->quote.value == b->quote.value &&
	       a->settle.value == b->settle.value && a->expiry_ns == b->expiry_ns &&
	       a->option_type == b->option_type && a->strike.units == b->strike.units;
}

bool
pli_name_cut(plm_slice text, char separator, plm_slice *ret_head, plm_slice *ret_rest)
{
	const char *at = text.size == 0 ? NULL : memchr(text.bytes, separator, text.size);
	if (at == NULL)
		return false;
	size_t size = (size_t)(at - text.bytes);
	*ret_head = (plm_slice){text.bytes, size};
	*ret_rest = (plm_slice){at + 1, text.size - size - 1};
	return true;
}

bool
pli_name_ends(plm_slice text, const char *tail, plm_slice *ret_head)
{
	plm_slice end = plm_slice_of(tail);
	if (text.size <= end.size ||
	    memcmp(text.bytes + text.size - end.size, end.bytes, end.size) != 0)
		return false;
	*ret_head = (plm_slice){text.bytes, text.size - end.size};
	return true;
}

static bool
name_two_digits(const char *text, size_t count, int *ret_value)
{
	*ret_value = 0;
	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*ret_value = *ret_value * 10 + (text[i] - '0');
	}
	return true;
}

bool
pli_name_date(plm_slice text, plm_time_ns *ret_day_ns)
{
	static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
	static const int days_max[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	size_t digits = text.size == 6 ? 1 : 2;
	int day, year, month = 0;
	if ((text.size != 6 && text.size != 7) || !name_two_digits(text.bytes, digits, &day) ||
	    !name_two_digits(text.bytes + digits + 3, 2, &year))
		return false;
	while (month < 12 && memcmp(months + 3 * month, text.bytes + digits, 3) != 0)
		month++;
	if (month == 12 || day < 1 || day > days_max[month])
		return false;
	*ret_day_ns = plm_time_of_date(2000 + year, month + 1, day);
	return true;
}

bool
pli_name_expiry(plm_slice text, plm_time_ns *ret_expiry_ns)
{
	enum { EXPIRY_HOUR = 8 };
	int year, month, day;
	if (text.size != 6 || !name_two_digits(text.bytes, 2, &year) ||
	    !name_two_digits(text.bytes + 2, 2, &month) ||
	    !name_two_digits(text.bytes + 4, 2, &day) || month < 1 || month > 12 || day < 1 ||
	    day > 31)
		return false;
	*ret_expiry_ns = plm_time_of_date(2000 + year, month, day) +
			 EXPIRY_HOUR * INT64_C(3600) * PLM_NS_PER_S;
	return true;
}

bool
pli_name_tail(plm_slice text, const char *const *tails, size_t count, plm_slice *ret_head,
    plm_slice *ret_tail)
{
	for (size_t i = 0; i < count; i++)
		if (pli_name_ends(text, tails[i], ret_head)) {
			*ret_tail = plm_slice_of(tails[i]);
			return true;
		}
	return false;
}

/* 1970-01-01 was a Thursday. */
static plm_time_ns
name_last_friday(int year, int month)
{
	plm_time_ns next_ns = month == 12 ? plm_time_of_date(year + 1, 1, 1)
					  : plm_time_of_date(year, month + 1, 1);
	int64_t day = next_ns / PLM_NS_PER_DAY - 1;
	return (day - (day + 6) % 7) * PLM_NS_PER_DAY;
}

bool
pli_name_month(plm_slice text, plm_slice *ret_head, plm_time_ns *ret_day_ns)
{
	static const char months[] = "FGHJKMNQUVXZ";
	int year;
	if (text.size < 4)
		return false;
	const char *code = text.bytes + text.size - 3;
	const char *month = code[0] == '\0' ? NULL : strchr(months, code[0]);
	if (month == NULL || !name_two_digits(code + 1, 2, &year))
		return false;
	*ret_head = (plm_slice){text.bytes, text.size - 3};
	*ret_day_ns = name_last_friday(2000 + year, (int)(month - months) + 1);
	return true;
}

bool
pli_name_is_plain(plm_slice text, const char *also)
{
	for (size_t i = 0; i < text.size; i++) {
		char c = text.bytes[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			     (c >= 'a' && c <= 'z');
		if (!plain && (c == '\0' || strchr(also, c) == NULL))
			return false;
	}
	return text.size > 0;
}
