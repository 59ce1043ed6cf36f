/* sim_file.c: the keeper of a book in a file, and the file's faults. */
#include "sim/sim_file.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sim_number.h"

enum {
	FILE_TEXT_MAX = 4096,
	FILE_BYTES_MAX = 8 << 20, /* what the program reads */
	FILE_ROWS_MAX = 16000,
	FILE_GROWN_BYTES = FILE_BYTES_MAX + (64 << 10),
	FILE_LINE_MAX = 48,
	FILE_WAIT_S_MEAN = 4,
};

const char pli_sim_file_account[] = "desk", pli_sim_file_path[] = "book.csv";

static const char file_header[] =
    "type,symbol,quantity,unit,multiplier,entry_price,mark_price,index_price,delta,asset,wallet,"
    "usd\n";

/* One of each way in which a size can be counted. lot: by how much quantities move, thousandths. */
static const struct {
	const char *symbol; /* of the option: its beginning */
	const char *unit, *delta;
	pli_sim_asset coin, quote;
	int64_t quantity, lot, multiplier;
} file_rows[PLI_SIM_FILE_ROWS] = {
    {"BTC/USDT:USDT", "coins", "", PLI_SIM_BTC, PLI_SIM_USDT, 12500, 100, 0},
    {"ETH/USD:ETH", "usd", "", PLI_SIM_ETH, PLI_SIM_USD, -250000000, 10000, 0},
    {"SOL/USDT:USDT", "contracts", "", PLI_SIM_SOL, PLI_SIM_USDT, -900000, 1000, 10000},
    {"XRP/USD:XRP", "contracts", "", PLI_SIM_XRP, PLI_SIM_USD, 4100000, 1000, 10000},
    {"BTC/USD:BTC", "contracts", "0.41", PLI_SIM_BTC, PLI_SIM_USD, -10000, 1000, 1000},
};

/* Nothing is written so long behind a change that date and size do not tell. */
#define FILE_UNDATED_NS (60 * PLM_NS_PER_S)

enum { FILE_OPTION = PLI_SIM_FILE_ROWS - 1, FILE_SIZED_FIRST = 2, FILE_SIZED_COUNT = 2 };

static const struct {
	const char *asset;
	int64_t cash;
} file_wallets[PLI_SIM_FILE_WALLETS] = {{"BTC", 3200}, {"USDT", 150000000}};

static const char *const file_faults[PLI_SIM_FILE_FAULT_COUNT] = {
#define X(name, text) text,
    PLI_SIM_FILE_FAULTS(X)
#undef X
};

struct pli_sim_file {
	pli_seeded_disk *disk;
	const pli_seeded_clock *clock;
	const pli_sim_market *market;
	pli_random random;
	char option[PLI_SIM_NAME_MAX];
	plm_decimal index[PLI_SIM_FILE_ROWS]; /* as the file last said */
	plm_time_ns modified_ns;
	plm_time_ns next_ns;
	plm_time_ns broken_ns, mend_ns; /* 0: it is good */
	const char *why;
	uint64_t versions_count; /* ever */
	pli_sim_file_version versions[PLI_SIM_FILE_VERSIONS_MAX];
	char text[FILE_TEXT_MAX];
	size_t size;
};

const char *
pli_sim_file_symbol(const pli_sim_file *file, uint32_t row)
{
	assert(row < PLI_SIM_FILE_ROWS);
	return row == FILE_OPTION ? file->option : file_rows[row].symbol;
}

const char *
pli_sim_file_asset(uint32_t wallet)
{
	assert(wallet < PLI_SIM_FILE_WALLETS);
	return file_wallets[wallet].asset;
}

plm_decimal
pli_sim_file_decimal(int64_t thousandths)
{
	return pli_sim_divide(plm_decimal_from_int(thousandths), plm_decimal_from_int(1000));
}

uint64_t
pli_sim_file_versions(const pli_sim_file *file)
{
	return file->versions_count;
}

const pli_sim_file_version *
pli_sim_file_version_get(const pli_sim_file *file, uint64_t number)
{
	assert(number < file->versions_count &&
	       file->versions_count - number <= PLI_SIM_FILE_VERSIONS_MAX);
	return &file->versions[number % PLI_SIM_FILE_VERSIONS_MAX];
}

plm_time_ns
pli_sim_file_broken_since(const pli_sim_file *file, const char **ret_why)
{
	*ret_why = file->why;
	return file->broken_ns;
}

/* Versions */

static pli_sim_file_version *
file_version(pli_sim_file *file)
{
	return &file->versions[(file->versions_count - 1) % PLI_SIM_FILE_VERSIONS_MAX];
}

/* The next version begins as a copy of the last. */
static pli_sim_file_version *
file_version_add(pli_sim_file *file, bool unseen)
{
	pli_sim_file_version *last = file_version(file);
	pli_sim_file_version *next =
	    &file->versions[file->versions_count++ % PLI_SIM_FILE_VERSIONS_MAX];
	*next = *last;
	last->until_ns = file->clock->steady_ns;
	last->unseen = unseen;
	return next;
}

/* Text */

