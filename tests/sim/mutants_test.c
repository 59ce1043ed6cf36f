/* mutants_test.c: each deliberate mistake is caught by a seed. Built with -Dmutants=true alone. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/mutant.h"
#include "sim/simulation.h"

enum { MUTANT_SEEDS_MAX = 1000, MUTANT_MINUTES = 5 };

static void
run(uint64_t seed, pli_simulation_report *ret_report)
{
	pli_simulation_config config = {
	    .seed = seed, .duration_ns = MUTANT_MINUTES * 60 * PLM_NS_PER_S};
	pli_simulation *simulation;
	plm_fault fault = {0};
	assert_int_equal(pli_simulation_create(&config, &simulation, &fault), PLM_OK);
	while (pli_simulation_step(simulation))
		continue;
	pli_simulation_report_get(simulation, ret_report);
	pli_simulation_destroy(simulation);
}

static void
test_sim_mutants__each_is_caught(void **state)
{
	(void)state;
	for (int id = PLI_MUTANT_NONE_ + 1; id < PLI_MUTANT_COUNT; id++) {
		pli_simulation_report report = {0};
		pli_mutant_wake((pli_mutant_id)id);
		for (uint64_t seed = 1; seed <= MUTANT_SEEDS_MAX && report.lie[0] == '\0'; seed++)
			run(seed, &report);
		print_message("# %s: seed %" PRIu64 ", step %" PRIu64 ": %s\n",
		    pli_mutant_text((pli_mutant_id)id), report.seed, report.steps, report.lie);
		assert_true(report.lie[0] != '\0');
	}
	pli_mutant_wake(PLI_MUTANT_NONE_);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_mutants__each_is_caught),
	};
	return cmocka_run_group_tests_name("mutants", tests, NULL, NULL);
}
