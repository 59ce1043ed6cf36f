/* scene.c: the text of a scene into strikes and expectations. */
#include "sim/scene.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "sim/checker.h"
#include "sim/sim_venues.h"

enum {
	SCENE_WORDS_MAX = 16,
	SCENE_SECONDS_MAX = 7 * 86400,
	SCENE_FILE = 1 << PLI_CHECK_FILE,
	SCENE_SHOWN_MAX = 64
};

/* One line while it is read. at: the next word. */
typedef struct scene_line {
	pli_scene *scene;
	plm_fault *fault;
	uint32_t number, count, at;
	plm_slice whole;
	plm_slice words[SCENE_WORDS_MAX];
} scene_line;

static const struct {
	const char *text;
	bool lasts;
} scene_states[PLI_SCENE_STATE_COUNT] = {
#define X(name, text, lasts, help) {text, lasts},
    PLI_SCENE_STATES(X)
#undef X
};

static const char *const scene_counters[PLI_SCENE_COUNTER_COUNT] = {
#define X(name, text, help) text,
    PLI_SCENE_COUNTERS(X)
#undef X
};

static plm_err
line_wrong(const scene_line *line, const char *what, plm_slice word)
{
	char shown[SCENE_SHOWN_MAX];
	const char *quote = pli_text_printable(word, shown, sizeof shown) == 0 ? "" : "'";
	plm_err err = plm_fault_set(line->fault, PLM_EPARSE, NULL, "%s%s%s%s%s", what,
	    word.size == 0 ? "" : " ", quote, shown, quote);
	if (line->fault != NULL)
		line->fault->line = line->number;
	return err;
}

static plm_slice
line_word(const scene_line *line)
{
	return line->at < line->count ? line->words[line->at] : (plm_slice){"", 0};
}

static bool
line_takes(scene_line *line, const char *word)
{
	if (!plm_slice_is(line_word(line), word))
		return false;
	line->at++;
	return true;
}

/* A number between least and most. */
static plm_err
line_number(scene_line *line, double least, double most, double *ret_value)
{
	char text[32], *end;
	plm_slice word = line_word(line);
	(void)snprintf(text, sizeof text, "%.*s", (int)word.size, word.bytes);
	double value = strtod(text, &end);
	if (word.size == 0 || word.size >= sizeof text || *end != '\0' ||
	    !(value >= least && value <= most))
		return line_wrong(line, "a number is wanted, not", word);
	line->at++;
	*ret_value = value;
	return PLM_OK;
}

static plm_err
line_seconds(scene_line *line, int64_t *ret_ns)
{
	double seconds = 0;
	plm_err err = line_number(line, -SCENE_SECONDS_MAX, SCENE_SECONDS_MAX, &seconds);
	*ret_ns = (int64_t)(seconds * 1e9);
	return err;
}

static plm_err
line_end(const scene_line *line)
{
	return line->at == line->count ? PLM_OK
				       : line_wrong(line, "there is no room for", line_word(line));
}

/* Those of the scene's world. */
static uint32_t
scene_venues(const pli_scene *scene)
{
	plm_slice bad;
	uint32_t venues = 0;
	plm_err err = pli_sim_venues_parse(scene->world, &venues, &bad);
	assert(err == PLM_OK); /* it was looked at when it was read */
	return venues & PLI_SIM_VENUES_SERVERS;
}

/* Bits of the venues that a word names; 0: none. */
static uint32_t
line_venues(scene_line *line)
{
	uint32_t venues = scene_venues(line->scene);
	pli_sim_venue venue = pli_sim_venue_find(line_word(line));
	if (line_takes(line, "feeds"))
		return venues;
	if (line_takes(line, "file"))
		return SCENE_FILE;
	if (venue == PLI_SIM_SERVERS || (venues >> venue & 1) == 0)
		return 0;
	line->at++;
	return 1U << venue;
}

/* Strikes */

static plm_err
strike_coin(scene_line *line, pli_fault *fault)
{
	static const char *const coins[] = {"BTC", "ETH", "SOL", "XRP", "DOGE"};
	static_assert(sizeof coins / sizeof coins[0] == PLI_SIM_COINS, "a word for each coin");
	for (uint32_t i = 0; i < PLI_SIM_COINS; i++) {
		if (!line_takes(line, coins[i]))
			continue;
		fault->choice += (uint64_t)i << 8; /* simulation_fault.c takes it from there */
		return PLM_OK;
	}
	return line_wrong(line, "no coin is called", line_word(line));
}

