/* top_test.c: the terminal's model and frames: order, opening, filter; no digit is ever cut. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/top_frame.h"
#include "cli/top_model.h"

static const char snapshot[] =
    "{\"type\":\"snapshot\",\"sequence\":7,\"as_of_ns\":1795000000000000000,\"state_version\":1,"
    "\"breaches\":{\"soft\":1,\"hard\":2},\"feeds\":{\"live\":2,\"all\":3},"
    "\"total\":{\"net_usd\":-123456.7,\"gross_usd\":9876543.2,\"leverage_gross\":2.5,"
    "\"leverage_net\":0.5,\"equity_usd\":4000000,\"priced_share\":0.98,\"legs_unpriced\":1,"
    "\"legs_stale\":4,\"oldest_time_ns\":1794999988000000000},\"rows\":["
    "{\"key\":\"ETH\",\"level\":0,\"leg\":false,\"underlying\":\"ETH\",\"net_coins\":-148.5,"
    "\"long_coins\":0,\"short_coins\":-148.5,\"net_usd\":-461000,\"gross_usd\":461000,"
    "\"priced_share\":1,\"oldest_time_ns\":1795000000000000000},"
    "{\"key\":\"BTC\",\"level\":0,\"leg\":false,\"underlying\":\"BTC\",\"net_coins\":-99999.4,"
    "\"long_coins\":412345.6,\"short_coins\":-412345.6,\"net_usd\":-9999500000,"
    "\"gross_usd\":99999500000,\"priced_share\":0.9999,\"offset_book\":0.5,"
    "\"oldest_time_ns\":1794999000000000000},"
    "{\"key\":\"MYST\",\"level\":0,\"leg\":false,\"underlying\":\"MYST\",\"net_coins\":25000,"
    "\"long_coins\":25000,\"short_coins\":0,\"net_usd\":null,\"gross_usd\":null,"
    "\"priced_share\":0,\"legs_unpriced\":1}],\"removed\":[],\"more\":false}";

static const char children[] =
    "{\"type\":\"change\",\"sequence\":8,\"as_of_ns\":1795000000100000000,\"rows\":["
    "{\"key\":\"BTC/a%2Fb\",\"level\":1,\"leg\":false,\"underlying\":\"BTC\",\"gross_usd\":5,"
    "\"net_usd\":5,\"net_coins\":1,\"priced_share\":1},"
    "{\"key\":\"BTC/a%2Fb/desk|BTC-26MAR27-100000-C|net|3\",\"level\":2,\"leg\":true,"
    "\"instrument\":\"BTC-26MAR27-100000-C\",\"side\":\"net\",\"delta_coins\":-5.9,"
    "\"delta_usd\":-543000,\"feed\":\"live\",\"included\":true,\"priced\":true}],"
    "\"removed\":[\"ETH\"],\"more\":false}";

static int
setup(void **state)
{
	pli_top_model *model = pli_top_model_create();

	pli_top_model_reset(model, 2);
	pli_top_model_take(model, PLM_SLICE(snapshot));
	*state = model;
	return 0;
}

static int
teardown(void **state)
{
	pli_top_model_destroy(*state);
	return 0;
}

static const char *
name_at(pli_top_model *model, uint32_t index)
{
	assert_true(index < model->visible_count);
	return model->rows[model->visible[index]].name;
}

static void
test_order_and_changes(void **state)
{
	pli_top_model *model = *state;
	char message[PLI_TOP_MESSAGE_MAX];

	assert_true(model->ready && model->complete);
	pli_top_model_arrange(model);
	assert_int_equal(model->visible_count, 3);
	assert_string_equal(name_at(model, 0), "BTC");
	assert_string_equal(name_at(model, 2), "MYST");
	pli_top_model_take(model, PLM_SLICE(children));
	pli_top_model_arrange(model);
	assert_int_equal(model->visible_count, 2);
	pli_top_model_turn(model, &model->rows[model->visible[0]], true, message);
	assert_string_equal(message, "{\"type\":\"open\",\"keys\":[\"BTC\"]}");
	pli_top_model_arrange(model);
	assert_string_equal(name_at(model, 1), "a/b");
	pli_top_model_turn(model, &model->rows[model->visible[1]], true, message);
	pli_top_model_arrange(model);
	assert_string_equal(name_at(model, 2), "BTC-26MAR27-100000-C");
	assert_false(pli_top_model_expandable(model, &model->rows[model->visible[2]]));
	pli_top_model_turn(model, &model->rows[model->visible[0]], false, message);
	assert_string_equal(message, "{\"type\":\"close\",\"keys\":[\"BTC\"]}");
	pli_top_model_arrange(model);
	assert_int_equal(model->visible_count, 2);
}

static void
test_filter(void **state)
{
	pli_top_model *model = *state;

	(void)snprintf(model->filter, sizeof model->filter, "ys");
	pli_top_model_arrange(model);
	assert_int_equal(model->visible_count, 1);
	assert_string_equal(name_at(model, 0), "MYST");
	(void)snprintf(model->filter, sizeof model->filter, "nobody");
	pli_top_model_arrange(model);
	assert_int_equal(model->visible_count, 0);
}

static void
test_nonsense_changes_nothing(void **state)
{
	static const char *const texts[] = {"", "{", "[1,2]", "{\"type\":\"alert\"}",
	    "{\"type\":7}", "{\"type\":\"change\",\"rows\":7,\"removed\":{}}",
	    "{\"type\":\"change\",\"rows\":[{\"key\":\"\"},{\"key\":null},5]}"};
	pli_top_model *model = *state;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		pli_top_model_take(model, plm_slice_of(texts[i]));
	pli_top_model_arrange(model);
	assert_int_equal(model->visible_count, 3);
}

static void
frame_line(const pli_top_frame *frame, int y, char *ret_text)
{
	ret_text[0] = '\0';
	for (int x = 0; x < frame->width; x++)
		strcat(
		    ret_text, frame->cells[y][x].text[0] == '\0' ? " " : frame->cells[y][x].text);
}

static pli_top_view
view_of(void)
{
	return (pli_top_view){.ascii = true,
	    .now_ns = 1795000000e9,
	    .link = "",
	    .grouping = "underlying,venue",
	    .address = "http://127.0.0.1:8470"};
}

/* Whatever the width, a number is there whole or its column is not there. */
static void
test_greeks_take_the_place_of_long_and_short(void **state)
{
	static pli_top_frame frame;
	char line[PLI_TOP_WIDTH_MAX * 4 + 1];
	pli_top_view view = view_of();

	pli_top_model_arrange(*state);
	pli_top_frame_render(*state, &view, 100, 20, &frame);
	frame_line(&frame, 3, line);
	assert_non_null(strstr(line, "SHORT"));
	assert_null(strstr(line, "GAMMA"));
	view.greeks = true;
	pli_top_frame_render(*state, &view, 100, 20, &frame);
	frame_line(&frame, 3, line);
	assert_non_null(strstr(line, "GAMMA 1%"));
	assert_non_null(strstr(line, "THETA"));
	assert_null(strstr(line, "SHORT"));
}

