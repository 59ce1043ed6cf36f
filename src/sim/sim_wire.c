/* sim_wire.c: frames to clients, with faults on the way. */
#include "sim/sim_wire.h"

#include <assert.h>
#include <string.h>

static const struct {
	const char *name;
	uint32_t count;
	uint32_t duration_ms;
	const char *help;
} fault_rows[PLI_SIM_FAULT_COUNT] = {
#define X(name, text, count, duration, help) {text, count, duration, help},
    PLI_SIM_FAULTS(X)
#undef X
};

pli_sim_fault
pli_sim_fault_find(plm_slice name)
{
	for (int i = 0; i < PLI_SIM_FAULT_COUNT; i++)
		if (plm_slice_is(name, fault_rows[i].name))
			return (pli_sim_fault)i;
	return PLI_SIM_FAULT_COUNT;
}

bool
pli_sim_faults_parse(const char *list, uint32_t *ret_faults, plm_slice *ret_bad)
{
	*ret_faults = strcmp(list, "all") == 0 ? (1u << PLI_SIM_FAULT_COUNT) - 1 : 0;
	for (const char *at = list; *ret_faults == 0 || *at == ','; at += strcspn(at, ",")) {
		at += *at == ',';
		plm_slice name = {at, strcspn(at, ",")};
		pli_sim_fault fault = pli_sim_fault_find(name);
		*ret_bad = name;
		if (fault == PLI_SIM_FAULT_COUNT)
			return false;
		*ret_faults |= 1u << fault;
	}
	return true;
}

const char *
pli_sim_fault_name(pli_sim_fault fault)
{
	assert(fault < PLI_SIM_FAULT_COUNT);
	return fault_rows[fault].name;
}

const char *
pli_sim_fault_help(pli_sim_fault fault)
{
	assert(fault < PLI_SIM_FAULT_COUNT);
	return fault_rows[fault].help;
}

bool
pli_sim_wire_connect(pli_sim_wire *wire, uint32_t client)
{
	if (wire->clients_count == PLI_SIM_WIRE_CLIENTS_MAX)
		return false;
	wire->frozen[wire->clients_count] = false;
	wire->clients[wire->clients_count++] = client;
	return true;
}

void
pli_sim_wire_disconnect(pli_sim_wire *wire, uint32_t client)
{
	for (uint32_t i = 0; i < wire->clients_count; i++) {
		if (wire->clients[i] != client)
			continue;
		wire->clients_count--;
		wire->clients[i] = wire->clients[wire->clients_count];
		wire->frozen[i] = wire->frozen[wire->clients_count];
	}
	if (wire->held_client == client)
		wire->held_size = 0;
}

static bool
wire_is_connected(const pli_sim_wire *wire, uint32_t client)
{
	for (uint32_t i = 0; i < wire->clients_count; i++)
		if (wire->clients[i] == client)
			return true;
	return false;
}

static void
wire_send(pli_sim_wire *wire, uint32_t client, plm_slice text)
{
	if (!wire_is_connected(wire, client))
		return;
	if (wire->server.send(wire->server.ctx, client, text) == PLM_EFULL)
		wire->server.disconnect(wire->server.ctx, client, true);
}

/* Room for size bytes at *ret_at in the ring of slow bytes; a frame never wraps. */
static bool
wire_slow_room(const pli_sim_wire *wire, size_t size, uint32_t *ret_at)
{
	if (wire->slow_count == PLI_SIM_SLOW_FRAMES || size >= PLI_SIM_SLOW_BYTES)
		return false;
	uint32_t first = wire->slow_count == 0 ? 0 : wire->slow[wire->slow_first].at;
	uint32_t end = wire->slow_count == 0 ? 0 : wire->slow_end;
	bool wrapped = wire->slow_count > 0 && end <= first;
	if (!wrapped && PLI_SIM_SLOW_BYTES - end >= size) {
		*ret_at = end;
		return true;
	}
	*ret_at = wrapped ? end : 0;
	return wire->slow_count > 0 && first - *ret_at > size;
}

static void
wire_later_or_now(pli_sim_wire *wire, uint32_t client, plm_slice text)
{
	uint32_t at, end = wire->slow_first + wire->slow_count;
	plm_time_ns due_ns = wire->now_ns;
	if (pli_sim_wire_active(wire, PLI_SIM_FAULT_SLOW))
		due_ns += PLI_SIM_SLOW_MS * PLM_NS_PER_MS;
	else if (wire->slow_count > 0) /* its end: in order, and no later than the last one */
		due_ns = wire->slow[(end - 1) % PLI_SIM_SLOW_FRAMES].due_ns;
	if (due_ns <= wire->now_ns || !wire_slow_room(wire, text.size, &at)) {
		wire_send(wire, client, text);
		return;
	}
	wire->slow_count++;
	wire->slow[end % PLI_SIM_SLOW_FRAMES] = (pli_sim_slow_frame){
	    .client = client, .size = (uint32_t)text.size, .at = at, .due_ns = due_ns};
	memcpy(wire->slow_bytes + at, text.bytes, text.size);
	wire->slow_end = at + (uint32_t)text.size;
}