static plm_err
strike_options(scene_line *line, pli_fault *fault)
{
	plm_err err = PLM_OK;
	while (err == PLM_OK && line->at < line->count) {
		double number = 0;
		int64_t seconds_ns = 0;
		if (line_takes(line, "for")) {
			err = line_seconds(line, &fault->duration_ns);
		} else if (line_takes(line, "count")) {
			err = line_number(line, 1, PLI_SCENE_COUNT_MAX, &number);
			fault->count = (uint32_t)number;
		} else if (line_takes(line, "by")) {
			err = line_seconds(line, &seconds_ns);
			fault->choice = (uint64_t)(seconds_ns / PLM_NS_PER_S);
		} else if (line_takes(line, "coin")) {
			err = strike_coin(line, fault);
		} else if (line_takes(line, "unsaid")) {
			fault->choice += (uint64_t)PLI_SIM_COINS << 8; /* sim_shock.c: not told */
		} else {
			err = line_end(line);
		}
	}
	return err == PLM_OK && fault->duration_ns < 0
		   ? line_wrong(line, "a fault lasts no time below 0", (plm_slice){"", 0})
		   : err;
}

static plm_err
strike_add(scene_line *line, const pli_fault_strike *strike)
{
	pli_scene *scene = line->scene;
	if (scene->strikes_count == PLI_SCENE_STRIKES_MAX)
		return line_wrong(line, "too many faults", (plm_slice){"", 0});
	if (scene->strikes_count > 0 &&
	    strike->at_ns < scene->strikes[scene->strikes_count - 1].at_ns)
		return line_wrong(
		    line, "faults stand in the order of their times", (plm_slice){"", 0});
	scene->strikes[scene->strikes_count++] = *strike;
	return PLM_OK;
}

/* at S FAULT [VENUE] [for S] [count N] [by S] [coin C] [unsaid] */
static plm_err
line_at(scene_line *line)
{
	pli_fault_strike strike = {0};
	plm_err err = line_seconds(line, &strike.at_ns);
	if (err != PLM_OK)
		return err;
	if (strike.at_ns < 0 || !pli_fault_plan_find(line_word(line), &strike.fault))
		return line_wrong(line, "no fault is called", line_word(line));
	line->at++;
	strike.fault.given = true;
	uint32_t venues = line_venues(line);
	bool placed = strike.fault.kind == PLI_FAULT_OF_NET ||
		      strike.fault.kind == PLI_FAULT_OF_VENUE;
	if ((placed && venues == 0) || venues == SCENE_FILE)
		return line_wrong(line, "a venue is wanted, or feeds", line_word(line));
	err = strike_options(line, &strike.fault);
	for (uint32_t venue = 0; err == PLM_OK && venue < PLI_SIM_SERVERS; venue++) {
		strike.fault.venue = venue;
		if ((venues | (uint32_t)(venues == 0)) & 1u << venue)
			err = strike_add(line, &strike);
	}
	return err;
}

/* Expectations */

/* until S: how long it is watched, rather than to the next strike. */
static plm_err
expect_until(scene_line *line, pli_scene_expect *expect)
{
	return line_takes(line, "until") ? line_seconds(line, &expect->until_ns) : PLM_OK;
}

static plm_err
expect_since(scene_line *line, pli_scene_expect *expect)
{
	static const char *const words[] = {"strike", "end", "open", "start"};
	if (!line_takes(line, "after"))
		return expect_until(line, expect);
	for (int i = PLI_SCENE_SINCE_END; i <= PLI_SCENE_SINCE_START; i++) {
		if (!line_takes(line, words[i]))
			continue;
		expect->since = (pli_scene_since)i;
		if (i == PLI_SCENE_SINCE_OPEN && expect->kind != PLI_SCENE_LASTS)
			return line_wrong(
			    line, "only what lasts counts from an opening", (plm_slice){"", 0});
		return expect_until(line, expect);
	}
	return line_wrong(line, "after end, open or start is wanted, not", line_word(line));
}

/* STATE within S [after WHAT] [until S]; stay STATE [until S] */
static plm_err
expect_state(scene_line *line, pli_scene_expect *expect)
{
	bool stays = line_takes(line, "stay") || line_takes(line, "stays");
	expect->what = 0;
	while (expect->what < PLI_SCENE_STATE_COUNT &&
	       !line_takes(line, scene_states[expect->what].text))
		expect->what++;
	if (expect->what == PLI_SCENE_STATE_COUNT)
		return line_wrong(line, "no state or counter is called", line_word(line));
	bool lasts = scene_states[expect->what].lasts;
	expect->kind = lasts ? PLI_SCENE_LASTS : PLI_SCENE_COMES;
	if (stays)
		return lasts ? expect_until(line, expect)
			     : line_wrong(line, "only what lasts can stay", (plm_slice){"", 0});
	if (!line_takes(line, "within"))
		return line_wrong(line, "'within' is wanted, not", line_word(line));
	plm_err err = line_number(line, 0, SCENE_SECONDS_MAX, &expect->bound);
	return err == PLM_OK ? expect_since(line, expect) : err;
}

