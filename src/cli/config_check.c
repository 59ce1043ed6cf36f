/* config_check.c: what must hold between keys: no type can say it. Pure. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/suggest.h"
#include "cli/config_schema.h"
#include "model/registry.h"
#include "plimsoll/exposure.h"
#include "venue/venues.h"

static void config_complain(pli_config_reporter reporter, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void
config_complain(pli_config_reporter reporter, const char *key, const char *format, ...)
{
	char text[320];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	reporter.report(reporter.ctx, key, text);
}

/* Where the account's credentials come from: at most one place, and none for files and addresses.
 */
static void
config_check_keys(
    const pli_config_account *account, const plm_venue_desc *venue, pli_config_reporter reporter)
{
	const bool is_file = venue->stream_url == NULL && venue->rest_url == NULL;
	const bool by_address = (venue->caps & PLM_VENUE_ADDRESS) != 0;
	const bool has_key = account->key_file[0] != '\0' || account->key_env[0] != '\0' ||
			     account->secret_env[0] != '\0' || account->passphrase_env[0] != '\0';
	if (by_address && has_key)
		config_complain(reporter, NULL,
		    "venue %s is read by an address alone: give 'address', and no key",
		    account->venue);
	if (!by_address && account->address[0] != '\0')
		config_complain(
		    reporter, "address", "venue %s is not read by an address", account->venue);
	if (is_file && has_key)
		config_complain(reporter, NULL,
		    "venue %s takes no key: leave key_file and key_env out", account->venue);
	if (account->key_file[0] != '\0' && account->key_env[0] != '\0')
		config_complain(reporter, "key_env", "key_file is given too; give one of them");
	if ((account->key_env[0] == '\0') != (account->secret_env[0] == '\0'))
		config_complain(reporter, account->key_env[0] == '\0' ? "secret_env" : "key_env",
		    "key_env and secret_env go together");
	if (account->passphrase_env[0] != '\0' && account->key_env[0] == '\0')
		config_complain(reporter, "passphrase_env", "passphrase_env needs key_env");
}

/* What both are read by: the name of the key that is the same, NULL when none is. */
static const char *
config_same_login(const pli_config_account *a, const pli_config_account *b)
{
	if (a->key_file[0] != '\0' && strcmp(a->key_file, b->key_file) == 0)
		return "key_file";
	if (a->key_env[0] != '\0' && strcmp(a->key_env, b->key_env) == 0)
		return "key_env";
	if (a->address[0] != '\0' && strcasecmp(a->address, b->address) == 0)
		return "address";
	if (a->path[0] != '\0' && strcmp(a->path, b->path) == 0)
		return "path";
	return NULL;
}

/* The unified account of Binance's holds what its markets show of the same key. */
static bool
config_pm_holds(const char *venue, const char *other)
{
	return strcmp(venue, "binance-pm") == 0 &&
	       (strcmp(other, "binance") == 0 || strcmp(other, "binance-coinm") == 0 ||
		   strcmp(other, "binance-margin") == 0);
}

/* One account that is read twice counts twice. */
static void
config_check_once(const pli_config *config, uint32_t index, pli_config_reporter reporter)
{
	const pli_config_account *account = &config->accounts[index];
	for (uint32_t i = 0; i < index; i++) {
		const pli_config_account *other = &config->accounts[i];
		const char *login = config_same_login(other, account);
		if (login == NULL)
			continue;
		if (strcmp(other->venue, account->venue) == 0)
			config_complain(reporter, login,
			    "line %u reads the same account of %s already: its positions would "
			    "count twice; leave one out",
			    other->line, account->venue);
		else if (config_pm_holds(other->venue, account->venue) ||
			 config_pm_holds(account->venue, other->venue))
			config_complain(reporter, login,
			    "line %u has %s with the same key, and binance-pm holds the positions "
			    "of both: leave %s out",
			    other->line, other->venue,
			    strcmp(other->venue, "binance-pm") == 0 ? account->venue
								    : other->venue);
	}
}

