/* json_place.c: where in a JSON text something is. */
#include "base/json_place.h"

#include <stdio.h>

#include "base/bytes.h"
#include "base/utf8.h"

void
pli_json_place_set(plm_slice input, size_t offset, plm_fault *ret_fault)
{
	uint32_t line = 1;
	size_t line_start = 0;
	for (size_t i = 0; i < offset && i < input.size; i++) {
		if (input.bytes[i] == '\n') {
			line++;
			line_start = i + 1;
		}
	}
	ret_fault->line = line;
	ret_fault->column = (uint32_t)(offset - line_start) + 1;
}

size_t
pli_json_place_path_append(
    char *path, size_t used, const pli_json_node *node, bool in_array, uint32_t index)
{
	const int key_size_max = 64;
	size_t room = PLM_FAULT_PATH_MAX - used;
	int size = node->key.size < (size_t)key_size_max ? (int)node->key.size : key_size_max;
	const char *key = node->key.bytes == NULL ? "" : node->key.bytes;
	int wrote;
	if (in_array)
		wrote = snprintf(path + used, room, "[%u]", index);
	else
		wrote = snprintf(path + used, room, "%s%.*s", used > 0 ? "." : "", size, key);
	if (wrote < 0)
		return used;
	return used + ((size_t)wrote < room ? (size_t)wrote : room - 1);
}

void
pli_json_place_path(const pli_json_node *nodes, uint32_t target, char ret_path[PLM_FAULT_PATH_MAX])
{
	size_t used = 0;
	uint32_t at = 0;
	ret_path[0] = '\0';
	while (at != target) {
		bool in_array = nodes[at].type == PLI_JSON_ARRAY;
		uint32_t index = 0;
		uint32_t child = at + 1;
		while (nodes[child].next <= target) {
			child = nodes[child].next;
			index++;
		}
		used = pli_json_place_path_append(ret_path, used, &nodes[child], in_array, index);
		at = child;
	}
}

void
pli_json_place_show(
    plm_slice input, size_t offset, size_t size_max, char ret_text[PLI_JSON_SHOW_MAX])
{
	size_t rest = offset < input.size ? input.size - offset : 0;
	plm_slice shown = {
	    rest == 0 ? NULL : input.bytes + offset, rest < size_max ? rest : size_max};
	(void)pli_text_printable(shown, ret_text, PLI_JSON_SHOW_MAX);
}

size_t
pli_json_place_bad_utf8(plm_slice input)
{
	size_t offset = 0;
	while (offset < input.size) {
		size_t size = pli_utf8_size(input.bytes + offset, input.size - offset);
		if (size == 0)
			break;
		offset += size;
	}
	return offset;
}

size_t
pli_json_place_bad_string(plm_slice input, bool *ret_control)
{
	bool inside = false;
	size_t opened = 0;
	*ret_control = false;
	for (size_t i = 0; i < input.size; i++) {
		unsigned char byte = (unsigned char)input.bytes[i];
		if (byte == '"') {
			inside = !inside;
			opened = inside ? i : opened;
		} else if (inside && byte < 0x20) {
			*ret_control = true;
			return i;
		} else if (inside && byte == '\\') {
			i++;
		}
	}
	return opened;
}
