/* json_place.h: where in a JSON text something is, for faults; the slow half of json.cpp. Pure. */
#ifndef PLI_BASE_JSON_PLACE_H
#define PLI_BASE_JSON_PLACE_H

#include <stdbool.h>

#include "base/json.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { PLI_JSON_SHOW_MAX = 41 };

/* pli_json_place_set sets line and column (bytes, from 1) of an offset; linear in the offset. */
void pli_json_place_set(plm_slice input, size_t offset, plm_fault *ret_fault);

/* pli_json_place_path_append adds ".key" or "[index]" to path[0..used); cuts what does not fit.
 * Returns the new length. */
size_t pli_json_place_path_append(
    char *path, size_t used, const pli_json_node *node, bool in_array, uint32_t index);

/* pli_json_place_path writes the path of node `target` of a parsed document ("result[2].size"). */
void pli_json_place_path(
    const pli_json_node *nodes, uint32_t target, char ret_path[PLM_FAULT_PATH_MAX]);

/* pli_json_place_show copies what stands at offset, at most 40 bytes and size_max, printable. */
void pli_json_place_show(
    plm_slice input, size_t offset, size_t size_max, char ret_text[PLI_JSON_SHOW_MAX]);

/* pli_json_place_bad_utf8: offset of the first byte that is not UTF-8; the size when all is. */
size_t pli_json_place_bad_utf8(plm_slice input);

/* pli_json_place_bad_string: offset of a bare control byte inside a string (*ret_control is
 * true), or else of the last quote that opens a string. */
size_t pli_json_place_bad_string(plm_slice input, bool *ret_control);

#ifdef __cplusplus
}
#endif

#endif
