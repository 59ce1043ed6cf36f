/* config_value.c: one scalar of the file, text to field and back. Pure. */
#include <arpa/inet.h>
#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/suggest.h"
#include "cli/config_schema.h"
#include "plimsoll/decimal.h"
#include "plimsoll/exposure.h"
#include "venue/venues.h"

/* The texts of types that are a choice; NULL ends them. The index is the value. */
static const char *const config_levels[] = {"error", "warn", "info", "debug", NULL};
static const char *const config_scopes[] = {
    "book", "portfolio", "account", "venue", "underlying", NULL};
#define X(name, number, text) [number] = text,
static const char *const config_measures[] = {PLM_MEASURES(X) NULL};
static const char *const config_tiers[] = {PLM_TIERS(X) NULL};
#undef X

static const char *const *
config_choices(pli_config_type type)
{
	switch (type) {
	case PLI_CONFIG_LEVEL:
		return config_levels;
	case PLI_CONFIG_SCOPE:
		return config_scopes;
	case PLI_CONFIG_MEASURE:
		return config_measures;
	case PLI_CONFIG_TIER:
		return config_tiers;
	default:
		return NULL;
	}
}

const char *
pli_config_value_nearest(pli_config_type type, const char *word)
{
	pli_suggestion suggestion = {.word = word};
	const char *const *choices = config_choices(type);
	for (; choices != NULL && *choices != NULL; choices++)
		pli_suggest_offer(&suggestion, *choices);
	for (uint32_t i = 0; type == PLI_CONFIG_VENUE && pli_venue_at(i) != NULL; i++)
		pli_suggest_offer(&suggestion, pli_venue_at(i)->name);
	return suggestion.best;
}

static plm_err
config_choice_parse(pli_config_type type, plm_slice text, uint8_t *ret_value)
{
	const char *const *choices = config_choices(type);
	for (uint8_t i = 0; choices[i] != NULL; i++) {
		if (plm_slice_is(text, choices[i])) {
			*ret_value = i;
			return PLM_OK;
		}
	}
	return PLM_EPARSE;
}

/* Splits "2.5bn" into the number and the word behind it. */
static plm_err
config_number_split(plm_slice text, double *ret_value, plm_slice *ret_word)
{
	size_t size = 0;
	while (size < text.size && strchr("+-.0123456789", text.bytes[size]) != NULL)
		size++;
	const bool exponent = size < text.size &&
			      (text.bytes[size] == 'e' || text.bytes[size] == 'E');
	if (exponent && size + 1 < text.size)
		for (size++; size < text.size && strchr("+-0123456789", text.bytes[size]) != NULL;)
			size++;
	plm_decimal value;
	const plm_err err = plm_decimal_parse((plm_slice){text.bytes, size}, &value, NULL);
	if (err != PLM_OK)
		return err;
	*ret_value = plm_decimal_to_double(value);
	*ret_word = (plm_slice){text.bytes + size, text.size - size};
	return PLM_OK;
}

plm_err
pli_config_amount_parse(plm_slice text, double *ret_value)
{
	static const struct {
		const char *word;
		double factor;
	} words[] = {{"", 1}, {"k", 1e3}, {"m", 1e6}, {"M", 1e6}, {"bn", 1e9}, {"b", 1e9}};
	double value;
	plm_slice word;
	const plm_err err = config_number_split(text, &value, &word);
	if (err != PLM_OK)
		return err;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (plm_slice_is(word, words[i].word)) {
			*ret_value = value * words[i].factor;
			return PLM_OK;
		}
	}
	return PLM_EPARSE;
}

static plm_err
config_seconds_parse(plm_slice text, double *ret_value)
{
	static const struct {
		const char *word;
		double factor;
	} words[] = {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
	double value;
	plm_slice word;
	const plm_err err = config_number_split(text, &value, &word);
	if (err != PLM_OK)
		return err;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (plm_slice_is(word, words[i].word)) {
			*ret_value = value * words[i].factor;
			return *ret_value == floor(*ret_value) ? PLM_OK : PLM_EPARSE;
		}
	}
	*ret_value = value;
	return word.size == 0 && !(value < 0 || value > 0) ? PLM_OK : PLM_EPARSE;
}

