/* venue_clock.c: the shortest round trip tells most. */
#include "venue/venue_clock.h"

void
pli_venue_clock_read(
    pli_venue_clock *clock, plm_time_ns venue_ns, int64_t rtt_ns, plm_time_ns now_ns)
{
	if (clock->rtt_ns != 0)
		clock->rtt_ns += clock->rtt_ns / 4 + PLM_NS_PER_MS;
	if (rtt_ns < 0 || (clock->rtt_ns != 0 && rtt_ns > clock->rtt_ns))
		return;
	clock->rtt_ns = rtt_ns == 0 ? 1 : rtt_ns;
	clock->offset_ns = venue_ns - (now_ns - rtt_ns / 2);
}

void
pli_venue_clock_tell(const pli_venue_clock *clock, plm_venue_status *status)
{
	status->clock_offset_ns = clock->rtt_ns == 0 ? 0 : clock->offset_ns;
	status->clock_error_ns = clock->rtt_ns == 0 ? 0 : (clock->rtt_ns + 1) / 2 + PLM_NS_PER_MS;
}

void
pli_venue_clock_forget(pli_venue_clock *clock)
{
	clock->rtt_ns = 0;
}

plm_time_ns
pli_venue_time_follow(pli_venue_time *time, plm_time_ns wall_ns)
{
	int64_t passed_ns = wall_ns - time->wall_ns;
	bool broken = passed_ns < 0 || passed_ns > PLM_NS_PER_S;
	if (time->wall_ns == 0)
		time->time_ns = wall_ns;
	else if (broken)
		time->broken_ns = time->time_ns += passed_ns < 0 ? 1 : PLM_NS_PER_S;
	else
		time->time_ns += passed_ns;
	time->wall_ns = wall_ns;
	return time->time_ns;
}

bool
pli_venue_time_steps(const pli_venue_time *time, plm_time_ns wall_ns)
{
	int64_t step_ns = wall_ns - time->wall_ns;
	return time->wall_ns != 0 && (step_ns < 0 || step_ns > 2 * PLM_NS_PER_S);
}

void
pli_venue_clock_read_since(
    pli_venue_clock *clock, const pli_venue_time *time, plm_time_ns venue_ns, plm_time_ns sent_ns)
{
	if (sent_ns >= time->broken_ns)
		pli_venue_clock_read(clock, venue_ns, time->time_ns - sent_ns, time->wall_ns);
}

plm_time_ns
pli_venue_clock_follow(pli_venue_clock *clock, pli_venue_time *time, plm_time_ns wall_ns)
{
	if (pli_venue_time_steps(time, wall_ns)) {
		clock->offset_ns -= wall_ns - time->wall_ns;
		pli_venue_clock_forget(clock);
	}
	return pli_venue_time_follow(time, wall_ns);
}

int64_t
pli_venue_retry_ns(plm_time_ns sent_ns, plm_time_ns now_ns, uint32_t failures, uint32_t status)
{
	uint32_t doublings = failures - 1, most = status == 0 || status >= 500 ? 2 : 5;
	int64_t wait_ns = PLM_NS_PER_S << (doublings < most ? doublings : most);
	int64_t left_ns = sent_ns + wait_ns - now_ns;
	return left_ns < 0 ? 0 : left_ns;
}
