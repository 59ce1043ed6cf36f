/* case_words.c: words, options and names of a case file. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case_world.h"

void
case_broken(const case_line *line, const char *what)
{
	printf("Bail out! line %u: %s\n", line->number, what);
	exit(2);
}

const char *
case_option(const case_line *line, const char *key)
{
	size_t size = strlen(key);
	for (uint32_t i = 0; i < line->words_count; i++) {
		if (strncmp(line->words[i], key, size) == 0 && line->words[i][size] == '=')
			return line->words[i] + size + 1;
	}
	return NULL;
}

bool
case_has(const case_line *line, const char *word)
{
	for (uint32_t i = 0; i < line->words_count; i++) {
		if (strcmp(line->words[i], word) == 0)
			return true;
	}
	return false;
}

plm_decimal
case_number(const case_line *line, const char *text)
{
	plm_decimal value = plm_decimal_unknown();
	if (text == NULL || strcmp(text, "unknown") == 0)
		return value;
	if (plm_decimal_parse(plm_slice_of(text), &value, NULL) != PLM_OK)
		case_broken(line, text);
	return value;
}

plm_decimal
case_decimal(const case_line *line, const char *key)
{
	return case_number(line, case_option(line, key));
}

double
case_double(const case_line *line, const char *key)
{
	return plm_decimal_to_double(case_decimal(line, key));
}

uint64_t
case_uint(const case_line *line, const char *key, uint64_t otherwise)
{
	const char *text = case_option(line, key);
	return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

plm_venue_id
case_venue(case_world *world, const char *name)
{
	for (uint32_t i = 0; i < world->venues_count; i++) {
		if (strcmp(world->venues[i], name) == 0)
			return (plm_venue_id){i + 1};
	}
	assert(world->venues_count < CASE_VENUES_MAX);
	(void)snprintf(world->venues[world->venues_count], sizeof world->venues[0], "%s", name);
	return (plm_venue_id){++world->venues_count};
}

plm_asset_id
case_asset(case_world *world, const char *name)
{
	return plm_names_asset(world->names, plm_slice_of(name));
}

plm_account_id
case_account(case_world *world, const char *name, const char *venue)
{
	plm_account_id id = pli_registry_account_find(world->names, plm_slice_of(name));
	if (id.value != 0)
		return id;
	const char *at = venue != NULL ? venue : "paper";
	return pli_registry_account(
	    world->names, case_venue(world, at), plm_slice_of(at), plm_slice_of(name));
}

plm_instrument_id
case_instrument(case_world *world, const case_line *line, const char *name)
{
	const char *venue = case_option(line, "venue");
	if (venue != NULL)
		return plm_names_instrument(
		    world->names, case_venue(world, venue), plm_slice_of(name));
	for (uint32_t i = 1; i <= world->venues_count; i++) {
		plm_instrument_id id = pli_registry_instrument_find(
		    world->names, (plm_venue_id){i}, plm_slice_of(name));
		if (id.value != 0)
			return id;
	}
	return plm_names_instrument(world->names, case_venue(world, "paper"), plm_slice_of(name));
}
