/* symbol.c: CCXT unified symbols, to and from instruments. */
#include "plimsoll/instrument.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { SYMBOL_EXPIRY_HOUR = 8 }; /* UTC; Deribit, Binance, OKX and Bybit settle then */

static bool
symbol_has_parts(
    const plm_instrument *instrument, const char *underlying, const char *quote, const char *settle)
{
	if (underlying[0] == '\0' || quote[0] == '\0')
		return false;
	if (instrument->kind == PLM_KIND_SPOT)
		return true;
	if (settle[0] == '\0' || instrument->kind == PLM_KIND_UNKNOWN ||
	    instrument->kind == PLM_KIND_COMBO)
		return false;
	if (instrument->kind == PLM_KIND_PERPETUAL)
		return true;
	if (instrument->kind == PLM_KIND_OPTION && (!plm_decimal_is_known(instrument->strike) ||
						       instrument->option_type == PLM_OPTION_NONE))
		return false;
	return instrument->expiry_ns != 0;
}

static void
symbol_append(char *text, size_t *length, const char *part)
{
	int added = snprintf(text + *length, PLM_SYMBOL_MAX - *length, "%s", part);
	assert(added >= 0);
	*length += (size_t)added;
	if (*length >= PLM_SYMBOL_MAX)
		*length = PLM_SYMBOL_MAX - 1;
}

static void
symbol_append_date(char *text, size_t *length, plm_time_ns time_ns)
{
	int year, month, day;
	plm_time_to_date(time_ns, &year, &month, &day);
	char date[16];
	(void)snprintf(date, sizeof date, "-%02u%02u%02u", (unsigned)(year % 100) % 100U,
	    (unsigned)month % 100U, (unsigned)day % 100U);
	symbol_append(text, length, date);
}

size_t
plm_symbol_format(const plm_instrument *instrument, const char *underlying, const char *quote,
    const char *settle, char ret_text[PLM_SYMBOL_MAX])
{
	ret_text[0] = '\0';
	if (!symbol_has_parts(instrument, underlying, quote, settle))
		return 0;
	size_t length = 0;
	symbol_append(ret_text, &length, underlying);
	symbol_append(ret_text, &length, "/");
	symbol_append(ret_text, &length, quote);
	if (instrument->kind == PLM_KIND_SPOT)
		return length;
	symbol_append(ret_text, &length, ":");
	symbol_append(ret_text, &length, settle);
	if (instrument->kind == PLM_KIND_PERPETUAL)
		return length;
	symbol_append_date(ret_text, &length, instrument->expiry_ns);
	if (instrument->kind == PLM_KIND_FUTURE)
		return length;
	char strike[PLM_DECIMAL_TEXT_MAX];
	(void)plm_decimal_format(instrument->strike, strike);
	symbol_append(ret_text, &length, "-");
	symbol_append(ret_text, &length, strike);
	symbol_append(ret_text, &length, instrument->option_type == PLM_OPTION_CALL ? "-C" : "-P");
	return length;
}

/* Cuts `text` at the first `mark`: returns what is before it; *rest is what is behind, with bytes
 * NULL when there was no mark. */
static plm_slice
symbol_cut(plm_slice text, char mark, plm_slice *rest)
{
	const char *at = text.size == 0 ? NULL : memchr(text.bytes, mark, text.size);
	if (at == NULL) {
		*rest = (plm_slice){NULL, 0};
		return text;
	}
	size_t head = (size_t)(at - text.bytes);
	*rest = (plm_slice){at + 1, text.size - head - 1};
	return (plm_slice){text.bytes, head};
}

static bool
symbol_is_asset(plm_slice text)
{
	if (text.size == 0 || text.size > 20)
		return false;
	for (size_t i = 0; i < text.size; i++) {
		char c = text.bytes[i];
		bool ok = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			  (c >= '0' && c <= '9') || c == '_' || c == '.';
		if (!ok)
			return false;
	}
	return true;
}

static plm_err
symbol_parse_date(plm_slice text, plm_time_ns *ret_time_ns)
{
	static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int digits[6];
	if (text.size != 6)
		return PLM_EPARSE;
	for (int i = 0; i < 6; i++) {
		if (text.bytes[i] < '0' || text.bytes[i] > '9')
			return PLM_EPARSE;
		digits[i] = text.bytes[i] - '0';
	}
	int month = digits[2] * 10 + digits[3];
	int day = digits[4] * 10 + digits[5];
	if (month < 1 || month > 12 || day < 1 || day > days[month - 1])
		return PLM_EPARSE;
	*ret_time_ns = plm_time_of_date(2000 + digits[0] * 10 + digits[1], month, day) +
		       SYMBOL_EXPIRY_HOUR * 3600 * PLM_NS_PER_S;
	return PLM_OK;
}

/* "100000-C": strike and type of an option. */
static plm_err
symbol_parse_option(plm_slice text, plm_symbol *symbol)
{
	plm_slice type;
	plm_slice strike = symbol_cut(text, '-', &type);
	if (plm_decimal_parse(strike, &symbol->strike, NULL) != PLM_OK ||
	    plm_decimal_sign(symbol->strike) <= 0)
		return PLM_EPARSE;
	if (plm_slice_is(type, "C"))
		symbol->option_type = PLM_OPTION_CALL;
	else if (plm_slice_is(type, "P"))
		symbol->option_type = PLM_OPTION_PUT;
	else
		return PLM_EPARSE;
	symbol->kind = PLM_KIND_OPTION;
	return PLM_OK;
}

/* What follows the colon: "USDT", "BTC-261225", "BTC-261225-100000-C". */
static plm_err
symbol_parse_contract(plm_slice text, plm_symbol *symbol)
{
	plm_slice rest, option;
	symbol->settle = symbol_cut(text, '-', &rest);
	if (!symbol_is_asset(symbol->settle))
		return PLM_EPARSE;
	symbol->inverse = plm_slice_equal(symbol->settle, symbol->base);
	symbol->kind = PLM_KIND_PERPETUAL;
	if (rest.bytes == NULL)
		return PLM_OK;
	plm_slice date = symbol_cut(rest, '-', &option);
	if (symbol_parse_date(date, &symbol->expiry_ns) != PLM_OK)
		return PLM_EPARSE;
	symbol->kind = PLM_KIND_FUTURE;
	return option.bytes == NULL ? PLM_OK : symbol_parse_option(option, symbol);
}

plm_err
plm_symbol_parse(plm_slice text, plm_symbol *ret_symbol)
{
	plm_symbol symbol = {.kind = PLM_KIND_SPOT, .strike = plm_decimal_unknown()};
	plm_slice rest, contract;
	if (text.size == 0 || text.size >= PLM_SYMBOL_MAX)
		return PLM_EPARSE;
	symbol.base = symbol_cut(text, '/', &rest);
	symbol.quote = symbol_cut(rest, ':', &contract);
	if (!symbol_is_asset(symbol.base) || !symbol_is_asset(symbol.quote))
		return PLM_EPARSE;
	if (contract.bytes != NULL && symbol_parse_contract(contract, &symbol) != PLM_OK)
		return PLM_EPARSE;
	*ret_symbol = symbol;
	return PLM_OK;
}