static void __attribute__((format(printf, 2, 3)))
file_print(pli_sim_file *file, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	file->size += (size_t)vsnprintf(
	    file->text + file->size, FILE_TEXT_MAX - file->size, format, arguments);
	va_end(arguments);
	assert(file->size < FILE_TEXT_MAX);
}

/* 1234 thousandths: "1.234". */
static const char *
file_number(int64_t thousandths, char ret_text[32])
{
	int64_t size = thousandths < 0 ? -thousandths : thousandths;
	(void)snprintf(ret_text, 32, "%s%" PRId64 ".%03" PRId64, thousandths < 0 ? "-" : "",
	    size / 1000, size % 1000);
	return ret_text;
}

static void
file_print_row(pli_sim_file *file, const pli_sim_file_version *version, uint32_t row)
{
	char quantity[32], multiplier[32] = "", index[PLI_SIM_FIXED_MAX];
	const char *mark = pli_sim_fixed(file->index[row], 4, index);
	if (version->multiplier[row] != 0)
		(void)file_number(version->multiplier[row], multiplier);
	bool option = row == FILE_OPTION; /* what it is worth in coins */
	file_print(file, "position,%s,%s,%s,%s,%s,%s,%s,%s,,,\n", pli_sim_file_symbol(file, row),
	    file_number(version->quantity[row], quantity), file_rows[row].unit, multiplier,
	    option ? "0.06" : mark, option ? "0.0525" : mark, mark, file_rows[row].delta);
}

static void
file_print_all(pli_sim_file *file)
{
	const pli_sim_file_version *version = file_version(file);
	char cash[32];
	file->size = 0;
	file_print(file, "%s", file_header);
	for (uint32_t row = 0; row < PLI_SIM_FILE_ROWS; row++)
		file_print_row(file, version, row);
	for (uint32_t i = 0; i < PLI_SIM_FILE_WALLETS; i++)
		file_print(file, "balance,,,,,,,,,%s,%s,\n", file_wallets[i].asset,
		    file_number(version->wallet[i], cash));
	file_print(file, "rate,,,,,,,,,USDT,,0.9998\n");
}

static void
file_put(pli_sim_file *file, plm_time_ns modified_ns)
{
	file->modified_ns = modified_ns;
	pli_seeded_disk_put(
	    file->disk, pli_sim_file_path, (plm_slice){file->text, file->size}, modified_ns);
}

static void
file_write(pli_sim_file *file)
{
	for (uint32_t row = 0; row < PLI_SIM_FILE_ROWS; row++)
		file->index[row] =
		    file->market->coins[file_rows[row].coin].index[file_rows[row].quote];
	file_print_all(file);
	file_put(file, pli_seeded_clock_true_ns(file->clock));
}

/* The keeper */

/* One position and now and then a wallet moves. */
static void
file_move(pli_sim_file *file)
{
	pli_sim_file_version *version = file_version_add(file, false);
	uint64_t row = pli_random_below(&file->random, PLI_SIM_FILE_ROWS);
	int64_t lots = (int64_t)pli_random_below(&file->random, 21) - 10;
	version->quantity[row] += lots * file_rows[row].lot;
	if (pli_random_below(&file->random, 8) == 0)
		version->quantity[row] = 0; /* closed */
	if (pli_random_below(&file->random, 4) == 0)
		version->wallet[row % PLI_SIM_FILE_WALLETS] += 7 * lots;
}

static void
file_wait(pli_sim_file *file)
{
	file->next_ns = file->clock->steady_ns +
			pli_seeded_wait(&file->random, FILE_WAIT_S_MEAN * PLM_NS_PER_S);
}

plm_time_ns
pli_sim_file_next(const pli_sim_file *file)
{
	return file->broken_ns != 0 ? file->mend_ns : file->next_ns;
}

void
pli_sim_file_work(pli_sim_file *file)
{
	if (file->clock->steady_ns < pli_sim_file_next(file))
		return;
	file->broken_ns = file->mend_ns = 0;
	file->why = "";
	file_move(file);
	file_write(file);
	file_wait(file);
}

pli_sim_file *
pli_sim_file_create(pli_seeded_disk *disk, const pli_seeded_clock *clock,
    const pli_sim_market *market, uint64_t seed)
{
	pli_sim_file *file = calloc(1, sizeof *file);
	int year, month, date;
	if (file == NULL)
		return NULL;
	file->disk = disk;
	file->clock = clock;
	file->market = market;
	file->why = "";
	pli_seeded_stream(&file->random, seed, "file");
	plm_time_to_date(market->expiries_ns[PLI_SIM_EXPIRIES - 1], &year, &month, &date);
	(void)snprintf(file->option, sizeof file->option, "%s-%02d%02d%02d-100000-C",
	    file_rows[FILE_OPTION].symbol, year % 100, month, date);
	file->versions_count = 1;
	pli_sim_file_version *version = file_version(file);
	version->until_ns = INT64_MAX;
	for (uint32_t row = 0; row < PLI_SIM_FILE_ROWS; row++) {
		version->quantity[row] = file_rows[row].quantity;
		version->multiplier[row] = file_rows[row].multiplier;
	}
	for (uint32_t i = 0; i < PLI_SIM_FILE_WALLETS; i++)
		version->wallet[i] = file_wallets[i].cash;
	file_write(file);
	file_wait(file);
	return file;
}

