/* number_text.c: compact numbers for the terminal. */
#include "cli/number_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plimsoll/event.h"

/* digits_text: `significant` digits, fixed point; 9.9996 is "10.0", not "10.00". */
static void
digits_text(double size, int significant, char *ret_text)
{
	int whole = size >= 100 ? 3 : size >= 10 ? 2 : 1;
	int places = significant > whole ? significant - whole : 0;

	(void)snprintf(ret_text, PLI_NUMBER_TEXT_MAX - 4, "%.*f", places, size);
	if (places > 0 && (int)strcspn(ret_text, ".") > whole)
		(void)snprintf(ret_text, PLI_NUMBER_TEXT_MAX - 4, "%.*f", places - 1, size);
}

/* scaled_text: false below a thousand. 999,950 is "1.00m", not "1000k". */
static bool
scaled_text(double size, int significant, char *ret_text)
{
	static const struct {
		double unit;
		const char *name;
	} units[] = {{1e12, "tn"}, {1e9, "bn"}, {1e6, "m"}, {1e3, "k"}};

	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		char below[PLI_NUMBER_TEXT_MAX];
		digits_text(size / (units[i].unit / 1000), significant, below);
		if (size < units[i].unit && strtod(below, NULL) < 1000)
			continue;
		digits_text(size / units[i].unit, significant, ret_text);
		strncat(ret_text, units[i].name, 3);
		return true;
	}
	return false;
}

static char *
signed_text(double value, bool plus, const char *text, char *ret_text)
{
	const char *sign = value < 0 ? "-" : plus ? "+" : "";

	(void)snprintf(ret_text, PLI_NUMBER_TEXT_MAX, "%s%.20s", sign, text);
	return ret_text;
}

static char *
plain_text(const char *text, char *ret_text)
{
	(void)snprintf(ret_text, PLI_NUMBER_TEXT_MAX, "%s", text);
	return ret_text;
}

char *
pli_usd_text(double value, bool plus, char ret_text[PLI_NUMBER_TEXT_MAX])
{
	double size = fabs(value);
	char text[PLI_NUMBER_TEXT_MAX];

	if (!isfinite(value))
		return plain_text("?", ret_text);
	if (size < 0.005)
		return plain_text(size > 0 ? "~0" : "0", ret_text);
	if (!scaled_text(size, 3, text))
		digits_text(size, size >= 100 ? 3 : 4, text);
	return signed_text(value, plus, text, ret_text);
}

char *
pli_coins_text(double value, bool plus, char ret_text[PLI_NUMBER_TEXT_MAX])
{
	double size = fabs(value);
	char text[PLI_NUMBER_TEXT_MAX];

	if (!isfinite(value))
		return plain_text("?", ret_text);
	if (size < 0.00005)
		return plain_text(size > 0 ? "~0" : "0", ret_text);
	if (size >= 99999.5)
		(void)scaled_text(size, 4, text);
	else if (size >= 999.95)
		(void)snprintf(text, sizeof text, "%.0f", size);
	else if (size < 1)
		(void)snprintf(text, sizeof text, "%.4f", size);
	else
		digits_text(size, 4, text);
	return signed_text(value, plus, text, ret_text);
}

char *
pli_share_text(double value, char ret_text[PLI_NUMBER_TEXT_MAX])
{
	double percent = trunc(value * 1000) / 10;

	if (!isfinite(value))
		return plain_text("?", ret_text);
	if (value >= 1 || percent <= 0)
		(void)snprintf(ret_text, PLI_NUMBER_TEXT_MAX, "%.0f%%", percent);
	else
		(void)snprintf(ret_text, PLI_NUMBER_TEXT_MAX, "%.1f%%", percent);
	return ret_text;
}

char *
pli_age_text(double seconds, char ret_text[PLI_NUMBER_TEXT_MAX])
{
	double s = seconds < 0 ? 0 : seconds;

	if (!isfinite(seconds) || seconds > 1e9)
		return plain_text("?", ret_text);
	if (s < 10)
		(void)snprintf(ret_text, PLI_NUMBER_TEXT_MAX, "%.1f s", s);
	else if (s < 120)
		(void)snprintf(ret_text, PLI_NUMBER_TEXT_MAX, "%.0f s", floor(s));
	else if (s < 7200)
		(void)snprintf(ret_text, PLI_NUMBER_TEXT_MAX, "%.0f min", floor(s / 60));
	else if (s < 172800)
		(void)snprintf(ret_text, PLI_NUMBER_TEXT_MAX, "%.0f h", floor(s / 3600));
	else
		(void)snprintf(ret_text, PLI_NUMBER_TEXT_MAX, "%.0f d", floor(s / 86400));
	return ret_text;
}

char *
pli_ratio_text(double value, char ret_text[PLI_NUMBER_TEXT_MAX])
{
	if (!isfinite(value))
		return plain_text("?", ret_text);
	(void)snprintf(ret_text, PLI_NUMBER_TEXT_MAX, fabs(value) >= 100 ? "%.0fx" : "%.2fx",
	    fabs(value) < 1e12 ? value : 1e12);
	return ret_text;
}

char *
pli_measure_text(plm_slice measure, double value, char ret_text[PLI_NUMBER_TEXT_MAX])
{
	if (plm_slice_is(measure, "net_usd") || plm_slice_is(measure, "gross_usd"))
		return pli_usd_text(value, false, ret_text);
	if (plm_slice_is(measure, "net_coins"))
		return pli_coins_text(value, false, ret_text);
	if (plm_slice_is(measure, "adl_rank") && !isnan(value)) {
		(void)snprintf(ret_text, PLI_NUMBER_TEXT_MAX, "%.1f of 5", value);
		return ret_text;
	}
	if (plm_slice_is(measure, "priced_share") || plm_slice_is(measure, "cushion") ||
	    plm_slice_is(measure, "margin_usage"))
		return pli_share_text(value, ret_text);
	bool sigmas = plm_slice_is(measure, "call_sigmas");
	if (value >= PLM_LIMIT_PCT_NONE && (sigmas || plm_slice_is(measure, "call_pct") ||
					       plm_slice_is(measure, "liquidation_pct")))
		return plain_text("none", ret_text);
	if (plm_slice_is(measure, "call_pct") || plm_slice_is(measure, "liquidation_pct") ||
	    plm_slice_is(measure, "residual_pct"))
		return pli_share_text(value / 100, ret_text);
	if (sigmas && isfinite(value)) {
		(void)snprintf(ret_text, PLI_NUMBER_TEXT_MAX, "%.2f sigmas", value);
		return ret_text;
	}
	if (plm_slice_is(measure, "age_s") || plm_slice_is(measure, "skew_s"))
		return pli_age_text(value, ret_text);
	return pli_ratio_text(value, ret_text);
}
