/* decode_matrix_test.c: stored payloads of every venue through the decoders of all others: none of
 * them finds an event, or a fault, in what is not its venue's. */
#include "../support/venue_rig.h"

#include <dirent.h>

#define FIXTURES PLM_SHARED_DIR "/fixtures/"

/* venue NULL: nobody reads these. Binance's markets share one decoder. */
static const struct {
	const char *folder;
	const plm_venue_desc *venue;
} folders[] = {
    {"binance", &pli_venue_binance},
    {"bitget", NULL},
    {"bitmex", &pli_venue_bitmex},
    {"bybit", &pli_venue_bybit},
    {"deribit", &pli_venue_deribit},
    {"dydx-v4", &pli_venue_dydx},
    {"gate", NULL},
    {"hyperliquid", &pli_venue_hyperliquid},
    {"kraken-futures", NULL},
    {"okx", &pli_venue_okx},
};

enum { FOLDERS_COUNT = sizeof folders / sizeof folders[0] };

static void
check_text(rig *r, const char *file, plm_slice text)
{
	if (rig_decode_slice(r, text, NULL) != PLM_EKIND || r->events_count != 0)
		fail_msg("%s by %s: %s, %u events, %s", file, r->desc->name, plm_err_name(r->err),
		    r->events_count, r->fault.text);
	assert_true(strlen(r->fault.text) > 20);
}

/* A file .jsonl is one payload a line. */
static void
check_file(rig *r, const char *folder, const char *file)
{
	char path[512];
	size_t size = 0;
	(void)snprintf(path, sizeof path, FIXTURES "%s/%s", folder, file);
	char *text = rig_read(path, &size);
	assert_non_null(text);
	bool lines = strstr(file, ".jsonl") != NULL;
	for (char *at = text; at < text + size;) {
		char *end = lines ? memchr(at, '\n', (size_t)(text + size - at)) : NULL;
		end = end == NULL ? text + size : end;
		check_text(r, file, (plm_slice){at, (size_t)(end - at)});
		at = end + 1;
	}
	free(text);
}

static void
check_folder(const plm_venue_desc *venue, const char *folder)
{
	char path[512];
	(void)snprintf(path, sizeof path, FIXTURES "%s", folder);
	DIR *files = opendir(path);
	if (files == NULL) {
		(void)printf("# SKIP no folder %s\n", path);
		return;
	}
	rig *r = rig_create_of(venue);
	for (const struct dirent *entry; (entry = readdir(files)) != NULL;) {
		if (entry->d_name[0] == '.' || strstr(entry->d_name, ".expected.") != NULL)
			continue;
		check_file(r, folder, entry->d_name);
	}
	rig_destroy(r);
	(void)closedir(files);
}

static void
test_decode_matrix__no_venue_reads_another_one(void **state)
{
	(void)state;
	for (size_t v = 0; v < FOLDERS_COUNT; v++)
		for (size_t f = 0; f < FOLDERS_COUNT && folders[v].venue != NULL; f++)
			if (f != v)
				check_folder(folders[v].venue, folders[f].folder);
}

/* What is well-formed and no payload of anybody's is not broken. */
static void
test_decode_matrix__a_value_by_itself_is_of_another_kind(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    "\"default\"", "17", "true", "null", "[1]", "[null,{\"name\":\"test\"}]", "[[1]]"};
	for (size_t v = 0; v < FOLDERS_COUNT; v++) {
		if (folders[v].venue == NULL)
			continue;
		rig *r = rig_create_of(folders[v].venue);
		for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
			check_text(r, texts[i], plm_slice_of(texts[i]));
		rig_destroy(r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_decode_matrix__no_venue_reads_another_one),
	    cmocka_unit_test(test_decode_matrix__a_value_by_itself_is_of_another_kind),
	};
	return cmocka_run_group_tests_name("decode_matrix", tests, NULL, NULL);
}