static plm_err
config_ratio_parse(plm_slice text, double *ret_value)
{
	double value;
	plm_slice word;
	const plm_err err = config_number_split(text, &value, &word);
	if (err != PLM_OK)
		return err;
	if (word.size != 0 && !plm_slice_is(word, "%"))
		return PLM_EPARSE;
	*ret_value = word.size == 0 ? value : value / 100;
	return PLM_OK;
}

static bool
config_letters_ok(plm_slice text, const char *others)
{
	for (size_t i = 0; i < text.size; i++) {
		const unsigned char letter = (unsigned char)text.bytes[i];
		const bool plain = letter < 128 && isalnum(letter) != 0;
		if (!plain && (letter == '\0' || strchr(others, letter) == NULL))
			return false;
	}
	return true;
}

static bool
config_starts(plm_slice text, const char *start)
{
	return text.size > strlen(start) && memcmp(text.bytes, start, strlen(start)) == 0;
}

static bool
config_is_loopback(plm_slice text)
{
	char copy[64];
	if (text.size >= sizeof copy)
		return false;
	memcpy(copy, text.bytes, text.size);
	copy[text.size] = '\0';
	struct in_addr v4;
	if (inet_pton(AF_INET, copy, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return strcmp(copy, "::1") == 0;
}

/* What a text of the type must look like. */
static bool
config_text_ok(pli_config_type type, plm_slice text)
{
	for (size_t i = 0; i < text.size; i++) {
		if ((unsigned char)text.bytes[i] < ' ' || text.bytes[i] == 0x7F)
			return false;
	}
	if (text.size == 0)
		return type != PLI_CONFIG_LOOPBACK && type != PLI_CONFIG_VENUE;
	switch (type) {
	case PLI_CONFIG_NAME:
		return config_letters_ok(text, "-_.");
	case PLI_CONFIG_ASSET:
		return config_letters_ok(text, "-_.");
	case PLI_CONFIG_VARIABLE:
		return config_letters_ok(text, "_") && isdigit((unsigned char)text.bytes[0]) == 0;
	case PLI_CONFIG_STREAM_URL:
		return config_starts(text, "wss://") || config_starts(text, "ws://");
	case PLI_CONFIG_REST_URL:
		return config_starts(text, "https://") || config_starts(text, "http://");
	case PLI_CONFIG_LOOPBACK:
		return config_is_loopback(text);
	case PLI_CONFIG_VENUE:
		return pli_venue_find(text) != NULL;
	default:
		return true;
	}
}

static plm_err
config_text_parse(const pli_config_key *key, plm_slice text, char *field)
{
	if (!config_text_ok(key->type, text))
		return PLM_EPARSE;
	if (text.size >= key->size)
		return PLM_EOVERFLOW;
	memcpy(field, text.bytes, text.size);
	field[text.size] = '\0';
	return PLM_OK;
}

static plm_err
config_number_parse(pli_config_type type, plm_slice text, double *ret_value)
{
	plm_slice word;
	plm_err err;
	switch (type) {
	case PLI_CONFIG_SECONDS:
		return config_seconds_parse(text, ret_value);
	case PLI_CONFIG_RATIO:
		return config_ratio_parse(text, ret_value);
	default:
		err = config_number_split(text, ret_value, &word);
		if (err == PLM_OK && word.size != 0)
			err = PLM_EPARSE;
		if (err == PLM_OK && type == PLI_CONFIG_PORT && *ret_value != floor(*ret_value))
			err = PLM_EPARSE;
		return err;
	}
}

static plm_err
config_number_store(const pli_config_key *key, plm_slice text, char *field)
{
	double value = 0;
	const plm_err err = config_number_parse(key->type, text, &value);
	if (err != PLM_OK)
		return err;
	if (value < key->min || value > key->max)
		return PLM_EOVERFLOW;
	const uint16_t port = (uint16_t)value;
	const uint32_t seconds = (uint32_t)value;
	if (key->type == PLI_CONFIG_PORT)
		memcpy(field, &port, sizeof port);
	else if (key->type == PLI_CONFIG_SECONDS)
		memcpy(field, &seconds, sizeof seconds);
	else
		memcpy(field, &value, sizeof value);
	return PLM_OK;
}

plm_err
pli_config_value_parse(const pli_config_key *key, plm_slice text, void *item)
{
	char *field = (char *)item + key->offset;
	uint8_t choice = 0;
	plm_err err;
	switch (key->type) {
	case PLI_CONFIG_PORT:
	case PLI_CONFIG_SECONDS:
	case PLI_CONFIG_NUMBER:
	case PLI_CONFIG_RATIO:
		return config_number_store(key, text, field);
	case PLI_CONFIG_FLAG:
		if (!plm_slice_is(text, "true") && !plm_slice_is(text, "false"))
			return PLM_EPARSE;
		*(bool *)field = plm_slice_is(text, "true");
		return PLM_OK;
	case PLI_CONFIG_SCOPE:
	case PLI_CONFIG_MEASURE:
	case PLI_CONFIG_TIER:
		err = config_choice_parse(key->type, text, &choice);
		if (err == PLM_OK)
			*(uint8_t *)field = choice;
		return err;
	case PLI_CONFIG_LEVEL:
		err = config_choice_parse(key->type, text, &choice);
		return err == PLM_OK ? config_text_parse(key, text, field) : err;
	case PLI_CONFIG_BAND:
		return PLM_EPARSE;
	default:
		return config_text_parse(key, text, field);
	}
}

/* A double-quoted YAML scalar, or the plain text where that reads back as itself. */
static const char *
config_quote(const char *text, char ret_text[PLI_CONFIG_VALUE_TEXT_MAX])
{
	const plm_slice slice = plm_slice_of(text);
	const bool plain = text[0] != '\0' && isalpha((unsigned char)text[0]) != 0 &&
			   config_letters_ok(slice, "-_./") && strcmp(text, "null") != 0;
	size_t size = 0;
	if (!plain)
		ret_text[size++] = '"';
	for (; *text != '\0' && size + 4 < PLI_CONFIG_VALUE_TEXT_MAX; text++) {
		if (*text == '"' || *text == '\\')
			ret_text[size++] = '\\';
		ret_text[size++] = *text;
	}
	if (!plain)
		ret_text[size++] = '"';
	ret_text[size] = '\0';
	return ret_text;
}

static void
config_double_format(double value, char *ret_text, size_t size)
{
	if (isnan(value))
		(void)snprintf(ret_text, size, "~");
	else
		(void)snprintf(ret_text, size, "%.15g", value);
}

static const char *
config_number_format(
    const pli_config_key *key, const char *field, char ret_text[PLI_CONFIG_VALUE_TEXT_MAX])
{
	uint16_t port;
	uint32_t seconds;
	double pair[2];
	char lower[32], upper[32];
	switch (key->type) {
	case PLI_CONFIG_PORT:
		memcpy(&port, field, sizeof port);
		(void)snprintf(ret_text, PLI_CONFIG_VALUE_TEXT_MAX, "%u", port);
		return ret_text;
	case PLI_CONFIG_SECONDS:
		memcpy(&seconds, field, sizeof seconds);
		(void)snprintf(ret_text, PLI_CONFIG_VALUE_TEXT_MAX, "%us", seconds);
		return ret_text;
	case PLI_CONFIG_BAND:
		memcpy(pair, field, sizeof pair);
		config_double_format(pair[0], lower, sizeof lower);
		config_double_format(pair[1], upper, sizeof upper);
		(void)snprintf(ret_text, PLI_CONFIG_VALUE_TEXT_MAX, "[%s, %s]", lower, upper);
		return isnan(pair[0]) && isnan(pair[1]) ? "" : ret_text;
	default:
		memcpy(pair, field, sizeof pair[0]);
		config_double_format(pair[0], ret_text, PLI_CONFIG_VALUE_TEXT_MAX);
		return isnan(pair[0]) ? "" : ret_text;
	}
}

const char *
pli_config_value_format(
    const pli_config_key *key, const void *item, char ret_text[PLI_CONFIG_VALUE_TEXT_MAX])
{
	const char *field = (const char *)item + key->offset;
	switch (key->type) {
	case PLI_CONFIG_PORT:
	case PLI_CONFIG_SECONDS:
	case PLI_CONFIG_NUMBER:
	case PLI_CONFIG_RATIO:
	case PLI_CONFIG_BAND:
		return config_number_format(key, field, ret_text);
	case PLI_CONFIG_FLAG:
		return *(const bool *)field ? "true" : "false";
	case PLI_CONFIG_SCOPE:
	case PLI_CONFIG_MEASURE:
	case PLI_CONFIG_TIER:
		return config_choices(key->type)[*(const uint8_t *)field];
	default:
		return field[0] == '\0' ? "" : config_quote(field, ret_text);
	}
}
