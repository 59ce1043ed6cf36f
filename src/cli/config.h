/* config.h: the one configuration file, read and checked whole, as a plain struct.
 *
 * YAML 1.2; every key is one row of config.def (type, default, bounds, help), so that reader,
 * `config check`, `config show --defaults` and docs/reference/config.md say the same. What is wrong
 * is reported with file, line, column, a caret and what was expected; all of it, not the first
 * only. Nothing of a wrong file is used. Secrets are never in the struct: see pli_config_secret. */
#ifndef PLI_CLI_CONFIG_H
#define PLI_CLI_CONFIG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/json_write.h"
#include "base/world.h"
#include "plimsoll/event.h"
#include "plimsoll/slice.h"

enum {
	PLI_CONFIG_ACCOUNTS_MAX = 1024,
	PLI_CONFIG_PORTFOLIOS_MAX = 64,
	PLI_CONFIG_ASSETS_MAX = 256,
	PLI_CONFIG_LIMITS_MAX = 512,
	PLI_CONFIG_BYTES_MAX = 1 << 20,
	PLI_CONFIG_NAME_MAX = 40,
	PLI_CONFIG_PATH_MAX = 512,
	PLI_CONFIG_URL_MAX = 256,
	PLI_CONFIG_ADDRESSES_MAX = 600,
	PLI_SECRET_MAX = 512,
};

/* One account at one venue. Texts are NUL-terminated; "" where the key is absent. */
typedef struct pli_config_account {
	char name[PLI_CONFIG_NAME_MAX]; /* unique */
	char venue[24];                 /* known to this build (checked) */
	char address[64];               /* of venues that are read by one */
	char key_file[PLI_CONFIG_PATH_MAX];
	/* name of an environment variable; with secret_env, not key_file */
	char key_env[64];
	char secret_env[64];
	char passphrase_env[64];             /* may stand beside these two */
	char stream_url[PLI_CONFIG_URL_MAX]; /* "": the venue's own */
	char rest_url[PLI_CONFIG_URL_MAX];
	char ca_file[PLI_CONFIG_PATH_MAX]; /* "": the system's authorities */
	/* file venue; relative to the config's folder, resolved */
	char path[PLI_CONFIG_PATH_MAX];
	char markets[256];
	char addresses[PLI_CONFIG_ADDRESSES_MAX]; /* comma list; "" none */
	char portfolio[PLI_CONFIG_NAME_MAX];
	char strategy[PLI_CONFIG_NAME_MAX];
	bool allow_trading_keys;
	uint32_t line; /* in the file, for messages */
} pli_config_account;

typedef struct pli_config_portfolio {
	char name[PLI_CONFIG_NAME_MAX];
	char title[64];
	uint32_t line;
} pli_config_portfolio;

/* One asset's netting policy. NaN where a number is absent. */
typedef struct pli_config_asset {
	char name[24];
	char alias_of[24]; /* "": of its own */
	char asset_class[24];
	double factor; /* with alias_of: units of the parent per unit */
	double beta;
	double beta_r2;
	double beta_samples;
	double usd; /* fixed rate: USD per unit */
	uint32_t line;
} pli_config_asset;

/* One limit. fact.id is 0: wiring gives ids out. fact.active is 1. */
typedef struct pli_config_limit {
	plm_limit_fact fact;
	uint32_t line;
} pli_config_limit;

typedef struct pli_config {
	char source[PLI_CONFIG_PATH_MAX];       /* the file's path; "" for the defaults */
	char listen_address[64];                /* a loopback address */
	uint16_t listen_port;                   /* 0: any free one */
	char journal_path[PLI_CONFIG_PATH_MAX]; /* "": no journal */
	char benchmark[24];                     /* asset of beta-weighted delta; "" none */
	uint32_t policy_stale_after_s;          /* 0: never */
	uint32_t policy_greeks_after_s;
	uint32_t policy_starting_s;
	uint32_t policy_lag_after_s;
	double policy_lag_vol;
	uint32_t policy_transit_after_s; /* 0: coins in transit are not counted */
	bool policy_pending_orders;
	char log_level[8]; /* error, warn, info, debug */

	uint32_t accounts_count;
	uint32_t portfolios_count;
	uint32_t assets_count;
	uint32_t limits_count;
	pli_config_account accounts[PLI_CONFIG_ACCOUNTS_MAX];
	pli_config_portfolio portfolios[PLI_CONFIG_PORTFOLIOS_MAX];
	pli_config_asset assets[PLI_CONFIG_ASSETS_MAX];
	pli_config_limit limits[PLI_CONFIG_LIMITS_MAX];
} pli_config;

/* pli_config_create: holds the defaults: no account, no limit. NULL: memory could not be had.
 * destroy takes NULL. About 0.3 MB. */
pli_config *pli_config_create(void);
void pli_config_destroy(pli_config *config);

/* pli_config_read reads and checks the file at `path` into *ret_config (written on success only).
 * Diagnostics go to `report`, one block for each fault; *ret_count (may be NULL) says how many.
 * Errors: PLM_ECONFIG (the file is wrong), PLM_ENOTFOUND, PLM_EIO, PLM_EOVERFLOW (file larger than
 * PLI_CONFIG_BYTES_MAX), PLM_ENOMEM; each of them said in `report`. */
plm_err pli_config_read(const pli_disk *disk, const char *path, FILE *report,
    pli_config *ret_config, uint32_t *ret_count);

/* pli_config_parse: the same for text in memory; `path` names it in diagnostics and is what
 * relative paths in it are relative to. */
plm_err pli_config_parse(
    plm_slice text, const char *path, FILE *report, pli_config *ret_config, uint32_t *ret_count);

/* pli_config_show writes the configuration as YAML with every key's help as comment: for the
 * defaults it is the manual, with one example row in each list. Names of files and variables with
 * secrets are shown, secrets cannot be. URLs lose what stands before an "@". */
void pli_config_show(const pli_config *config, bool manual, FILE *out);

/* pli_config_write: the same facts as one JSON object. */
void pli_config_write(const pli_config *config, pli_json_writer *json);

/* pli_secret: an account's credentials. Wipe it as soon as the adapter has copied it. */
typedef struct pli_secret {
	char key[PLI_SECRET_MAX];
	char secret[PLI_SECRET_MAX];
	char passphrase[PLI_SECRET_MAX]; /* "" unless given: few venues have one */
} pli_secret;

/* pli_config_secret fetches them from key_file (lines "key: ...", "secret: ..." and, where the
 * venue has one, "passphrase: ..."; mode 0600 and ours, checked) or from the environment. An
 * account with neither gives "" thrice and PLM_OK.
 * Errors: PLM_EAUTH (file open to others, a line or variable is missing or empty), PLM_ENOTFOUND,
 * PLM_EIO, PLM_EOVERFLOW. ret_fault names file and remedy, never a secret. */
plm_err pli_config_secret(const pli_disk *disk, const pli_config_account *account,
    pli_secret *ret_secret, plm_fault *ret_fault);
void pli_secret_wipe(pli_secret *secret);

#endif