static void
test_no_digit_is_cut(void **state)
{
	pli_top_model *model = *state;
	pli_top_frame *frame = calloc(1, sizeof *frame);
	pli_top_view view = view_of();
	char line[PLI_TOP_WIDTH_MAX * 4 + 1];

	pli_top_model_arrange(model);
	for (int width = PLI_TOP_WIDTH_MIN; width <= 200; width++) {
		pli_top_frame_render(model, &view, width, 24, frame);
		frame_line(frame, 4, line);
		assert_non_null(strstr(line, " -10.0bn"));
		assert_non_null(strstr(line, " -99999 "));
		assert_true(strstr(line, " 100bn") != NULL || strstr(line, "100") == NULL);
		frame_line(frame, 6, line);
		assert_non_null(strstr(line, "+25000"));
		assert_non_null(strstr(line, " ?"));
	}
	free(frame);
}

static void
test_frame_at_80x24(void **state)
{
	pli_top_model *model = *state;
	pli_top_frame *frame = calloc(1, sizeof *frame);
	pli_top_view view = view_of();
	char line[PLI_TOP_WIDTH_MAX * 4 + 1];

	pli_top_model_take_feeds(model,
	    PLM_SLICE("{\"feeds\":[{\"account\":\"a\",\"status\":\"live\"},{\"account\":\"b\","
		      "\"status\":\"stale\",\"text\":\"silent\"}]}"));
	pli_top_model_take_alerts(model,
	    PLM_SLICE(
		"{\"alerts\":[{\"limit\":\"net\",\"scope_name\":\"net\",\"measure\":\"net_usd\","
		"\"kind\":\"breach\",\"level\":\"hard\",\"value\":2500000,\"band\":2000000,"
		"\"current\":true,\"time_ns\":1795000000000000000}]}"));
	pli_top_model_arrange(model);
	pli_top_frame_render(model, &view, 80, 24, frame);
	frame_line(frame, 0, line);
	assert_non_null(strstr(line, "* live"));
	assert_non_null(strstr(line, "feeds 2/3"));
	assert_non_null(strstr(line, "as of 11:06:40Z"));
	frame_line(frame, 1, line);
	assert_non_null(strstr(line, "net -123k"));
	assert_non_null(strstr(line, "gross 9.88m"));
	assert_non_null(strstr(line, "lev 2.50x/0.50x"));
	assert_non_null(strstr(line, "breaches 2 hard 1 soft"));
	frame_line(frame, 2, line);
	assert_non_null(strstr(line, "priced 98.0%"));
	assert_non_null(strstr(line, "oldest 12 s"));
	assert_non_null(strstr(line, "feeds out 1"));
	assert_non_null(strstr(line, "stale 4"));
	frame_line(frame, 19, line);
	assert_true(strstr(line, "b stale: silent") < strstr(line, "a live"));
	frame_line(frame, 21, line);
	assert_non_null(strstr(line, "11:06:40Z hard net: 2.50m, band 2.00m"));
	pli_top_model_take_actions(model,
	    PLM_SLICE(
		"{\"actions\":[{\"sentence\":\"binance BTCUSDT: delisted; held by 1 account\","
		"\"account\":null,\"accounts_open\":1,\"time_ns\":1795000000000000000},{}]}"));
	pli_top_frame_render(model, &view, 80, 24, frame);
	frame_line(frame, 22, line);
	assert_non_null(
	    strstr(line, "venues 11:06:40Z binance BTCUSDT: delisted; held by 1 account"));
	view.link = "no link, numbers are old";
	pli_top_frame_render(model, &view, 80, 24, frame);
	frame_line(frame, 0, line);
	assert_non_null(strstr(line, "! no link, numbers are old"));
	assert_int_equal(frame->cells[4][79].style, PLI_STYLE_FAINT);
	free(frame);
}

