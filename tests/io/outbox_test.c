/* outbox_test.c: first in, first out, bounded, whatever the order of pushes and pops. */
#include <libwebsockets.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "io/outbox.h"

static void
test_outbox__order_and_sizes(void **state)
{
	(void)state;
	pli_outbox outbox = {.max = 5000};
	unsigned char message[700];
	uint32_t pushed = 0;
	uint32_t popped = 0;
	uint32_t noise = 1;
	size_t waiting = 0;
	while (popped < 5000) {
		noise = noise * 1664525u + 1013904223u;
		size_t size = pushed * 37 % 700;
		if ((noise >> 24) % 3 != 0) {
			memset(message, (int)(pushed % 251), size);
			plm_err err = pli_outbox_push(&outbox, (plm_slice){(char *)message, size});
			assert_int_equal(err, waiting + size <= 5000 ? PLM_OK : PLM_EFULL);
			waiting += err == PLM_OK ? size : 0;
			pushed += err == PLM_OK;
		}
		unsigned char *payload;
		size_t got;
		if ((noise >> 16) % 2 == 0 && pli_outbox_front(&outbox, &payload, &got)) {
			assert_int_equal(got, popped * 37 % 700);
			memset(message, (int)(popped % 251), got);
			assert_memory_equal(payload, message, got);
			/* The library writes its header here. */
			memset(payload - LWS_PRE, 0xee, LWS_PRE);
			pli_outbox_pop(&outbox);
			waiting -= got;
			popped++;
		}
		assert_int_equal(outbox.waiting, waiting);
	}
	pli_outbox_release(&outbox);
}

static void
test_outbox__bound(void **state)
{
	(void)state;
	pli_outbox outbox = {.max = 10};
	unsigned char *payload;
	size_t size;
	assert_false(pli_outbox_front(&outbox, &payload, &size));
	assert_int_equal(pli_outbox_push(&outbox, PLM_SLICE("12345678901")), PLM_EFULL);
	assert_int_equal(pli_outbox_push(&outbox, PLM_SLICE("1234567890")), PLM_OK);
	assert_int_equal(pli_outbox_push(&outbox, PLM_SLICE("1")), PLM_EFULL);
	assert_int_equal(pli_outbox_push(&outbox, PLM_SLICE("")), PLM_OK);
	pli_outbox_pop(&outbox);
	assert_true(pli_outbox_front(&outbox, &payload, &size));
	assert_int_equal(size, 0);
	pli_outbox_pop(&outbox);
	assert_false(pli_outbox_front(&outbox, &payload, &size));
	pli_outbox_release(&outbox);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_outbox__order_and_sizes),
	    cmocka_unit_test(test_outbox__bound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
