# layers_test.bats: the room table is enforced: each kind of wrong include is seen.

setup() {
	root=$BATS_TEST_TMPDIR
	mkdir -p "$root/docs" "$root/src/base" "$root/src/model" "$root/src/sim" "$root/src/cli" \
		"$root/src/io" "$root/src/venue/a" "$root/src/venue/b" "$root/include/plimsoll"
	cat >"$root/docs/architecture.md" <<-'TABLE'
		| room | what lives there | may include |
		|---|---|---|
		| `include/plimsoll/` | the API | itself |
		| `src/base/` | first | nothing of ours |
		| `src/model/` | nouns | base |
		| `src/venue/<name>/` | adapters | model |
		| `src/io/` | world | base |
		| `src/sim/` | fakes | all but io, cli |
		| `src/cli/` | program | everybody |
	TABLE
	: >"$root/src/base/low.h"
	: >"$root/src/model/noun.h"
	: >"$root/src/io/io.h"
	: >"$root/src/venue/b/b.h"
	: >"$root/include/plimsoll/ids.h"
}

layers() { run "$PLM_SOURCE_ROOT/tools/layers" "$root"; }

@test "allowed edges, also by way of another room, are clean" {
	echo '#include "model/noun.h"' >"$root/src/venue/a/a.c"
	echo '#include "base/low.h"' >>"$root/src/venue/a/a.c"
	echo '#include "plimsoll/ids.h"' >"$root/src/base/low.h"
	layers
	[ "$status" -eq 0 ]
}

@test "a lower room may not include a higher one" {
	echo '#include "model/noun.h"' >"$root/src/base/low.c"
	layers
	[ "$status" -eq 1 ]
	[[ $output == *"src/base/low.c:1: room base may not include model"* ]]
}

@test "all but: sim may not include io" {
	echo '#include "io/io.h"' >"$root/src/sim/fake.c"
	layers
	[ "$status" -eq 1 ]
	[[ $output == *"room sim may not include io"* ]]
}

@test "one venue may not include another" {
	echo '#include "venue/b/b.h"' >"$root/src/venue/a/a.c"
	layers
	[ "$status" -eq 1 ]
	[[ $output == *"venues stand alone"* ]]
}

@test "markets of one venue may include each other" {
	mkdir -p "$root/src/venue/a_spot"
	echo '#include "venue/a/a.h"' >"$root/src/venue/a_spot/a_spot.c"
	echo '/* a.h */' >"$root/src/venue/a/a.h"
	layers
	[ "$status" -eq 0 ]
}

@test "a public header may include public headers only" {
	echo '#include "base/low.h"' >"$root/include/plimsoll/ids.h"
	layers
	[ "$status" -eq 1 ]
}

@test "an include of a file that is not there is named" {
	echo '#include "base/gone.h"' >"$root/src/model/noun.c"
	layers
	[ "$status" -eq 1 ]
	[[ $output == *"there is no src/base/gone.h"* ]]
}

@test "a cycle of files is shown" {
	echo '#include "model/other.h"' >"$root/src/model/noun.h"
	echo '#include "model/noun.h"' >"$root/src/model/other.h"
	layers
	[ "$status" -eq 1 ]
	[[ $output == *cycle:*noun.h*other.h* ]]
}

@test "a room that is not in the table is named" {
	mkdir "$root/src/attic"
	echo '#include "base/low.h"' >"$root/src/attic/old.c"
	layers
	[ "$status" -eq 1 ]
	[[ $output == *"src/attic: not in the table"* ]]
}

@test "a missing table is a failure" {
	echo '# nothing' >"$root/docs/architecture.md"
	layers
	[ "$status" -eq 1 ]
}

@test "the tree's own includes are clean" {
	run "$PLM_SOURCE_ROOT/tools/layers"
	echo "$output"
	[ "$status" -eq 0 ]
}