static void
config_check_account(const pli_config *config, uint32_t index, pli_config_reporter reporter)
{
	const pli_config_account *account = &config->accounts[index];
	for (uint32_t i = 0; i < index; i++) {
		if (strcmp(config->accounts[i].name, account->name) != 0)
			continue;
		config_complain(reporter, "name", "line %u has the account '%s' already",
		    config->accounts[i].line, account->name);
		break;
	}
	if (strcmp(account->name, PLI_TRANSIT_NAME) == 0)
		config_complain(reporter, "name",
		    "'%s' is the account of coins between accounts; take another name",
		    PLI_TRANSIT_NAME);
	const plm_venue_desc *venue = pli_venue_find(plm_slice_of(account->venue));
	if (venue == NULL)
		return;
	const bool is_file = venue->stream_url == NULL && venue->rest_url == NULL;
	if (is_file && account->path[0] == '\0')
		config_complain(reporter, NULL, "venue %s needs the key 'path'", account->venue);
	if (!is_file && account->path[0] != '\0')
		config_complain(reporter, "path", "venue %s reads no files", account->venue);
	if (account->stream_url[0] != '\0' && venue->stream_url == NULL)
		config_complain(reporter, "stream_url", "venue %s has no stream", account->venue);
	if (account->rest_url[0] != '\0' && venue->rest_url == NULL)
		config_complain(reporter, "rest_url", "venue %s has no HTTP host", account->venue);
	config_check_keys(account, venue, reporter);
	config_check_once(config, index, reporter);
}

static void
config_check_asset(const pli_config *config, uint32_t index, pli_config_reporter reporter)
{
	const pli_config_asset *asset = &config->assets[index];
	for (uint32_t i = 0; i < index; i++) {
		if (strcmp(config->assets[i].name, asset->name) != 0)
			continue;
		config_complain(reporter, "name", "line %u has the asset '%s' already",
		    config->assets[i].line, asset->name);
		break;
	}
	if (strcmp(asset->alias_of, asset->name) == 0)
		config_complain(reporter, "alias_of", "an asset cannot be an alias of itself");
	if (asset->alias_of[0] != '\0' && isnan(asset->factor))
		config_complain(reporter, "alias_of",
		    "needs the key 'factor': units of %s in one %s", asset->alias_of, asset->name);
	if (asset->alias_of[0] == '\0' && !isnan(asset->factor))
		config_complain(reporter, "factor", "means nothing without alias_of");
}

/* Both bands are pairs; the hard one must hold the soft one. NaN compares false: an open side. */
static void
config_check_bands(const plm_limit_fact *fact, pli_config_reporter reporter)
{
	if (fact->soft_lower >= fact->soft_upper)
		config_complain(reporter, "soft", "the lower end must be below the upper end");
	if (fact->hard_lower >= fact->hard_upper)
		config_complain(reporter, "hard", "the lower end must be below the upper end");
	if (fact->hard_lower > fact->soft_lower || fact->hard_upper < fact->soft_upper)
		config_complain(reporter, "soft", "must lie inside the hard band");
	if (isnan(fact->soft_lower) && isnan(fact->soft_upper) && isnan(fact->hard_lower) &&
	    isnan(fact->hard_upper))
		config_complain(reporter, NULL, "needs a band: 'soft', 'hard' or both");
}

static void
config_check_limit(const pli_config *config, uint32_t index, pli_config_reporter reporter)
{
	const plm_limit_fact *fact = &config->limits[index].fact;
	for (uint32_t i = 0; i < index; i++) {
		if (strcmp(config->limits[i].fact.name, fact->name) != 0)
			continue;
		config_complain(reporter, "name", "line %u has the limit '%s' already",
		    config->limits[i].line, fact->name);
		break;
	}
	config_check_bands(fact, reporter);
	if (fact->scope == PLM_LIMIT_BOOK && fact->scope_name[0] != '\0')
		config_complain(reporter, "of", "scope book is the whole book: leave 'of' out");
	if (fact->scope != PLM_LIMIT_BOOK && fact->scope_name[0] == '\0')
		config_complain(
		    reporter, "scope", "needs the key 'of': a name, or \"*\" for each one");
	if (fact->measure == PLM_MEASURE_NET_COINS && fact->scope != PLM_LIMIT_UNDERLYING)
		config_complain(reporter, "measure",
		    "coins of different underlyings do not add up: net_coins needs scope "
		    "underlying");
	const bool is_gross = fact->measure == PLM_MEASURE_GROSS_USD ||
			      fact->measure == PLM_MEASURE_LEVERAGE_GROSS;
	if (!is_gross && fact->tier != PLM_TIER_LEG)
		config_complain(reporter, "tier",
		    "only gross_usd and leverage_gross depend on the netting tier");
}

