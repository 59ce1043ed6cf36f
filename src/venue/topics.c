/* topics.c: a table of subscriptions. */
#include "venue/topics.h"

#include <string.h>

void
pli_topics_add(pli_topics *topics, plm_slice name)
{
	if (name.size == 0 || name.size >= PLM_NAME_MAX)
		return;
	for (uint32_t i = 0; i < topics->count; i++)
		if (plm_slice_is(name, topics->rows[i].name))
			return;
	topics->full |= topics->count == PLI_TOPICS_MAX;
	if (topics->count == PLI_TOPICS_MAX)
		return;
	pli_topic *topic = &topics->rows[topics->count++];
	*topic = (pli_topic){.state = PLI_TOPIC_WANTED};
	memcpy(topic->name, name.bytes, name.size);
}

void
pli_topics_add_list(pli_topics *topics, const char *list)
{
	for (const char *at = list + strspn(list, ", "); *at != '\0';) {
		size_t size = strcspn(at, ", ");
		pli_topics_add(topics, (plm_slice){at, size});
		at += size + strspn(at + size, ", ");
	}
}

void
pli_topics_reset(pli_topics *topics)
{
	for (uint32_t i = 0; i < topics->count; i++) {
		topics->rows[i].state = PLI_TOPIC_WANTED;
		topics->rows[i].tries = 0;
	}
	topics->refused_count = 0;
}

pli_topic *
pli_topics_next(pli_topics *topics, uint32_t from, plm_time_ns now_ns)
{
	for (uint32_t i = from; i < topics->count; i++) {
		pli_topic *topic = &topics->rows[i];
		bool late = topic->state == PLI_TOPIC_ASKED &&
			    now_ns - topic->asked_ns > PLI_TOPIC_WAIT_S * PLM_NS_PER_S;
		if (late && topic->tries >= PLI_TOPIC_TRIES_MAX) {
			topic->state = PLI_TOPIC_REFUSED;
			topics->refused_count++;
		} else if (late || topic->state == PLI_TOPIC_WANTED) {
			return topic;
		}
	}
	return NULL;
}

void
pli_topic_asked(pli_topic *topic, plm_time_ns now_ns)
{
	topic->state = PLI_TOPIC_ASKED;
	topic->asked_ns = now_ns;
	topic->tries++;
}

void
pli_topics_heard(pli_topics *topics, plm_slice name)
{
	for (uint32_t i = 0; i < topics->count; i++)
		if (plm_slice_is(name, topics->rows[i].name))
			topics->rows[i].state = PLI_TOPIC_HEARD;
}
