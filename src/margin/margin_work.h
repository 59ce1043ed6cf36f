/* margin_work.h: the inside of a work, for the files of this room. */
#ifndef PLI_MARGIN_MARGIN_WORK_H
#define PLI_MARGIN_MARGIN_WORK_H

#include "margin/rule.h"

/* Arrays of options, one entry an option leg, for the pricing kernel. */
typedef struct margin_options {
	double *forward, *strike, *years, *vol, *price;
	uint8_t *put;
	uint32_t *leg;
} margin_options;

struct plm_margin_work {
	uint32_t legs_max, assets_max, underlyings_max;
	margin_leg *legs;
	margin_asset *assets;
	double *prices;          /* of underlyings, moved */
	double *factors;         /* of a ladder's step */
	double *factors_of_rule; /* of a rule's scenario */
	double *room[3];         /* by leg, for rules */
	double *models;          /* by leg: the model's price where nothing moved */
	double *scratch;         /* by leg, twice: vols and prices of a scenario */
	margin_options options;
	bool models_kept; /* the models are those of the pool that is evaluated next */
};

/* pli_margin_models prices the options of a pool where nothing moved. */
void pli_margin_models(plm_margin_work *work, const plm_margin_pool *pool);

#endif
