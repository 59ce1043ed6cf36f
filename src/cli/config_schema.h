/* config_schema.h: config.def as rows that reader, checks and manual walk over. Inside cli only. */
#ifndef PLI_CLI_CONFIG_SCHEMA_H
#define PLI_CLI_CONFIG_SCHEMA_H

#include <stddef.h>

#include "cli/config.h"
#include "plimsoll/exposure.h"

#define PLI_CONFIG_WORD(name, number, text) " " text

/* PLI_CONFIG_TYPES: name, what a person is told to write. */
#define PLI_CONFIG_TYPES(X)                                                                        \
	X(TEXT, "a text")                                                                          \
	X(NAME, "a name of letters, digits, '-', '_' and '.'")                                     \
	X(ASSET, "an asset such as BTC")                                                           \
	X(PATH, "a path")                                                                          \
	X(VARIABLE, "the name of an environment variable such as DESK_A_KEY")                      \
	X(STREAM_URL, "a URL that begins with wss:// or ws://")                                    \
	X(REST_URL, "a URL that begins with https:// or http://")                                  \
	X(LOOPBACK,                                                                                \
	    "a loopback address (127.0.0.1, ::1): until there is access control, no other is "     \
	    "listened on")                                                                         \
	X(PORT, "a port from 0 to 65535")                                                          \
	X(SECONDS, "a time such as 30s, 5m, 2h or 0")                                              \
	X(FLAG, "true or false")                                                                   \
	X(NUMBER, "a number such as 1.5")                                                          \
	X(RATIO, "a share such as 2% or 0.02")                                                     \
	X(BAND, "a pair such as [-250k, 3.5m], with ~ for an open side")                           \
	X(LEVEL, "error, warn, info or debug")                                                     \
	X(SCOPE, "book, portfolio, account, venue or underlying")                                  \
	X(MEASURE, "one of" PLM_MEASURES(PLI_CONFIG_WORD))                                         \
	X(TIER, "one of" PLM_TIERS(PLI_CONFIG_WORD))                                               \
	X(VENUE, "a venue that `plimsoll venues` lists")

#define X(name, expected) PLI_CONFIG_##name,
typedef enum pli_config_type { PLI_CONFIG_TYPES(X) } pli_config_type;
#undef X

/* One key. offset: of the field in its item. size: of a text field, with its NUL. */
typedef struct pli_config_key {
	const char *name;
	pli_config_type type;
	size_t offset;
	size_t size;
	const char *default_text; /* NULL: must be given */
	double min;
	double max;
	const char *unit;
	const char *example;
	const char *help;
} pli_config_key;

/* One section: a map of keys, or a list of such maps. count_offset: of the uint32_t count. */
typedef struct pli_config_section {
	const char *name; /* "" the root's own keys */
	const char *help;
	const pli_config_key *keys;
	uint32_t keys_count;
	bool is_list;
	size_t items_offset;
	size_t item_size;
	uint32_t items_max;
	size_t count_offset;
	size_t line_offset; /* of the uint32_t line in an item */
} pli_config_section;

/* pli_config_section_at: sections in the order of the manual; NULL past the end. */
const pli_config_section *pli_config_section_at(uint32_t index);

/* pli_config_defaults puts the defaults of a section's keys into one item. */
void pli_config_defaults(const pli_config_section *section, void *item);

/* pli_config_expected: what to write for a type. */
const char *pli_config_expected(pli_config_type type);

/* pli_config_value_parse reads one scalar into the key's field of `item`. Texts keep to their
 * bound. Errors: PLM_EPARSE (not of the type), PLM_EOVERFLOW (out of bounds, or too long). The
 * field is written on success only. BAND is no scalar: see pli_config_amount_parse. */
plm_err pli_config_value_parse(const pli_config_key *key, plm_slice text, void *item);

/* pli_config_amount_parse reads an amount: "250k", "-3.5m", "1.2bn", "1e6". Errors: PLM_EPARSE,
 * PLM_EOVERFLOW. */
plm_err pli_config_amount_parse(plm_slice text, double *ret_value);

enum { PLI_CONFIG_VALUE_TEXT_MAX = 640 };

/* pli_config_value_format writes the field as one would write it in the file, quoted where needed;
 * "" for a value that is absent. Returns ret_text. */
const char *pli_config_value_format(
    const pli_config_key *key, const void *item, char ret_text[PLI_CONFIG_VALUE_TEXT_MAX]);

/* pli_config_value_nearest: the choice nearest to a wrong word; NULL where there
 * is none. */
const char *pli_config_value_nearest(pli_config_type type, const char *word);

/* pli_config_reporter: where checks report: key NULL is the item itself. */
typedef struct pli_config_reporter {
	void (*report)(void *ctx, const char *key, const char *text);
	void *ctx;
} pli_config_reporter;

/* pli_config_check_item holds item `index` of a list against itself and the items before it. */
void pli_config_check_item(const pli_config *config, const pli_config_section *section,
    uint32_t index, pli_config_reporter reporter);

/* pli_config_check_names holds the names that a limit or account refers to against the whole file.
 * Called for every item of every list, when all lists are read. */
void pli_config_check_names(const pli_config *config, const pli_config_section *section,
    uint32_t index, pli_config_reporter reporter);

#endif
