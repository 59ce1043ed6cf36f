/* mark_row.c: a mark from the members of a payload. */
#include "venue/mark_row.h"

static plm_decimal
mark_price(pli_row *r, uint32_t node, pli_mark_of of)
{
	plm_decimal value = pli_row_decimal_at(r, node);
	if (!plm_decimal_is_known(value))
		pli_row_fail_at(r, node, "an object with a \"mark_price\"");
	int sign = plm_decimal_sign(value);
	bool none = of == PLI_MARK_OF_COMBO ? false
					    : sign < 0 || (sign == 0 && of == PLI_MARK_OF_FUTURE);
	return none ? plm_decimal_unknown() : value;
}

static plm_decimal
mark_side_price(pli_row *r, uint32_t node)
{
	plm_decimal value = pli_row_decimal_at(r, node);
	return plm_decimal_sign(value) > 0 ? value : plm_decimal_unknown();
}

void
pli_mark_read(
    pli_row *r, const uint32_t members[PLI_MARK_MEMBERS], pli_mark_of of, plm_event *ret_event)
{
	plm_mark *mark = &ret_event->u.mark;
	plm_event_init(ret_event, PLM_EVENT_MARK);
	ret_event->venue_time_ns = pli_row_time_at(r, members[PLI_MARK_TIME]);
	mark->mark_price = mark_price(r, members[PLI_MARK_PRICE], of);
	mark->index_price = mark_side_price(r, members[PLI_MARK_INDEX_PRICE]);
	mark->underlying_price = mark_side_price(r, members[PLI_MARK_UNDERLYING_PRICE]);
	mark->mark_iv = pli_row_double_at(r, members[PLI_MARK_IV]);
	mark->funding_rate = pli_row_double_at(r, members[PLI_MARK_FUNDING]);
	mark->delta = pli_row_double_at(r, members[PLI_MARK_DELTA]);
	mark->gamma = pli_row_double_at(r, members[PLI_MARK_GAMMA]);
	mark->vega = pli_row_double_at(r, members[PLI_MARK_VEGA]);
	mark->theta = pli_row_double_at(r, members[PLI_MARK_THETA]);
	mark->rho = pli_row_double_at(r, members[PLI_MARK_RHO]);
}
