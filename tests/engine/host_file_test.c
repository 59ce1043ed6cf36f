/* host_file_test.c: a watched file is read when it changed, and said to be in trouble when not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host_rig.h"

/* A disk with one file. */
typedef struct one_file {
	const char *text;   /* NULL: not there */
	uint64_t size_said; /* 0: the text's own */
	plm_time_ns modified_ns;
	uint32_t reads;
	int32_t open;
} one_file;

static one_file file;

static plm_err
file_open(void *ctx, const char *path, pli_file_mode mode, pli_file *ret_file)
{
	(void)ctx;
	assert_string_equal(path, "desk.csv");
	assert_int_equal(mode, PLI_FILE_READ);
	if (file.text == NULL)
		return PLM_ENOTFOUND;
	file.open++;
	*ret_file = (pli_file){1};
	return PLM_OK;
}

static void
file_close(void *ctx, pli_file handle)
{
	(void)ctx;
	(void)handle;
	file.open--;
}

static plm_err
file_read(
    void *ctx, pli_file handle, uint64_t offset, void *ret_bytes, size_t size, size_t *ret_got)
{
	(void)ctx;
	(void)handle;
	assert_int_equal(offset, 0);
	file.reads++;
	*ret_got = strlen(file.text) < size ? strlen(file.text) : size;
	memcpy(ret_bytes, file.text, *ret_got);
	return PLM_OK;
}

static plm_err
file_facts(void *ctx, const char *path, pli_file_facts *ret_facts)
{
	(void)ctx;
	(void)path;
	if (file.text == NULL)
		return PLM_ENOTFOUND;
	*ret_facts = (pli_file_facts){
	    .size = file.size_said != 0 ? file.size_said : strlen(file.text),
	    .modified_ns = file.modified_ns};
	return PLM_OK;
}

static const pli_disk disk = {
    .open = file_open, .close = file_close, .read = file_read, .facts = file_facts};

static void
watch_init(host_rig *rig, const char *text)
{
	static plm_venue_desc desc;
	file = (one_file){.text = text, .modified_ns = 7};
	host_rig_init(rig);
	pli_venue_host_destroy(rig->host);
	rig->shared.disk = &disk;
	desc = host_rig_desc;
	desc.stream_url = desc.stream_path = desc.rest_url = NULL;
	pli_account_config config = {
	    .desc = &desc, .venue = {1}, .name = "file", .path = "desk.csv"};
	plm_fault fault;
	assert_int_equal(
	    pli_venue_host_create(&rig->shared, 0, &config, &rig->host, &fault), PLM_OK);
}

static void
test_engine_host_file__read_once_and_again_when_it_changed(void **state)
{
	(void)state;
	host_rig rig;
	watch_init(&rig, "L");
	host_rig_pass(&rig, 50);
	assert_int_equal(host_rig_feed(&rig).status, PLM_FEED_LIVE);
	host_rig_pass(&rig, 5000);
	assert_int_equal(file.reads, 1);
	file.modified_ns = 8;
	host_rig_pass(&rig, 600);
	assert_int_equal(file.reads, 2);
	file.text = "EE"; /* another size, the same time */
	host_rig_pass(&rig, 600);
	assert_int_equal(file.reads, 3);
	assert_int_equal(file.open, 0);
	assert_int_equal(world.opened, 0);
	host_rig_fini(&rig);
}

static void
test_engine_host_file__a_file_that_went_away_is_degraded_until_it_is_back(void **state)
{
	(void)state;
	host_rig rig;
	watch_init(&rig, "L");
	host_rig_pass(&rig, 50);
	file.text = NULL;
	host_rig_pass(&rig, 600);
	plm_feed_state feed = host_rig_feed(&rig);
	assert_int_equal(feed.status, PLM_FEED_DEGRADED);
	assert_string_equal(feed.text, "the file cannot be read");
	file.text = "L"; /* the very same file: read all the same */
	host_rig_pass(&rig, 600);
	assert_int_equal(host_rig_feed(&rig).status, PLM_FEED_LIVE);
	assert_int_equal(file.reads, 2);
	host_rig_fini(&rig);
}

/* Bytes may change without size or date: they are looked at twice a minute, and what they said
 * before is not taken anew. */
static void
test_engine_host_file__changes_that_no_date_tells_are_found(void **state)
{
	(void)state;
	host_rig rig;
	watch_init(&rig, "L");
	host_rig_pass(&rig, 50);
	uint64_t frames = pli_venue_host_counters_get(rig.host).frames;
	host_rig_pass(&rig, 31000);
	assert_int_equal(file.reads, 2);
	assert_int_equal(pli_venue_host_counters_get(rig.host).frames, frames);
	file.text = "E";
	host_rig_pass(&rig, 28500);
	assert_int_equal(file.reads, 2);
	host_rig_pass(&rig, 1500);
	assert_int_equal(file.reads, 3);
	assert_int_equal(pli_venue_host_counters_get(rig.host).frames, frames + 1);
	host_rig_fini(&rig);
}

static void
test_engine_host_file__too_large_is_said_and_not_read(void **state)
{
	(void)state;
	host_rig rig;
	watch_init(&rig, "L");
	host_rig_pass(&rig, 50);
	file.size_said = (8 << 20) + 1;
	host_rig_pass(&rig, 600);
	plm_feed_state feed = host_rig_feed(&rig);
	assert_int_equal(feed.status, PLM_FEED_DEGRADED);
	assert_string_equal(feed.text, "the file is over 8 MiB");
	assert_int_equal(file.reads, 1);
	assert_int_equal(file.open, 0);
	host_rig_fini(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_host_file__read_once_and_again_when_it_changed),
	    cmocka_unit_test(
		test_engine_host_file__a_file_that_went_away_is_degraded_until_it_is_back),
	    cmocka_unit_test(test_engine_host_file__changes_that_no_date_tells_are_found),
	    cmocka_unit_test(test_engine_host_file__too_large_is_said_and_not_read),
	};
	return cmocka_run_group_tests_name("host_file", tests, NULL, NULL);
}
