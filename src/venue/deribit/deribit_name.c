/* deribit_name.c: Deribit's instrument names, read by their grammar. */
#include "venue/deribit/deribit.h"

#include <string.h>

enum { NAME_PARTS_MAX = 4, SETTLEMENT_HOUR = 8 };

static bool
name_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
name_is_word(plm_slice text)
{
	for (size_t i = 0; i < text.size; i++)
		if (!name_is_digit(text.bytes[i]) && (text.bytes[i] < 'A' || text.bytes[i] > 'Z'))
			return false;
	return text.size > 0;
}

/* Splits at '-'; the last part keeps what is left. */
static size_t
name_split(plm_slice text, plm_slice parts[NAME_PARTS_MAX])
{
	size_t count = 0;
	while (count < NAME_PARTS_MAX - 1 && pli_name_cut(text, '-', &parts[count], &text))
		count++;
	parts[count] = text;
	return count + 1;
}

/* "BTC" is inverse, "BTC_USDC" linear. */
static plm_err
name_pair(plm_slice text, pli_contract_name *name)
{
	name->inverse = !pli_name_cut(text, '_', &name->underlying, &name->quote);
	if (name->inverse) {
		name->underlying = text;
		name->quote = PLM_SLICE("USD");
	}
	name->settle = name->inverse ? name->underlying : name->quote;
	return name_is_word(name->underlying) && name_is_word(name->quote) ? PLM_OK : PLM_EPARSE;
}

static plm_err
name_expiry(plm_slice text, plm_time_ns *ret_expiry_ns)
{
	plm_time_ns day_ns;
	if (!pli_name_date(text, &day_ns))
		return PLM_EPARSE;
	*ret_expiry_ns = day_ns + SETTLEMENT_HOUR * 3600 * PLM_NS_PER_S;
	return PLM_OK;
}

/* "420", or "0d625" for 0.625. */
static plm_err
name_strike(plm_slice text, plm_decimal *ret_strike)
{
	char digits[PLM_NAME_MAX];
	int points = 0;
	if (text.size == 0 || text.size >= sizeof digits)
		return PLM_EPARSE;
	for (size_t i = 0; i < text.size; i++) {
		bool point = text.bytes[i] == 'd';
		if (!point && !name_is_digit(text.bytes[i]))
			return PLM_EPARSE;
		points += point;
		digits[i] = point ? '.' : text.bytes[i];
	}
	if (points > 1)
		return PLM_EPARSE;
	return plm_decimal_parse((plm_slice){digits, text.size}, ret_strike, NULL);
}

static plm_err
name_option(const plm_slice parts[NAME_PARTS_MAX], pli_contract_name *name)
{
	plm_err err = name_strike(parts[2], &name->strike);
	if (err != PLM_OK)
		return PLM_EPARSE;
	bool call = plm_slice_is(parts[3], "C");
	if (!call && !plm_slice_is(parts[3], "P"))
		return PLM_EPARSE;
	name->option_type = call ? PLM_OPTION_CALL : PLM_OPTION_PUT;
	name->kind = PLM_KIND_OPTION;
	return PLM_OK;
}

/* A combo's second part is a code such as FS, STRD or CSR12; the rest names its legs. */
static plm_err
name_combo(plm_slice code, plm_slice rest, pli_contract_name *name)
{
	if (code.size < 2 || code.size > 8 || name_is_digit(code.bytes[0]) || rest.size == 0 ||
	    !name_is_word(code))
		return PLM_EPARSE;
	name->kind = PLM_KIND_COMBO;
	return PLM_OK;
}

plm_err
pli_deribit_name_parse(plm_slice text, pli_contract_name *ret_name)
{
	plm_slice parts[NAME_PARTS_MAX] = {{NULL, 0}};
	size_t count = name_split(text, parts);
	pli_contract_name name = {
	    .multiplier = plm_decimal_unknown(), .strike = plm_decimal_unknown()};
	plm_err err = name_pair(parts[0], &name);
	if (err != PLM_OK)
		return err;
	if (count == 1) {
		name.kind = PLM_KIND_SPOT;
		err = name.inverse ? PLM_EPARSE : PLM_OK;
	} else if (count == 2 && plm_slice_is(parts[1], "PERPETUAL")) {
		name.kind = PLM_KIND_PERPETUAL;
	} else if (count == 2) {
		name.kind = PLM_KIND_FUTURE;
		err = name_expiry(parts[1], &name.expiry_ns);
	} else if (count == 4 && name_expiry(parts[1], &name.expiry_ns) == PLM_OK) {
		err = name_option(parts, &name);
	} else {
		err = name_combo(parts[1], parts[2], &name);
	}
	if (err == PLM_OK)
		*ret_name = name;
	return err;
}

void
pli_deribit_name_spec(
    plm_slice text, plm_venue_id venue, plm_names *names, plm_instrument *ret_spec)
{
	pli_contract_name name;
	bool known = pli_deribit_name_parse(text, &name) == PLM_OK;
	pli_contract_name_spec(known ? &name : NULL, text, venue, names, ret_spec);
}
