/* margin_case.h: one case of a case file as a pool, and what the library makes of it.
 *
 * A case file is a JSON array of {id, model, inputs{}, ...}. A model is a function that puts the
 * inputs into a pool, asks the functions that the live book asks, and writes what they say under
 * the names that the case expects. No formula stands here. */
#ifndef PLI_CLI_MARGIN_CASE_H
#define PLI_CLI_MARGIN_CASE_H

#include "base/json.h"
#include "base/json_write.h"
#include "plimsoll/margin.h"

enum {
	MARGIN_CASE_LEGS_MAX = 256,
	MARGIN_CASE_ASSETS_MAX = 32,
	MARGIN_CASE_STEPS_MAX = 256,
};

/* The case that is worked on. input: node of its inputs. missing: the first input that a model
 * asked for and that is not there or no number; "" none. Memory of the runner. */
typedef struct margin_case {
	pli_json *json;
	uint32_t input;
	pli_json_writer *out; /* inside the object of `got` */
	char missing[96];
	plm_margin_work *work;
	plm_margin_pool pool;
	plm_margin_leg legs[MARGIN_CASE_LEGS_MAX];
	plm_margin_asset assets[MARGIN_CASE_ASSETS_MAX];
	plm_margin_underlying underlyings[MARGIN_CASE_LEGS_MAX];
	plm_margin_step steps[MARGIN_CASE_STEPS_MAX];
	uint32_t steps_count;
	plm_margin_numbers numbers;
} margin_case;

typedef struct margin_case_model {
	const char *name;
	void (*run)(margin_case *c);
} margin_case_model;

/* The models, by venue; each table ends with a row without a name. */
extern const margin_case_model pli_margin_models_binance[];
extern const margin_case_model pli_margin_models_hyperliquid[];
extern const margin_case_model pli_margin_models_deribit[];
extern const margin_case_model pli_margin_models_okx[];
extern const margin_case_model pli_margin_models_bybit[];
extern const margin_case_model pli_margin_models_derive[];
extern const margin_case_model pli_margin_models_exposure[];
extern const margin_case_model pli_margin_models_measures[];
extern const margin_case_model pli_margin_models_others[];

/* Inputs of an object node. pli_case_number: required; a missing one is NaN and remembered. _or:
 * with what stands for a missing one. pli_case_side: "side", 1 or -1, or "long" and "short". */
double pli_case_number(margin_case *c, uint32_t node, const char *key);
double pli_case_number_or(margin_case *c, uint32_t node, const char *key, double otherwise);
/* pli_case_whole: a whole number from `least` to `most`; anything else is remembered, and `least`.
 */
double pli_case_whole(margin_case *c, uint32_t node, const char *key, double least, double most);
double pli_case_side(margin_case *c, uint32_t node);
/* pli_case_text: a text member; "" where there is none, never NULL. */
plm_slice pli_case_text(margin_case *c, uint32_t node, const char *key);
bool pli_case_text_is(margin_case *c, uint32_t node, const char *key, const char *text);

/* pli_case_fail makes the case an error. */
void pli_case_fail(margin_case *c, const char *why);

/* pli_case_first, pli_case_next: walk an array member; 0 ends. pli_case_find: a member, 0 none. */
uint32_t pli_case_find(margin_case *c, uint32_t node, const char *key);
uint32_t pli_case_first(margin_case *c, uint32_t node, const char *key);
uint32_t pli_case_next(margin_case *c, uint32_t array, uint32_t at);

/* pli_case_pool begins a pool of a rule, without legs; asserts that the rule is there. */
void pli_case_pool(margin_case *c, const char *rule);

/* pli_case_asset adds a wallet in the pool's unit, weights 1; returns it, to be changed. */
plm_margin_asset *pli_case_asset(margin_case *c, double wallet);

/* pli_case_leg adds a leg with an underlying of its own at `mark`, settled in asset 0, without
 * steps; NULL: the bound is reached (remembered as missing). */
plm_margin_leg *pli_case_leg(
    margin_case *c, plm_margin_leg_kind kind, double quantity, double entry, double mark);

/* pli_case_rate gives a leg a table of one row. pli_case_steps: room for `count` rows, to be
 * filled. */
void pli_case_rate(
    margin_case *c, plm_margin_leg *leg, double maintenance, double deduction, double initial);
plm_margin_step *pli_case_steps(margin_case *c, plm_margin_leg *leg, uint32_t count);

/* pli_case_evaluate fills c->numbers. pli_case_price: the price of leg 0's underlying at a
 * threshold when that one alone moves, down or up, whichever is nearer; NaN none. */
void pli_case_evaluate(margin_case *c);
double pli_case_price(margin_case *c, plm_threshold threshold);
double pli_case_price_side(margin_case *c, plm_threshold threshold, uint32_t underlying, int side);

/* pli_case_put writes a member of `got`. */
void pli_case_put(margin_case *c, const char *key, double value);

#endif
