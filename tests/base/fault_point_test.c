/* fault_point_test.c: nothing fails that a run did not ask for; what was passed is counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/fault_point.h"

enum { PAGE_MAX = 1 << 17, POINTS_MIN = 50 };

#ifdef PLI_FAULT_POINTS
static bool
decide_every_second(void *ctx, pli_fault_point point)
{
	return point == PLI_FAULT_POINT_JOURNAL_SYNC && ++*(uint32_t *)ctx % 2 == 0;
}
#endif

static void
test_base_fault_point__only_an_armed_point_fails(void **state)
{
	(void)state;
	assert_false(PLI_FAULT(JOURNAL_SYNC));
#ifdef PLI_FAULT_POINTS
	uint32_t asked = 0;
	pli_fault_points_arm(decide_every_second, &asked);
	assert_false(PLI_FAULT(JOURNAL_SYNC));
	assert_true(PLI_FAULT(JOURNAL_SYNC));
	assert_false(PLI_FAULT(JOURNAL_APPEND));
	assert_false(pli_fault_point_fails(PLI_FAULT_POINT_JOURNAL_SYNC));
	assert_int_equal(pli_fault_point_passed(PLI_FAULT_POINT_JOURNAL_SYNC), 3);
	assert_int_equal(pli_fault_point_failed(PLI_FAULT_POINT_JOURNAL_SYNC), 1);
	pli_fault_points_arm(NULL, NULL);
	assert_false(PLI_FAULT(JOURNAL_SYNC));
#endif
}

/* In the order of the table, in any build. */
static void
test_base_fault_point__the_reference_page_has_each_of_them(void **state)
{
	static const struct {
		const char *name, *where, *help;
	} rows[] = {
#define P(name, where, help) {#name, #where, help},
#include "base/fault_points.def"
#undef P
	};
	static char page[PAGE_MAX];
	(void)state;
	FILE *file = fopen(PLM_SOURCE_ROOT "/docs/reference/fault-points.md", "r");
	assert_non_null(file);
	size_t size = fread(page, 1, sizeof page - 1, file);
	(void)fclose(file);
	page[size] = '\0';
	const char *at = page;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char row[256];
		const char *where = strcmp(rows[i].where, "START") == 0 ? "start"
				    : strcmp(rows[i].where, "RUN") == 0 ? "run"
									: "test";
		(void)snprintf(
		    row, sizeof row, "| `%s` | %s | %s |\n", rows[i].name, where, rows[i].help);
		const char *found = strstr(at, row);
		if (found == NULL)
			print_error("docs/reference/fault-points.md lacks or misplaces %s", row);
		assert_non_null(found);
		at = found + strlen(row) - 1;
	}
	assert_null(strstr(at, "\n| `"));
	assert_true(sizeof rows / sizeof rows[0] >= POINTS_MIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_base_fault_point__only_an_armed_point_fails),
	    cmocka_unit_test(test_base_fault_point__the_reference_page_has_each_of_them)};
	return cmocka_run_group_tests_name("fault_point", tests, NULL, NULL);
}
