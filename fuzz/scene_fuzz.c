/* scene_fuzz.c: any text as a scene: a run within its bounds, or refused with its line. */
#include "harness.h"
#include "sim/scene.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static pli_scene scene;
	plm_fault fault = {0};
	plm_err err = pli_scene_parse(fuzz_slice(data, size), &scene, &fault);
	FUZZ_REQUIRE(err == PLM_OK || err == PLM_EPARSE);
	if (err == PLM_EPARSE) {
		FUZZ_REQUIRE(fault.line > 0 && fault.text[0] != '\0');
		return 0;
	}
	FUZZ_REQUIRE(scene.strikes_count <= PLI_SCENE_STRIKES_MAX);
	FUZZ_REQUIRE(scene.expects_count <= PLI_SCENE_EXPECTS_MAX);
	FUZZ_REQUIRE(scene.duration_ns > 0);
	for (uint32_t i = 1; i < scene.strikes_count; i++)
		FUZZ_REQUIRE(scene.strikes[i - 1].at_ns <= scene.strikes[i].at_ns);
	pli_scene_last(&scene, 60 * PLM_NS_PER_S);
	FUZZ_REQUIRE(pli_scene_config(&scene).duration_ns == 60 * PLM_NS_PER_S);
	return 0;
}