/* The nearest side of each threshold; what is past, what no price does, what is not known. */
static void
test_pools(void **state)
{
	pli_top_model *model = *state;
	pli_top_frame *frame = calloc(1, sizeof *frame);
	pli_top_view view = view_of();
	char line[PLI_TOP_WIDTH_MAX * 4 + 1];
	const char *none = "{\"price\":null,\"pct\":null,\"reason\":\"no price does that\"}";
	const char *past = "{\"price\":null,\"pct\":null,\"reason\":\"already past\"}";
	char text[2048];

	(void)snprintf(text, sizeof text,
	    "{\"pools\":[{\"account\":\"main\",\"pool\":\"SOLUSDT\",\"side\":null,\"moved\":"
	    "\"SOL\",\"reason\":null,\"call_down\":{\"price\":130.5,\"pct\":-9.5,\"reason\":"
	    "null},\"call_up\":{\"price\":157.583,\"pct\":8.44,\"reason\":null},"
	    "\"liquidation_down\":%s,\"liquidation_up\":{\"price\":158.305,\"pct\":8.94,"
	    "\"reason\":null}},{\"account\":\"hedge\",\"pool\":\"USD\",\"side\":\"short\","
	    "\"moved\":null,\"reason\":null,\"call_down\":%s,\"call_up\":%s,"
	    "\"liquidation_down\":%s,\"liquidation_up\":%s},{\"account\":\"otc\",\"pool\":"
	    "\"USD\",\"reason\":\"there is no margin rule for its venue yet\"}]}",
	    none, past, past, none, none);
	pli_top_model_take_pools(model, plm_slice_of(text));
	assert_int_equal(model->pools_count, 3);
	assert_int_equal(model->pools[0].level, 1);
	assert_int_equal(model->pools[1].level, 2);
	pli_top_frame_render(model, &view, 100, 24, frame);
	frame_line(frame, 20, line);
	assert_non_null(strstr(
	    line, "margin main SOLUSDT: SOL called +8.4% at 157.583, liquidated +8.9% at 158.305"));
	view.margin = true;
	pli_top_frame_render(model, &view, 100, 24, frame);
	frame_line(frame, 5, line);
	assert_non_null(strstr(line, "hedge USD short: past its call, no liquidation"));
	frame_line(frame, 6, line);
	assert_non_null(strstr(line, "otc USD: no ladder: there is no margin rule"));
	/* One row of room: how many more there are. */
	pli_top_frame_render(model, &view, 100, PLI_TOP_HEIGHT_MIN, frame);
	frame_line(frame, 4, line);
	assert_non_null(strstr(line, "3 more"));
	pli_top_model_take_pools(model, PLM_SLICE("no document"));
	assert_int_equal(model->pools_count, 3);
	free(frame);
}

static void
test_waiting_and_help(void **state)
{
	pli_top_model *model = *state;
	pli_top_frame *frame = calloc(1, sizeof *frame);
	pli_top_view view = view_of();
	char line[PLI_TOP_WIDTH_MAX * 4 + 1];

	view.help = true;
	pli_top_frame_render(model, &view, 80, 24, frame);
	frame_line(frame, 4, line);
	assert_non_null(strstr(line, "up, down"));
	view.help = false;
	pli_top_model_reset(model, 1);
	pli_top_frame_render(model, &view, 10, 3, frame);
	assert_int_equal(frame->width, PLI_TOP_WIDTH_MIN);
	assert_int_equal(frame->height, PLI_TOP_HEIGHT_MIN);
	frame_line(frame, 1, line);
	assert_non_null(strstr(line, "waiting for http://127.0.0.1:8470"));
	free(frame);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_order_and_changes, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_filter, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_nonsense_changes_nothing, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_no_digit_is_cut, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_frame_at_80x24, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_greeks_take_the_place_of_long_and_short, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_pools, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_waiting_and_help, setup, teardown),
	};
	return cmocka_run_group_tests_name("top", tests, NULL, NULL);
}
