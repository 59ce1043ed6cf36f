/* time.c: instants as text and as dates (proleptic Gregorian, UTC, no leap seconds). */
#include "plimsoll/time.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "plimsoll/decimal.h"

/* Days from 1970-01-01 to 0000-03-01, the start of a 400-year cycle that ends in February. */
static const int64_t days_to_cycle = 719468;
static const int64_t days_per_cycle = 146097;

static int64_t
time_floor_divide(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t
time_days_of_date(int64_t year, int month, int day)
{
	int64_t shifted = year - (month <= 2);
	int64_t cycle = time_floor_divide(shifted, 400);
	int64_t year_of_cycle = shifted - cycle * 400;
	int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int64_t day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 +
			       day_of_year;
	return cycle * days_per_cycle + day_of_cycle - days_to_cycle;
}

static void
time_date_of_days(int64_t days, int *ret_year, int *ret_month, int *ret_day)
{
	int64_t shifted = days + days_to_cycle;
	int64_t cycle = time_floor_divide(shifted, days_per_cycle);
	int64_t day = shifted - cycle * days_per_cycle;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t day_of_year = day - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * day_of_year + 2) / 153;
	*ret_day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	*ret_month = (int)(month < 10 ? month + 3 : month - 9);
	*ret_year = (int)(year + cycle * 400 + (*ret_month <= 2));
}

plm_time_ns
plm_time_of_date(int year, int month, int day)
{
	assert(month >= 1 && month <= 12);
	assert(day >= 1 && day <= 31);
	return time_days_of_date(year, month, day) * PLM_NS_PER_DAY;
}

void
plm_time_to_date(plm_time_ns time_ns, int *ret_year, int *ret_month, int *ret_day)
{
	assert(ret_year != NULL && ret_month != NULL && ret_day != NULL);
	time_date_of_days(time_floor_divide(time_ns, PLM_NS_PER_DAY), ret_year, ret_month, ret_day);
}

/* ---- text ---- */

static char *
time_put(char *out, int64_t value, int digits, char behind)
{
	for (int i = digits - 1; i >= 0; i--) {
		out[i] = (char)('0' + (int)(value % 10));
		value /= 10;
	}
	out[digits] = behind;
	return out + digits + 1;
}

char *
plm_time_format(plm_time_ns time_ns, char ret_text[PLM_TIME_TEXT_MAX])
{
	int year, month, day;
	int64_t days = time_floor_divide(time_ns, PLM_NS_PER_DAY);
	int64_t seconds = time_floor_divide(time_ns, PLM_NS_PER_S);
	int64_t second_of_day = seconds - days * 86400;
	int64_t fraction = time_ns % PLM_NS_PER_S;
	fraction += fraction < 0 ? PLM_NS_PER_S : 0;
	time_date_of_days(days, &year, &month, &day);
	char *out = time_put(ret_text, year, 4, '-');
	out = time_put(out, month, 2, '-');
	out = time_put(out, day, 2, 'T');
	out = time_put(out, second_of_day / 3600, 2, ':');
	out = time_put(out, second_of_day / 60 % 60, 2, ':');
	out = time_put(out, second_of_day % 60, 2, fraction == 0 ? 'Z' : '.');
	if (fraction % PLM_NS_PER_US != 0)
		out = time_put(out, fraction, 9, 'Z');
	else if (fraction % PLM_NS_PER_MS != 0)
		out = time_put(out, fraction / PLM_NS_PER_US, 6, 'Z');
	else if (fraction != 0)
		out = time_put(out, fraction / PLM_NS_PER_MS, 3, 'Z');
	*out = '\0';
	return ret_text;
}

static bool
time_is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* Takes `digits` digits and then `behind` (0: nothing) off *text. */
static bool
time_take(plm_slice *text, int digits, char behind, int *ret_value)
{
	size_t size = (size_t)digits + (behind != 0);
	int value = 0;
	if (text->size < size || (behind != 0 && text->bytes[digits] != behind))
		return false;
	for (int i = 0; i < digits; i++) {
		if (!time_is_digit(text->bytes[i]))
			return false;
		value = value * 10 + (text->bytes[i] - '0');
	}
	text->bytes += size;
	text->size -= size;
	*ret_value = value;
	return true;
}