void
pli_sim_file_destroy(pli_sim_file *file)
{
	free(file);
}

/* Faults */

static void
file_take_away(const pli_sim_file *file)
{
	pli_disk table = pli_seeded_disk_table(file->disk);
	(void)table.remove(table.ctx, pli_sim_file_path);
}

/* Where the row's line begins in the text. */
static size_t
file_line(const pli_sim_file *file, uint32_t row)
{
	const char *at = file->text;
	for (uint32_t i = 0; i <= row; i++)
		at = strchr(at, '\n') + 1;
	return (size_t)(at - file->text);
}

/* Cut inside a line, so that it can be seen: between two lines it would be a shorter file. */
static void
file_break_half(pli_sim_file *file, uint64_t choice)
{
	size_t line = file_line(file, (uint32_t)(choice % PLI_SIM_FILE_ROWS));
	file->size = line + sizeof "position," + choice % 8;
	file_put(file, pli_seeded_clock_true_ns(file->clock));
}

/* Rows before the wrong one are right. */
static void
file_break_value(pli_sim_file *file, uint64_t choice)
{
	static const char *const values[] = {"1,5", "12x", "", "1e999"};
	size_t line = file_line(file, (uint32_t)(choice % PLI_SIM_FILE_ROWS));
	char rest[FILE_TEXT_MAX];
	char *quantity = strchr(strchr(file->text + line, ',') + 1, ',') + 1;
	(void)snprintf(rest, sizeof rest, "%s", strchr(quantity, ','));
	file->size = (size_t)(quantity - file->text);
	file_print(file, "%s%s", values[choice / PLI_SIM_FILE_ROWS % 4], rest);
	file_put(file, pli_seeded_clock_true_ns(file->clock));
}

/* By remarks to more bytes than are read, or by prices to more rows. */
static void
file_break_grown(pli_sim_file *file, uint64_t choice)
{
	char *text = malloc(FILE_GROWN_BYTES);
	if (text == NULL)
		return; /* the disk's own memory may well be next; the fault is left out */
	memcpy(text, file->text, file->size);
	size_t size = file->size;
	for (uint32_t i = 0; choice % 2 == 0 ? size <= FILE_BYTES_MAX : i <= FILE_ROWS_MAX; i++)
		size += (size_t)snprintf(text + size, FILE_LINE_MAX,
		    choice % 2 == 0 ? "# remark %u, of no use to anybody\n"
				    : "price,C%u/USD,,,,,1.5,,,,,\n",
		    i);
	assert(size < FILE_GROWN_BYTES);
	plm_time_ns now_ns = pli_seeded_clock_true_ns(file->clock);
	pli_seeded_disk_put(file->disk, pli_sim_file_path, (plm_slice){text, size}, now_ns);
	file->modified_ns = now_ns;
	free(text);
}

/* A position differs in its last digit; all else, to the date of the file, is as it was. */
static void
file_change_undated(pli_sim_file *file, uint64_t choice)
{
	pli_sim_file_version *version = file_version_add(file, true);
	int64_t *quantity = &version->quantity[choice % PLI_SIM_FILE_ROWS];
	int64_t sign = *quantity < 0 ? -1 : 1;
	*quantity += sign * (*quantity * sign % 10 == 9 ? -1 : 1); /* as many digits */
	file_print_all(file);
	file_put(file, file->modified_ns);
	file->next_ns = file->clock->steady_ns + FILE_UNDATED_NS;
}

static void
file_change_size(pli_sim_file *file, uint64_t choice)
{
	pli_sim_file_version *version = file_version_add(file, false);
	int64_t *size = &version->multiplier[FILE_SIZED_FIRST + choice % FILE_SIZED_COUNT];
	*size = *size > 10000 || (choice / 2 % 2 == 0 && *size > 1000) ? *size / 10 : *size * 10;
	file_write(file);
}

bool
pli_sim_file_break(
    pli_sim_file *file, pli_sim_file_fault fault, int64_t duration_ns, uint64_t choice)
{
	if (file->broken_ns != 0)
		return false;
	switch (fault) {
	case PLI_SIM_FILE_OLD:
		file_move(file);
		file_write(file);
		file_put(file, file->modified_ns - 3600 * PLM_NS_PER_S);
		return true;
	case PLI_SIM_FILE_UNDATED:
		file_change_undated(file, choice);
		return true;
	case PLI_SIM_FILE_SIZE:
		file_change_size(file, choice);
		return true;
	case PLI_SIM_FILE_HALF:
		file_break_half(file, choice);
		break;
	case PLI_SIM_FILE_BAD:
		file_break_value(file, choice);
		break;
	case PLI_SIM_FILE_GROWN:
		file_break_grown(file, choice);
		break;
	default:
		file_take_away(file);
		break;
	}
	file->why = file_faults[fault];
	file->broken_ns = file->clock->steady_ns;
	file->mend_ns = file->broken_ns + duration_ns;
	return true;
}
