/* json_fuzz.c: any bytes to the JSON reader; what it takes can be read by every type, and written
 * and read again gives the same tree. */
#include "base/json.h"
#include "base/json_pick.h"
#include "base/json_write.h"
#include "harness.h"

static void
fuzz_read(pli_json *json, uint32_t node)
{
	plm_fault fault = {0};
	plm_decimal decimal;
	double real;
	int64_t whole;
	bool flag;
	plm_slice text;
	plm_err errs[] = {pli_json_decimal(json, node, &decimal, &fault),
	    pli_json_double(json, node, &real, &fault), pli_json_int(json, node, &whole, &fault),
	    pli_json_bool(json, node, &flag, &fault), pli_json_string(json, node, &text, &fault),
	    pli_json_time_ms(json, node, &whole, &fault)};
	for (size_t i = 0; i < sizeof errs / sizeof errs[0]; i++)
		FUZZ_REQUIRE(errs[i] == PLM_OK || errs[i] == PLM_EDECODE);
}

/* Writes the subtree of `at`; returns the index behind it. */
static uint32_t
fuzz_write(pli_json_writer *w, const pli_json_node *nodes, uint32_t at)
{
	const pli_json_node *node = &nodes[at];
	uint32_t child = at + 1;
	bool object = node->type == PLI_JSON_OBJECT;
	if (node->type == PLI_JSON_STRING) {
		pli_json_put_slice(w, node->text);
	} else if (node->type == PLI_JSON_NULL) {
		pli_json_put_null(w);
	} else if (!object && node->type != PLI_JSON_ARRAY) {
		pli_json_put_raw(w, node->text);
	} else {
		if (object)
			pli_json_object_open(w);
		else
			pli_json_array_open(w);
		for (uint32_t i = 0; i < node->children_count; i++) {
			if (object)
				pli_json_key(w, "name");
			child = fuzz_write(w, nodes, child);
		}
		if (object)
			pli_json_object_close(w);
		else
			pli_json_array_close(w);
	}
	FUZZ_REQUIRE(child == node->next);
	return child;
}

/* What a pick answers is what the reader would. */
static void
fuzz_pick(pli_json *json, pli_json *picked, plm_slice bytes)
{
	static const char *const paths[] = {"a", "b.c", "b.d", "jsonrpc", "id", "result", "method",
	    "params.channel", "params.data", "params.data.mark_price", "params.data.greeks.delta"};
	enum { PATHS = sizeof paths / sizeof paths[0] };
	pli_json_picks picks;
	pli_json_picks_init(&picks, paths, PATHS);
	plm_err err = pli_json_pick(picked, bytes, &picks);
	FUZZ_REQUIRE(err == PLM_OK || err == PLM_EKIND);
	if (err != PLM_OK)
		return;
	FUZZ_REQUIRE(pli_json_parse(json, bytes, NULL) == PLM_OK);
	const pli_json_node *all = pli_json_nodes(json, NULL);
	const pli_json_node *few = pli_json_nodes(picked, NULL);
	for (uint32_t i = 0; i < PATHS; i++) {
		uint32_t node = pli_json_at(json, 0, paths[i]);
		FUZZ_REQUIRE(few[i + 1].type == (node == 0 ? PLI_JSON_NULL : all[node].type));
		if (node != 0 && all[node].type < PLI_JSON_ARRAY)
			FUZZ_REQUIRE(plm_slice_equal(few[i + 1].text, all[node].text));
		fuzz_read(picked, i + 1);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static pli_json *json;
	static pli_json *again;
	plm_fault fault = {0};
	if (json == NULL) {
		json = pli_json_shared();
		again = pli_json_create();
		FUZZ_REQUIRE(json != NULL && again != NULL);
	}
	fuzz_pick(json, again, fuzz_slice(data, size));
	plm_err err = pli_json_parse(json, fuzz_slice(data, size), &fault);
	if (err != PLM_OK) {
		FUZZ_REQUIRE(err == PLM_EDECODE || err == PLM_EOVERFLOW);
		FUZZ_REQUIRE(fault.code == err && fault.line > 0 && fault.text[0] != '\0');
		return 0;
	}
	uint32_t count;
	uint32_t count_again;
	const pli_json_node *nodes = pli_json_nodes(json, &count);
	for (uint32_t node = 1; node < count && node < 64; node++)
		fuzz_read(json, node);
	pli_json_writer w;
	pli_json_writer_init(&w, 64 << 20);
	FUZZ_REQUIRE(fuzz_write(&w, nodes, 0) == count);
	FUZZ_REQUIRE(!w.overflow);
	FUZZ_REQUIRE(pli_json_parse(again, (plm_slice){w.bytes, w.size}, NULL) == PLM_OK);
	const pli_json_node *nodes_again = pli_json_nodes(again, &count_again);
	FUZZ_REQUIRE(count_again == count);
	for (uint32_t i = 0; i < count; i++) {
		FUZZ_REQUIRE(nodes_again[i].type == nodes[i].type);
		if (nodes[i].type < PLI_JSON_ARRAY)
			FUZZ_REQUIRE(plm_slice_equal(nodes_again[i].text, nodes[i].text));
	}
	pli_json_writer_fini(&w);
	return 0;
}
