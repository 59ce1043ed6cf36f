/* config.c: the rows of config.def as tables, and the struct with the defaults. */
#include "cli/config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config.def"
#include "cli/config_schema.h"

#define ROW(type_, field_, key_, kind_, default_, min_, max_, unit_, example_, help_)              \
	{.name = key_,                                                                             \
	    .type = PLI_CONFIG_##kind_,                                                            \
	    .offset = offsetof(type_, field_),                                                     \
	    .size = sizeof(((type_ *)NULL)->field_),                                               \
	    .default_text = default_,                                                              \
	    .min = min_,                                                                           \
	    .max = max_,                                                                           \
	    .unit = unit_,                                                                         \
	    .example = example_,                                                                   \
	    .help = help_},
#define ROOT(...) ROW(pli_config, __VA_ARGS__)
#define ACCOUNT(...) ROW(pli_config_account, __VA_ARGS__)
#define PORTFOLIO(...) ROW(pli_config_portfolio, __VA_ARGS__)
#define ASSET(...) ROW(pli_config_asset, __VA_ARGS__)
#define LIMIT(...) ROW(pli_config_limit, __VA_ARGS__)

static const pli_config_key config_root_keys[] = {PLI_CONFIG_ROOT(ROOT)};
static const pli_config_key config_listen_keys[] = {PLI_CONFIG_LISTEN(ROOT)};
static const pli_config_key config_journal_keys[] = {PLI_CONFIG_JOURNAL(ROOT)};
static const pli_config_key config_policy_keys[] = {PLI_CONFIG_POLICY(ROOT)};
static const pli_config_key config_log_keys[] = {PLI_CONFIG_LOG(ROOT)};
static const pli_config_key config_account_keys[] = {PLI_CONFIG_ACCOUNTS(ACCOUNT)};
static const pli_config_key config_portfolio_keys[] = {PLI_CONFIG_PORTFOLIOS(PORTFOLIO)};
static const pli_config_key config_asset_keys[] = {PLI_CONFIG_ASSETS(ASSET)};
static const pli_config_key config_limit_keys[] = {PLI_CONFIG_LIMITS(LIMIT)};

#define MAP(name_, keys_, help_)                                                                   \
	{                                                                                          \
		.name = name_, .help = help_, .keys = keys_,                                       \
		.keys_count = sizeof keys_ / sizeof keys_[0]                                       \
	}
#define LIST(name_, keys_, field_, type_, max_, help_)                                             \
	{                                                                                          \
		.name = name_, .help = help_, .keys = keys_,                                       \
		.keys_count = sizeof keys_ / sizeof keys_[0], .is_list = true,                     \
		.items_offset = offsetof(pli_config, field_), .item_size = sizeof(type_),          \
		.items_max = max_, .count_offset = offsetof(pli_config, field_##_count),           \
		.line_offset = offsetof(type_, line)                                               \
	}

static const pli_config_section config_sections[] = {
    MAP("", config_root_keys, ""),
    MAP("listen", config_listen_keys, "where the page and the API are served"),
    MAP("journal", config_journal_keys, "the record of every event"),
    MAP("policy", config_policy_keys, "settings that change numbers; they are journalled"),
    MAP("log", config_log_keys, "what is said on stderr"),
    LIST("accounts", config_account_keys, accounts, pli_config_account, PLI_CONFIG_ACCOUNTS_MAX,
	"one row for each account or sub-account at a venue"),
    LIST("portfolios", config_portfolio_keys, portfolios, pli_config_portfolio,
	PLI_CONFIG_PORTFOLIOS_MAX,
	"names that accounts are grouped under; when given, an account's portfolio must be one"),
    LIST("assets", config_asset_keys, assets, pli_config_asset, PLI_CONFIG_ASSETS_MAX,
	"what nets with what, betas, classes and fixed prices; other assets need no row"),
    LIST("limits", config_limit_keys, limits, pli_config_limit, PLI_CONFIG_LIMITS_MAX,
	"two-sided bands; amounts may be written 250k, 3.5m, 1.2bn"),
};

const pli_config_section *
pli_config_section_at(uint32_t index)
{
	return index < sizeof config_sections / sizeof config_sections[0] ? &config_sections[index]
									  : NULL;
}

const char *
pli_config_expected(pli_config_type type)
{
	static const char *const texts[] = {
#define X(name, expected) [PLI_CONFIG_##name] = expected,
	    PLI_CONFIG_TYPES(X)
#undef X
	};
	assert((unsigned)type < sizeof texts / sizeof texts[0]);
	return texts[type];
}

void
pli_config_defaults(const pli_config_section *section, void *item)
{
	for (uint32_t i = 0; i < section->keys_count; i++) {
		const pli_config_key *key = &section->keys[i];
		const double unknown = __builtin_nan("");
		char *field = (char *)item + key->offset;
		if (key->type == PLI_CONFIG_BAND) {
			memcpy(field, &unknown, sizeof unknown);
			memcpy(field + sizeof unknown, &unknown, sizeof unknown);
		} else if (key->type == PLI_CONFIG_NUMBER && key->default_text[0] == '\0') {
			memcpy(field, &unknown, sizeof unknown);
		} else if (key->default_text != NULL && key->default_text[0] != '\0') {
			const plm_slice text = plm_slice_of(key->default_text);
			const plm_err err = pli_config_value_parse(key, text, item);
			assert(err == PLM_OK);
			(void)err;
		}
	}
}

pli_config *
pli_config_create(void)
{
	_Static_assert(offsetof(plm_limit_fact, soft_upper) ==
			       offsetof(plm_limit_fact, soft_lower) + sizeof(double) &&
			   offsetof(plm_limit_fact, hard_upper) ==
			       offsetof(plm_limit_fact, hard_lower) + sizeof(double),
	    "a band is two doubles, one behind the other");
	pli_config *config = calloc(1, sizeof *config);
	for (uint32_t i = 0; config != NULL && pli_config_section_at(i) != NULL; i++) {
		if (!pli_config_section_at(i)->is_list)
			pli_config_defaults(pli_config_section_at(i), config);
	}
	return config;
}

void
pli_config_destroy(pli_config *config)
{
	free(config);
}