/* Sends what reorder held back, if anything. */
static void
wire_release(pli_sim_wire *wire)
{
	plm_slice held = {wire->held, wire->held_size};
	wire->held_size = 0;
	if (held.size > 0)
		wire_later_or_now(wire, wire->held_client, held);
}

void
pli_sim_wire_tick(pli_sim_wire *wire, plm_time_ns now_ns)
{
	wire->now_ns = now_ns;
	while (wire->slow_count > 0) {
		pli_sim_slow_frame frame = wire->slow[wire->slow_first];
		if (frame.due_ns > now_ns)
			break;
		wire_send(wire, frame.client, (plm_slice){wire->slow_bytes + frame.at, frame.size});
		wire->slow_first = (wire->slow_first + 1) % PLI_SIM_SLOW_FRAMES;
		wire->slow_count--;
	}
	if (wire->until_ns[PLI_SIM_FAULT_REORDER] <= now_ns)
		wire_release(wire);
	bool stalled = wire->until_ns[PLI_SIM_FAULT_STALL] > now_ns;
	for (uint32_t i = 0; !stalled && i < wire->clients_count; i++) {
		if (!wire->frozen[i])
			continue;
		wire->frozen[i] = false;
		wire->server.freeze(wire->server.ctx, wire->clients[i], false);
	}
}

static void
wire_drop_all(pli_sim_wire *wire)
{
	/* on_disconnect may come from inside and change the list: count what was there. */
	uint32_t clients[PLI_SIM_WIRE_CLIENTS_MAX];
	uint32_t count = wire->clients_count;
	memcpy(clients, wire->clients, count * sizeof clients[0]);
	for (uint32_t i = 0; i < count; i++)
		wire->server.disconnect(wire->server.ctx, clients[i], true);
	wire->touched[PLI_SIM_FAULT_DROP] += count;
}

static void
wire_freeze_all(pli_sim_wire *wire)
{
	for (uint32_t i = 0; i < wire->clients_count; i++) {
		wire->frozen[i] = true;
		wire->server.freeze(wire->server.ctx, wire->clients[i], true);
		wire->touched[PLI_SIM_FAULT_STALL]++;
	}
}

void
pli_sim_wire_fault(pli_sim_wire *wire, pli_sim_fault fault, uint32_t count, uint32_t duration_ms)
{
	assert(fault < PLI_SIM_FAULT_COUNT);
	wire->fired[fault]++;
	wire->left[fault] = count != 0 ? count : fault_rows[fault].count;
	uint32_t ms = duration_ms != 0 ? duration_ms : fault_rows[fault].duration_ms;
	wire->until_ns[fault] = wire->now_ns + (int64_t)ms * PLM_NS_PER_MS;
	if (fault == PLI_SIM_FAULT_DROP)
		wire_drop_all(wire);
	else if (fault == PLI_SIM_FAULT_STALL)
		wire_freeze_all(wire);
}

bool
pli_sim_wire_active(pli_sim_wire *wire, pli_sim_fault fault)
{
	bool active = fault_rows[fault].count == 0 && wire->until_ns[fault] > wire->now_ns;
	wire->touched[fault] += active;
	return active;
}

bool
pli_sim_wire_take(pli_sim_wire *wire, pli_sim_fault fault)
{
	if (fault_rows[fault].count == 0 || wire->left[fault] == 0 ||
	    wire->until_ns[fault] <= wire->now_ns)
		return false;
	wire->left[fault]--;
	wire->touched[fault]++;
	return true;
}

static bool
wire_hold(pli_sim_wire *wire, uint32_t client, plm_slice text)
{
	if (wire->held_size != 0 || text.size > PLI_SIM_HELD_BYTES)
		return false;
	if (!pli_sim_wire_take(wire, PLI_SIM_FAULT_REORDER))
		return false;
	memcpy(wire->held, text.bytes, text.size);
	wire->held_size = (uint32_t)text.size;
	wire->held_client = client;
	return true;
}

void
pli_sim_wire_event(pli_sim_wire *wire, uint32_t client, plm_slice text, bool of_account)
{
	static const char *const broken[] = {
	    "{\"e\":\"ACCOUNT_UPDATE\",\"a\":{\"B\":[{\"a\":\"USDT\",\"wb\":",
	    "\x01\x02garbage\xff\xfe",
	    "{\"method\":\"subscription\",\"params\":{\"data\":{\"size\":nan}}}"};
	if (of_account && pli_sim_wire_take(wire, PLI_SIM_FAULT_GAP))
		return;
	if (pli_sim_wire_take(wire, PLI_SIM_FAULT_GARBAGE)) {
		uint64_t which = wire->touched[PLI_SIM_FAULT_GARBAGE] % 3;
		wire_later_or_now(wire, client, plm_slice_of(broken[which]));
	}
	if (of_account && wire_hold(wire, client, text))
		return;
	wire_later_or_now(wire, client, text);
	if (of_account && pli_sim_wire_take(wire, PLI_SIM_FAULT_DUPLICATE))
		wire_later_or_now(wire, client, text);
	if (of_account && wire->held_client == client)
		wire_release(wire);
}

void
pli_sim_wire_reply(pli_sim_wire *wire, uint32_t client, plm_slice text)
{
	wire_later_or_now(wire, client, text);
}
