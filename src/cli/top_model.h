/* top_model.h: what `plimsoll top` knows: the rows of the daemon's stream, and which are in view.
 *
 * Adds nothing up: every number is the daemon's. Unknown numbers are NaN. One thread. */
#ifndef PLI_CLI_TOP_MODEL_H
#define PLI_CLI_TOP_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"
#include "base/map.h"

enum {
	PLI_TOP_ROWS_MAX = 8192,
	PLI_TOP_KEY_MAX = 320,
	PLI_TOP_NAME_MAX = 96,
	PLI_TOP_FEEDS_MAX = 64,
	PLI_TOP_ALERTS_MAX = 8,
	PLI_TOP_POOLS_MAX = 64,
	PLI_TOP_LINE_MAX = 200,
	PLI_TOP_DEPTH_MAX = 6,
};

/* pli_top_row: mixed: several underlyings in it, so there are no coins to show. doubt: 0 sure, 1 in
 * part or stale, 2 not included. */
typedef struct pli_top_row {
	char key[PLI_TOP_KEY_MAX];
	char name[PLI_TOP_NAME_MAX];
	uint8_t level;
	uint8_t doubt;
	bool alive;
	bool is_leg;
	bool open;
	bool mixed;
	uint32_t legs_unpriced;
	uint32_t legs_stale;
	uint32_t legs_expired; /* awaiting settlement; of a leg 1 or 0 */
	double long_coins, short_coins, net_coins, net_usd, gross_usd, equity_usd;
	double leverage_gross, leverage_net, offset, priced, oldest_ns;
	double gamma_usd_1pct, vega_usd, vega_usd_30d, theta_usd;
} pli_top_row;

/* pli_top_line: one feed or alert, in words. level: 0 good, 1 warning, 2 bad. */
typedef struct pli_top_line {
	uint8_t level;
	char text[PLI_TOP_LINE_MAX];
} pli_top_line;

typedef struct pli_top_model {
	pli_top_row rows[PLI_TOP_ROWS_MAX];
	uint32_t rows_count;
	pli_map *map;
	pli_json *json;
	pli_top_row total;
	bool ready;      /* a snapshot has come */
	bool complete;   /* and it is whole */
	uint32_t levels; /* of groups; legs are below the last */
	uint64_t sequence;
	double as_of_ns;
	uint32_t breaches_soft, breaches_hard;
	uint32_t feeds_live, feeds_all;
	uint64_t state_version;
	pli_top_line feeds[PLI_TOP_FEEDS_MAX];
	uint32_t feeds_count;
	pli_top_line alerts[PLI_TOP_ALERTS_MAX];
	uint32_t alerts_count;
	pli_top_line pools[PLI_TOP_POOLS_MAX]; /* of margin, the nearest liquidation first */
	uint32_t pools_count;
	pli_top_line action; /* what a venue did last; "" nothing yet */
	char filter[40];
	uint32_t visible[PLI_TOP_ROWS_MAX]; /* indexes of rows, as last arranged */
	uint32_t visible_count;
	const pli_top_row *order[PLI_TOP_ROWS_MAX]; /* scratch of arrange */
	uint32_t order_count;
} pli_top_model;

/* pli_top_model_create: about 6 MB. NULL: memory could not be had. destroy takes NULL. */
pli_top_model *pli_top_model_create(void);
void pli_top_model_destroy(pli_top_model *model);

/* pli_top_model_take reads one stream message. A message of another kind changes nothing. */
void pli_top_model_take(pli_top_model *model, plm_slice text);

/* The documents of /v1/feeds, /v1/alerts, /v1/actions and /v1/margin. */
void pli_top_model_take_feeds(pli_top_model *model, plm_slice text);
void pli_top_model_take_alerts(pli_top_model *model, plm_slice text);
void pli_top_model_take_actions(pli_top_model *model, plm_slice text);
void pli_top_model_take_pools(pli_top_model *model, plm_slice text);

/* pli_top_model_arrange fills `visible`: rows under open nodes, largest gross first; with a filter
 * those whose name, or a name above them, holds it. */
void pli_top_model_arrange(pli_top_model *model);

/* pli_top_model_expandable: a group that has rows below it. */
bool pli_top_model_expandable(const pli_top_model *model, const pli_top_row *row);

/* pli_top_model_turn opens or closes a row and writes the stream message that says so to the daemon
 * ("" when nothing changes). Closing forgets what was below. */
enum { PLI_TOP_MESSAGE_MAX = 2048 };
void pli_top_model_turn(
    pli_top_model *model, pli_top_row *row, bool open, char ret_message[PLI_TOP_MESSAGE_MAX]);

/* pli_top_model_reset forgets all rows (another grouping); open nodes too. */
void pli_top_model_reset(pli_top_model *model, uint32_t levels);

#endif
