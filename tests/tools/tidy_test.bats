# tidy_test.bats: each rule can fail: a small tree with one sin at a time.

setup() {
	root=$BATS_TEST_TMPDIR/tree
	mkdir -p "$root/src/book" "$root/include/plimsoll" "$root/tests/book" "$root/tools"
	git -C "$BATS_TEST_TMPDIR" init -q tree
	printf '# Book\n' >"$root/src/book/README.md"
	printf "files('good.c')\n" >"$root/src/book/meson.build"
	printf '/* good_test.c: tests. */\n' >"$root/tests/book/good_test.c"
	good 'return 0;'
}

good() { printf '/* good.c: a file without sin. */\nint\npli_good(int a)\n{\n\t%b\n}\n\nint\nmain(void)\n{\n\treturn pli_good(1);\n}\n' "$1" >"$root/src/book/good.c"; }

tidy() { run "$PLM_SOURCE_ROOT/tools/tidy" --root "$root" "$@"; }

sees() { # sees TEXT: tidy fails and says TEXT
	tidy
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"$1"* ]]
}

@test "a clean tree is clean" {
	tidy
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "a banned call comes with its replacement" {
	good 'sprintf(x, "y");'
	sees "good.c:5: banned: sprintf: use snprintf"
}

@test "a banned word in a string or comment is no call" {
	good 'puts("strcpy(a)"); /* gets(x) */'
	tidy
	[ "$status" -eq 0 ]
}

@test "memory outside of base and create" {
	good 'malloc(3);'
	sees "heap: malloc"
}

@test "float, errno and == on a double in a core room" {
	good 'float x = 1; return errno == 0.5;'
	tidy
	[ "$status" -eq 1 ]
	[[ $output == *"core: float"* && $output == *"core: errno"* && $output == *"core: =="* ]]
}

@test "a function that is too long" {
	good "$(for i in $(seq 70); do printf 'pli_good(%d);\\n\\t' "$i"; done)"
	sees "function_lines: pli_good has"
}

@test "a function with too many branches" {
	good "$(for i in $(seq 21); do printf 'if (a && %d) a++; ' "$i"; done)"
	sees "complexity: pli_good has 43"
}

@test "too many parameters" {
	printf '/* good.c: x. */\nint\npli_good(int a, int b, int c, int d, int e, int (*f)(int, int), int g)\n{\n\treturn pli_good(1, 2, 3, 4, 5, f, 7);\n}\n' >"$root/src/book/good.c"
	sees "parameters: pli_good has 7"
}

@test "a line that is too wide, tabs counted as eight" {
	good '\t\t\t\t\t\t\t\t\t\t\t\treturn 0;'
	sees "good.c:5: width"
}

@test "a file that is too long" {
	for i in $(seq 900); do echo; done >>"$root/src/book/good.c"
	sees "file_lines"
}

@test "a file without its purpose on top" {
	sed -i 1d "$root/src/book/good.c"
	sees "good.c:1: purpose"
}

@test "two files of one name" {
	mkdir "$root/tests/twin"
	cp "$root/tests/book/good_test.c" "$root/tests/twin/"
	sees "unique"
}

@test "includes out of order" {
	printf '/* good.c: x. */\n#include <b.h>\n#include <a.h>\n' >"$root/src/book/good.c"
	sees "good.c:3: includes: <a.h> is not in its sorted place"
}

@test "ours before the system's" {
	printf '/* good.c: x. */\n#include "book/a.h"\n#include "book/b.h"\n#include <a.h>\n' >"$root/src/book/good.c"
	sees "good.c:4: includes: system headers stand before ours"
}

@test "unfinished work" {
	good "$(printf '/* %s: later */' "TO""DO")"
	sees "good.c:5: marker"
}

@test "a public declaration without a word" {
	printf '/* a.h: x. */\n\n/* plm_a: said. */\nint plm_a(void);\n\nint plm_b(int x);\n' >"$root/include/plimsoll/a.h"
	sees "a.h:6: docs: plm_b"
	[[ $output != *"docs: plm_a"* ]]
}

@test "a source without a test" {
	rm "$root/tests/book/good_test.c"
	sees "good.c:1: test: there is no good_test"
}

@test "a source that nobody builds" {
	: >"$root/src/book/meson.build"
	sees "dead: no meson.build builds it"
}

@test "a function that nobody calls" {
	printf '\nint\npli_alone(void)\n{\n\treturn 0;\n}\n' >>"$root/src/book/good.c"
	sees "dead: nobody calls pli_alone"
}

@test "a room without a page, and a page of two titles with a dead link" {
	printf '# Book\n\n[x](gone.md)\n\n# Again\n' >"$root/src/book/README.md"
	tidy
	[ "$status" -eq 1 ]
	[[ $output == *"dead link gone.md"* && $output == *"one title"* ]]
	rm "$root/src/book/README.md"
	sees "src/book:1: readme"
}

@test "an adapter that is too long" {
	mkdir -p "$root/src/venue/x"
	for i in 1 2 3; do
		for j in $(seq 850); do echo; done >"$root/src/venue/x/x$i.h"
	done
	sees "src/venue/x:1: adapter_lines"
}

@test "an exception excuses, needs a reason, and must be needed" {
	good 'malloc(3);'
	echo 'heap src/book/good.c:malloc it is a test' >"$root/tools/tidy_exceptions"
	tidy
	[ "$status" -eq 0 ]
	echo 'heap src/book/good.c:malloc' >"$root/tools/tidy_exceptions"
	sees "say the reason"
	good 'return 0;'
	sees "not needed any more"
}
