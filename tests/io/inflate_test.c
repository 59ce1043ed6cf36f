/* inflate_test.c: whole messages at every size around the bounds, and data that is not deflate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "io/inflate.h"

static char text[300000];
static char packed[400000];

static plm_slice
pack(z_stream *stream, size_t size)
{
	stream->next_in = (unsigned char *)text;
	stream->avail_in = (unsigned)size;
	stream->next_out = (unsigned char *)packed;
	stream->avail_out = sizeof packed;
	assert_int_equal(deflate(stream, Z_SYNC_FLUSH), Z_OK);
	return (plm_slice){packed, sizeof packed - stream->avail_out - 4};
}

static void
fill(uint32_t seed)
{
	for (size_t i = 0; i < sizeof text; i++) {
		seed = seed * 1664525u + 1013904223u;
		text[i] = i % 64 < 48 ? (char)('a' + i % 7) : (char)(seed >> 24);
	}
}

static void
test_inflate__every_size_and_bound(void **state)
{
	(void)state;
	static const size_t sizes[] = {1, 2, 255, 256, 257, 16383, 16384, 16385, 32768, 65535,
	    65536, 65537, 65800, 131072, 262144, 300000};
	pli_inflate inflate_state = {.agreed = true};
	pli_bytes out = {.max = 1 << 20};
	z_stream stream = {0};
	fill(1);
	assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		plm_slice message = pack(&stream, sizes[i]);
		out.max = sizes[i];
		pli_bytes_release(&out);
		assert_int_equal(pli_inflate_message(&inflate_state, message, &out), PLM_OK);
		assert_int_equal(out.size, sizes[i]);
		assert_memory_equal(out.data, text, sizes[i]);
	}
	(void)deflateEnd(&stream);
	pli_inflate_fini(&inflate_state);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		assert_int_equal(
		    deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
		plm_slice message = pack(&stream, sizes[i]);
		out.max = sizes[i] - 1;
		pli_bytes_release(&out);
		assert_int_equal(pli_inflate_message(&inflate_state, message, &out), PLM_EOVERFLOW);
		(void)deflateEnd(&stream);
		pli_inflate_fini(&inflate_state);
	}
	pli_bytes_release(&out);
}

static void
test_inflate__ends_and_empties(void **state)
{
	(void)state;
	pli_inflate inflate_state = {.agreed = true, .context_dropped = true};
	pli_bytes out = {.max = 100};
	/* An empty message; one whose stream is ended; again after it. */
	assert_int_equal(pli_inflate_message(&inflate_state, (plm_slice){"\0", 1}, &out), PLM_OK);
	assert_int_equal(out.size, 0);
	static const char ended[] = {0x4b, 0x04, 0x00};
	for (int i = 0; i < 3; i++) {
		assert_int_equal(
		    pli_inflate_message(&inflate_state, (plm_slice){ended, 3}, &out), PLM_OK);
		assert_true(plm_slice_is(pli_bytes_slice(&out), "a"));
	}
	pli_inflate_fini(&inflate_state);
	pli_bytes_release(&out);
}

static void
test_inflate__noise_never_harms(void **state)
{
	(void)state;
	pli_bytes out = {.max = 50000};
	uint32_t seed = 7;
	uint32_t refused = 0;
	for (int i = 0; i < 3000; i++) {
		pli_inflate inflate_state = {.agreed = true};
		z_stream stream = {0};
		fill((uint32_t)i);
		assert_int_equal(
		    deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
		plm_slice message = pack(&stream, 1 + (size_t)i % 900);
		for (int k = 0; k < 1 + i % 4; k++) {
			seed = seed * 1664525u + 1013904223u;
			packed[seed % message.size] ^= (char)(1 << (seed >> 29));
		}
		plm_err err = pli_inflate_message(&inflate_state, message, &out);
		assert_true(err == PLM_OK || err == PLM_EDECODE || err == PLM_EOVERFLOW);
		refused += err != PLM_OK;
		(void)deflateEnd(&stream);
		pli_inflate_fini(&inflate_state);
	}
	assert_true(refused > 100);
	pli_bytes_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_inflate__every_size_and_bound),
	    cmocka_unit_test(test_inflate__ends_and_empties),
	    cmocka_unit_test(test_inflate__noise_never_harms),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