/* at most|least N [per S] [during | until S] */
static plm_err
expect_count(scene_line *line, pli_scene_expect *expect)
{
	(void)line_takes(line, "at");
	bool least = line_takes(line, "least");
	if (!least && !line_takes(line, "most"))
		return line_wrong(line, "'at most' or 'at least' is wanted, not", line_word(line));
	expect->kind = least ? PLI_SCENE_LEAST : PLI_SCENE_MOST;
	plm_err err = line_number(line, 0, PLI_SCENE_COUNT_MAX, &expect->bound);
	if (err == PLM_OK && line_takes(line, "per"))
		err = line_seconds(line, &expect->per_ns);
	if (err != PLM_OK || !line_takes(line, "during"))
		return err == PLM_OK ? expect_until(line, expect) : err;
	expect->until_ns = expect->end_ns;
	return PLM_OK;
}

/* clock-off at most S [from S] [until S] */
static plm_err
expect_clock_off(scene_line *line, pli_scene_expect *expect)
{
	if (!line_takes(line, "at") || !line_takes(line, "most"))
		return line_wrong(line, "'at most' is wanted, not", line_word(line));
	expect->kind = PLI_SCENE_CLOCK_OFF;
	plm_err err = line_number(line, 0, SCENE_SECONDS_MAX, &expect->bound);
	if (err == PLM_OK && line_takes(line, "from"))
		err = line_seconds(line, &expect->strike_ns);
	return err == PLM_OK ? expect_until(line, expect) : err;
}

static plm_err
expect_read(scene_line *line, pli_scene_expect *expect)
{
	expect->kind = PLI_SCENE_NO_LIE;
	if (line_takes(line, "no"))
		return line_takes(line, "lie")
			   ? PLM_OK
			   : line_wrong(line, "'no lie' is wanted, not", line_word(line));
	(void)line_takes(line, "journal");
	expect->venues = line_venues(line);
	if (expect->venues == 0)
		expect->venues = scene_venues(line->scene);
	if (line_takes(line, "clock-off"))
		return expect_clock_off(line, expect);
	for (expect->what = 0; expect->what < PLI_SCENE_COUNTER_COUNT; expect->what++)
		if (line_takes(line, scene_counters[expect->what]))
			return expect_count(line, expect);
	return expect_state(line, expect);
}

static plm_err
line_expect(scene_line *line)
{
	pli_scene *scene = line->scene;
	if (scene->expects_count == PLI_SCENE_EXPECTS_MAX)
		return line_wrong(line, "too many expectations", (plm_slice){"", 0});
	pli_scene_expect *expect = &scene->expects[scene->expects_count++];
	*expect = (pli_scene_expect){
	    .line = line->number, .missed = plm_slice_is(line->words[0], "missed")};
	if (scene->strikes_count > 0) {
		const pli_fault_strike *strike = &scene->strikes[scene->strikes_count - 1];
		expect->strike_ns = strike->at_ns;
		expect->end_ns = strike->at_ns + strike->fault.duration_ns;
	}
	const char *rest = line->words[0].bytes;
	(void)snprintf(expect->text, sizeof expect->text, "%.*s",
	    (int)(line->whole.bytes + line->whole.size - rest), rest);
	plm_err err = expect_read(line, expect);
	return err == PLM_OK ? line_end(line) : err;
}

/* Lines */

static plm_err
line_copy(scene_line *line, char *ret_text, size_t size)
{
	plm_slice word = line_word(line);
	if (word.size == 0 || word.size >= size)
		return line_wrong(line, "a list is wanted, not", word);
	(void)snprintf(ret_text, size, "%.*s", (int)word.size, word.bytes);
	line->at++;
	return PLM_OK;
}

static plm_err
line_faults(scene_line *line)
{
	line->scene->by_seed = line_takes(line, "seed");
	return line->scene->by_seed
		   ? PLM_OK
		   : line_copy(line, line->scene->faults, sizeof line->scene->faults);
}

/* What "feeds" and "at" mean stands on it: it comes before them. */
static plm_err
line_venues_of_world(scene_line *line)
{
	pli_scene *scene = line->scene;
	plm_slice bad = {"", 0};
	uint32_t venues;
	if (scene->strikes_count > 0 || scene->expects_count > 0)
		return line_wrong(
		    line, "the world is said before what happens in it", (plm_slice){"", 0});
	plm_err err = line_copy(line, scene->world, sizeof scene->world);
	if (err == PLM_OK && pli_sim_venues_parse(scene->world, &venues, &bad) != PLM_OK)
		return line_wrong(line, "a world has no venue called", bad);
	return err;
}

