/* seeded_net_heap.c: deliveries, and the heap in which they wait. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/seeded_net_parts.h"

net_delivery *
pli_net_delivery_make(pli_seeded_net *net, net_kind kind, const plm_slice parts[NET_PARTS])
{
	size_t size = 0;
	for (int i = 0; parts != NULL && i < NET_PARTS; i++)
		size += parts[i].size + 1;
	net_delivery *d = malloc(sizeof *d + size);
	assert(d != NULL);
	*d = (net_delivery){
	    .kind = kind, .order = ++net->order, .why = "", .heap_bytes = sizeof *d + size};
	net->heap_bytes += d->heap_bytes;
	char *at = d->bytes;
	for (int i = 0; i < NET_PARTS; i++)
		d->parts[i] = (plm_slice){"", 0};
	for (int i = 0; parts != NULL && i < NET_PARTS; i++) {
		if (parts[i].size > 0)
			memcpy(at, parts[i].bytes, parts[i].size);
		at[parts[i].size] = '\0';
		d->parts[i] = (plm_slice){at, parts[i].size};
		at += parts[i].size + 1;
	}
	return d;
}

void
pli_net_delivery_free(pli_seeded_net *net, net_delivery *delivery)
{
	net->heap_bytes -= delivery->heap_bytes;
	free(delivery);
}

static bool
heap_before(const net_delivery *a, const net_delivery *b)
{
	return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->order < b->order;
}

void
pli_net_heap_push(net_process *process, net_delivery *delivery)
{
	assert(process->count < NET_HEAP_MAX);
	uint32_t at = process->count++;
	while (at > 0 && heap_before(delivery, process->heap[(at - 1) / 2])) {
		process->heap[at] = process->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	process->heap[at] = delivery;
}

net_delivery *
pli_net_heap_pop(net_process *process)
{
	assert(process->count > 0);
	net_delivery *first = process->heap[0], *last = process->heap[--process->count];
	uint32_t at = 0;
	for (uint32_t child = 1; child < process->count; child = 2 * at + 1) {
		if (child + 1 < process->count &&
		    heap_before(process->heap[child + 1], process->heap[child]))
			child++;
		if (!heap_before(process->heap[child], last))
			break;
		process->heap[at] = process->heap[child];
		at = child;
	}
	process->heap[at] = last;
	return first;
}

void
pli_net_heap_clear(net_process *process)
{
	while (process->count > 0)
		pli_net_delivery_free(process->net, process->heap[--process->count]);
}

void
pli_net_damage(pli_random *random, net_delivery *delivery)
{
	plm_slice *text = &delivery->parts[NET_TEXT];
	assert(text->size > 1);
	size_t at = pli_random_below(random, text->size);
	if (pli_random_below(random, 2) == 0)
		text->size = at;
	else
		delivery->bytes[text->bytes - delivery->bytes + (ptrdiff_t)at] = '\x01';
}

uint32_t
pli_net_header(const char *const *headers, const char *name)
{
	size_t size = strlen(name);
	for (; headers != NULL && *headers != NULL; headers++)
		if (strncmp(*headers, name, size) == 0)
			return (uint32_t)strtoul(*headers + size, NULL, 10);
	return 0;
}
