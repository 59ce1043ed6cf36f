/* sim_markets.h: a simulator with all of Binance's markets, for tests of one of them. */
#ifndef SIM_MARKETS_H
#define SIM_MARKETS_H

#include "sim/sim_world.h"
#include "sim_rig.h"

static inline int
markets_open(void **state)
{
	pli_sim_config config = {.seed = 3, .speed = 20.0, .start_ns = RIG_START_NS};
	for (int i = PLI_SIM_SERVERS; i < PLI_SIM_MARKETS; i++)
		config.added[i] = true;
	return rig_open_config(state, &config);
}

#define MARKETS_TEST(name) cmocka_unit_test_setup_teardown(name, markets_open, rig_close)

/* What the world holds of an account. */
static inline const pli_sim_account *
markets_account(const rig *r, const char *name)
{
	const pli_sim_world *world = pli_sim_world_of(r->sim);
	for (uint32_t i = 0; i < world->accounts_count; i++)
		if (strcmp(world->accounts[i].name, name) == 0)
			return &world->accounts[i];
	fail_msg("no account %s", name);
	return NULL;
}

#endif