static void
config_check_portfolio(const pli_config *config, uint32_t index, pli_config_reporter reporter)
{
	for (uint32_t i = 0; i < index; i++) {
		if (strcmp(config->portfolios[i].name, config->portfolios[index].name) != 0)
			continue;
		config_complain(reporter, "name", "line %u has the portfolio '%s' already",
		    config->portfolios[i].line, config->portfolios[index].name);
		break;
	}
}

void
pli_config_check_item(const pli_config *config, const pli_config_section *section, uint32_t index,
    pli_config_reporter reporter)
{
	if (section->items_offset == offsetof(pli_config, accounts))
		config_check_account(config, index, reporter);
	else if (section->items_offset == offsetof(pli_config, portfolios))
		config_check_portfolio(config, index, reporter);
	else if (section->items_offset == offsetof(pli_config, assets))
		config_check_asset(config, index, reporter);
	else
		config_check_limit(config, index, reporter);
}

/* Complains when `name` is none of the names that `name_at` gives, up to NULL. */
static void
config_check_known(const pli_config *config, const char *what, const char *key, const char *name,
    const char *(*name_at)(const pli_config *config, uint32_t index), pli_config_reporter reporter)
{
	pli_suggestion suggestion = {.word = name};
	for (uint32_t i = 0; name_at(config, i) != NULL; i++) {
		if (strcmp(name_at(config, i), name) == 0)
			return;
		pli_suggest_offer(&suggestion, name_at(config, i));
	}
	if (suggestion.best == NULL)
		config_complain(reporter, key, "there is no %s '%s' in this file", what, name);
	else
		config_complain(reporter, key,
		    "there is no %s '%s' in this file; did you mean '%s'?", what, name,
		    suggestion.best);
}

static const char *
config_account_name(const pli_config *config, uint32_t index)
{
	return index < config->accounts_count ? config->accounts[index].name : NULL;
}

static const char *
config_venue_name(const pli_config *config, uint32_t index)
{
	return index < config->accounts_count ? config->accounts[index].venue : NULL;
}

/* Portfolios: those listed; where none is, those that accounts name. */
static const char *
config_portfolio_name(const pli_config *config, uint32_t index)
{
	if (config->portfolios_count > 0)
		return index < config->portfolios_count ? config->portfolios[index].name : NULL;
	return index < config->accounts_count ? config->accounts[index].portfolio : NULL;
}

static void
config_check_limit_names(const pli_config *config, uint32_t index, pli_config_reporter reporter)
{
	const plm_limit_fact *fact = &config->limits[index].fact;
	const char *name = fact->scope_name;
	if (name[0] == '\0' || strcmp(name, "*") == 0)
		return;
	if (fact->scope == PLM_LIMIT_ACCOUNT)
		config_check_known(config, "account", "of", name, config_account_name, reporter);
	else if (fact->scope == PLM_LIMIT_VENUE)
		config_check_known(
		    config, "account at venue", "of", name, config_venue_name, reporter);
	else if (fact->scope == PLM_LIMIT_PORTFOLIO)
		config_check_known(
		    config, "portfolio", "of", name, config_portfolio_name, reporter);
}

void
pli_config_check_names(const pli_config *config, const pli_config_section *section, uint32_t index,
    pli_config_reporter reporter)
{
	if (section->items_offset == offsetof(pli_config, limits)) {
		config_check_limit_names(config, index, reporter);
	} else if (section->items_offset == offsetof(pli_config, accounts)) {
		const char *portfolio = config->accounts[index].portfolio;
		if (portfolio[0] != '\0' && config->portfolios_count > 0)
			config_check_known(config, "portfolio", "portfolio", portfolio,
			    config_portfolio_name, reporter);
	} else if (section->items_offset == offsetof(pli_config, assets)) {
		const char *parent = config->assets[index].alias_of;
		for (uint32_t i = 0; i < config->assets_count && parent[0] != '\0'; i++) {
			if (strcmp(config->assets[i].name, parent) == 0 &&
			    config->assets[i].alias_of[0] != '\0')
				config_complain(reporter, "alias_of",
				    "%s is an alias itself; name %s directly", parent,
				    config->assets[i].alias_of);
		}
	}
}