static bool
time_take_date(plm_slice *text, int64_t *ret_days)
{
	static const uint8_t days_of_month[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year, month, day;
	if (!time_take(text, 4, '-', &year) || !time_take(text, 2, '-', &month) ||
	    !time_take(text, 2, 0, &day))
		return false;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	if (month < 1 || month > 12 || day < 1 || day > days_of_month[month - 1])
		return false;
	if (month == 2 && day == 29 && !leap)
		return false;
	*ret_days = time_days_of_date(year, month, day);
	return true;
}

/* ".125": digits past the ninth are dropped. */
static bool
time_take_fraction(plm_slice *text, int64_t *ret_ns)
{
	int64_t ns = 0;
	int64_t weight = PLM_NS_PER_S / 10;
	*ret_ns = 0;
	if (text->size == 0 || text->bytes[0] != '.')
		return true;
	size_t used = 1;
	while (used < text->size && time_is_digit(text->bytes[used])) {
		ns += (text->bytes[used] - '0') * weight;
		weight /= 10;
		used++;
	}
	text->bytes += used;
	text->size -= used;
	*ret_ns = ns;
	return used > 1;
}

/* "Z" or "+01:00". */
static bool
time_take_offset(plm_slice *text, int64_t *ret_seconds)
{
	int hour, minute;
	char first = text->size == 0 ? '\0' : text->bytes[0];
	if (first != 'Z' && first != 'z' && first != '+' && first != '-')
		return false;
	text->bytes++;
	text->size--;
	*ret_seconds = 0;
	if (first == 'Z' || first == 'z')
		return true;
	if (!time_take(text, 2, ':', &hour) || !time_take(text, 2, 0, &minute))
		return false;
	*ret_seconds = (hour * 3600 + minute * 60) * (first == '-' ? -1 : 1);
	return hour <= 23 && minute <= 59;
}

static plm_err
time_parse_date(plm_slice text, plm_time_ns *ret_time_ns)
{
	int64_t days, fraction, offset;
	int hour, minute, second;
	if (!time_take_date(&text, &days) || text.size == 0 ||
	    strchr("Tt ", text.bytes[0]) == NULL || text.bytes[0] == '\0')
		return PLM_EPARSE;
	text.bytes++;
	text.size--;
	if (!time_take(&text, 2, ':', &hour) || !time_take(&text, 2, ':', &minute) ||
	    !time_take(&text, 2, 0, &second) || hour > 23 || minute > 59 || second > 60)
		return PLM_EPARSE;
	if (!time_take_fraction(&text, &fraction) || !time_take_offset(&text, &offset) ||
	    text.size != 0)
		return PLM_EPARSE;
	int64_t seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset;
	plm_int128 time_ns = (plm_int128)seconds * PLM_NS_PER_S + fraction;
	if (time_ns < INT64_MIN || time_ns > INT64_MAX)
		return PLM_EOVERFLOW;
	*ret_time_ns = (plm_time_ns)time_ns;
	return PLM_OK;
}

static plm_err
time_parse_number(plm_slice text, plm_time_ns *ret_time_ns)
{
	int64_t value = 0;
	for (size_t i = 0; i < text.size; i++) {
		if (!time_is_digit(text.bytes[i]))
			return PLM_EPARSE;
	}
	for (size_t i = 0; i < text.size; i++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, text.bytes[i] - '0', &value))
			return PLM_EOVERFLOW;
	}
	int64_t unit = text.size <= 11   ? PLM_NS_PER_S
		       : text.size <= 14 ? PLM_NS_PER_MS
		       : text.size <= 17 ? PLM_NS_PER_US
					 : 1;
	if (__builtin_mul_overflow(value, unit, &value))
		return PLM_EOVERFLOW;
	*ret_time_ns = value;
	return PLM_OK;
}

plm_err
plm_time_parse(plm_slice text, plm_time_ns *ret_time_ns)
{
	if (text.size == 0)
		return PLM_EPARSE;
	if (memchr(text.bytes, '-', text.size) == NULL)
		return time_parse_number(text, ret_time_ns);
	return time_parse_date(text, ret_time_ns);
}
