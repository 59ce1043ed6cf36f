/* exposure_text.c: names of tiers, dimensions and reasons, and back. */
#include <assert.h>
#include <stddef.h>

#include "plimsoll/exposure.h"

#define X(name, number, text) [number] = text,
static const char *const tier_texts[] = {PLM_TIERS(X)};
static const char *const by_texts[] = {PLM_DIMENSIONS(X)};
static const char *const reason_texts[] = {PLM_REASONS(X)};
static const char *const greek_source_texts[] = {PLM_GREEK_SOURCES(X)};
static const char *const forward_source_texts[] = {PLM_FORWARD_SOURCES(X)};
static const char *const vol_source_texts[] = {PLM_VOL_SOURCES(X)};
#undef X

enum { BY_COUNT = sizeof by_texts / sizeof by_texts[0] };

_Static_assert(sizeof tier_texts / sizeof tier_texts[0] == PLM_TIER_COUNT_, "gap in tiers");
_Static_assert(sizeof reason_texts / sizeof reason_texts[0] == PLM_REASON_COUNT_, "gap in reasons");

const char *
plm_tier_text(plm_tier tier)
{
	return (uint32_t)tier < PLM_TIER_COUNT_ ? tier_texts[tier] : "unknown";
}

const char *
plm_reason_text(plm_reason reason)
{
	return (uint32_t)reason < PLM_REASON_COUNT_ ? reason_texts[reason] : "unknown";
}

const char *
plm_greek_source_text(plm_greek_source source)
{
	return (uint32_t)source < PLM_GREEK_SOURCE_COUNT_ ? greek_source_texts[source] : "unknown";
}

const char *
plm_forward_source_text(plm_forward_source source)
{
	return (uint32_t)source < PLM_FORWARD_SOURCE_COUNT_ ? forward_source_texts[source]
							    : "unknown";
}

const char *
plm_vol_source_text(plm_vol_source source)
{
	return (uint32_t)source < PLM_VOL_SOURCE_COUNT_ ? vol_source_texts[source] : "unknown";
}

plm_err
plm_tier_parse(plm_slice text, plm_tier *ret_tier)
{
	assert(ret_tier != NULL);
	for (uint32_t i = 0; i < PLM_TIER_COUNT_; i++) {
		if (plm_slice_is(text, tier_texts[i])) {
			*ret_tier = (plm_tier)i;
			return PLM_OK;
		}
	}
	return PLM_EPARSE;
}

static plm_err
by_parse_one(plm_slice word, uint32_t *by)
{
	for (uint32_t i = 0; i < BY_COUNT; i++) {
		if (plm_slice_is(word, by_texts[i])) {
			*by |= UINT32_C(1) << i;
			return PLM_OK;
		}
	}
	return PLM_EPARSE;
}

plm_err
plm_by_parse(plm_slice text, uint32_t *ret_by)
{
	assert(ret_by != NULL);
	uint32_t by = 0;
	size_t start = 0;
	for (size_t i = 0; text.size > 0 && i <= text.size; i++) {
		if (i < text.size && text.bytes[i] != ',')
			continue;
		plm_err err = by_parse_one((plm_slice){text.bytes + start, i - start}, &by);
		if (err != PLM_OK)
			return err;
		start = i + 1;
	}
	*ret_by = by;
	return PLM_OK;
}