static plm_err
line_world(scene_line *line)
{
	pli_scene *scene = line->scene;
	double number = 0;
	plm_err err;
	if (line_takes(line, "seed")) {
		err = line_number(line, 0, 9007199254740992.0, &number);
		scene->seed = (uint64_t)number;
	} else if (line_takes(line, "minutes")) {
		err = line_number(line, 1, SCENE_SECONDS_MAX / 60, &number);
		scene->duration_ns = (int64_t)number * 60 * PLM_NS_PER_S;
	} else if (line_takes(line, "seconds")) {
		err = line_number(line, 1, SCENE_SECONDS_MAX, &number);
		scene->duration_ns = (int64_t)number * PLM_NS_PER_S;
	} else if (line_takes(line, "faults")) {
		err = line_faults(line);
	} else if (line_takes(line, "world")) {
		err = line_venues_of_world(line);
	} else if (line_takes(line, "venues")) {
		err = line_copy(line, scene->venues, sizeof scene->venues);
	} else {
		return line_wrong(line, "no line begins with", line_word(line));
	}
	return err == PLM_OK ? line_end(line) : err;
}

static plm_err
line_read(scene_line *line)
{
	pli_scene *scene = line->scene;
	if (line->count == 0)
		return PLM_OK;
	if (line_takes(line, "at"))
		return line_at(line);
	if (line_takes(line, "expect") || line_takes(line, "missed"))
		return line->count == 1 ? line_wrong(line, "what is expected", line->words[0])
					: line_expect(line);
	if (plm_slice_is(line->words[0], "was") && line->count > 1) {
		const char *rest = line->words[1].bytes;
		(void)snprintf(scene->was, sizeof scene->was, "%.*s",
		    (int)(line->whole.bytes + line->whole.size - rest), rest);
		return PLM_OK;
	}
	if (plm_slice_is(line->words[0], "journal") && line->count == 2) {
		scene->no_journal = plm_slice_is(line->words[1], "none");
		return scene->no_journal
			   ? PLM_OK
			   : line_wrong(line, "'none' is wanted, not", line->words[1]);
	}
	return line_world(line);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void
line_split(scene_line *line)
{
	const char *at = line->whole.bytes, *end = at + line->whole.size;
	while (line->count < SCENE_WORDS_MAX) {
		while (at < end && is_blank(*at))
			at++;
		const char *word = at;
		while (at < end && !is_blank(*at))
			at++;
		if (at == word)
			break;
		line->words[line->count++] = (plm_slice){word, (size_t)(at - word)};
		line->whole.size = (size_t)(at - line->whole.bytes);
	}
}

/* What each expectation's watch ends with: the next strike, or the run. */
static void
scene_ends(pli_scene *scene)
{
	for (uint32_t i = 0; i < scene->expects_count; i++) {
		pli_scene_expect *expect = &scene->expects[i];
		if (expect->until_ns != 0)
			continue;
		expect->until_ns = scene->duration_ns;
		for (uint32_t k = scene->strikes_count; k > 0; k--)
			if (scene->strikes[k - 1].at_ns > expect->strike_ns)
				expect->until_ns = scene->strikes[k - 1].at_ns;
	}
}

plm_err
pli_scene_parse(plm_slice text, pli_scene *ret_scene, plm_fault *ret_fault)
{
	plm_err err = PLM_OK;
	uint32_t number = 0;
	*ret_scene = (pli_scene){.seed = 1, .duration_ns = 120 * PLM_NS_PER_S, .faults = "none"};
	for (size_t i = 0; i < text.size && err == PLM_OK;) {
		const char *end = memchr(text.bytes + i, '\n', text.size - i);
		size_t size = end == NULL ? text.size - i : (size_t)(end - text.bytes) - i;
		const char *remark = memchr(text.bytes + i, '#', size);
		scene_line line = {.scene = ret_scene,
		    .fault = ret_fault,
		    .number = ++number,
		    .whole = {
			text.bytes + i, remark == NULL ? size : (size_t)(remark - text.bytes) - i}};
		line_split(&line);
		err = line_read(&line);
		i += size + 1;
	}
	scene_ends(ret_scene);
	return err;
}

void
pli_scene_last(pli_scene *scene, int64_t duration_ns)
{
	for (uint32_t i = 0; i < scene->expects_count; i++)
		if (scene->expects[i].until_ns == scene->duration_ns)
			scene->expects[i].until_ns = duration_ns;
	scene->duration_ns = duration_ns;
}

pli_simulation_config
pli_scene_config(const pli_scene *scene)
{
	return (pli_simulation_config){.seed = scene->seed,
	    .duration_ns = scene->duration_ns,
	    .world = scene->world,
	    .faults = scene->by_seed ? NULL : scene->faults,
	    .venues = scene->venues[0] == '\0' ? NULL : scene->venues,
	    .strikes = scene->strikes,
	    .strikes_count = scene->strikes_count,
	    .no_journal = scene->no_journal};
}
