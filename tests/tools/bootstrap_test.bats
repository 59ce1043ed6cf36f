# bootstrap_test.bats: the package list is read by group, and --check only reports.

setup() {
	root=$BATS_TEST_TMPDIR/tree
	mkdir -p "$root/tools" "$root/bin"
	cp "$PLM_SOURCE_ROOT/tools/bootstrap" "$root/tools/"
	printf '%s\n' '# group: build' 'bash' '# group: test' 'no-such-package-a' \
		'no-such-package-b # or: sh' >"$root/tools/packages"
}

@test "nothing missing says nothing" {
	run "$root/tools/bootstrap" --check build
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "a missing package is named and --check installs nothing" {
	command -v dpkg-query >/dev/null || skip "no Debian system"
	run "$root/tools/bootstrap" --check test
	[ "$status" -eq 1 ]
	[[ $output == *no-such-package-a* ]]
	[[ $output != *installing* ]]
}

@test "a package is not needed where its command is there" {
	run "$root/tools/bootstrap" --check test
	[[ $output != *no-such-package-b* ]]
}

@test "an unknown group is refused" {
	run "$root/tools/bootstrap" --check nonsense
	[ "$status" -eq 64 ]
	[[ $output == *nonsense* ]]
}

@test "the real list holds one plain name a line" {
	run grep -vnE '^(#.*|[a-z0-9][a-z0-9.+-]+( # or: [a-z0-9]+)?|)$' "$PLM_SOURCE_ROOT/tools/packages"
	[ "$status" -eq 1 ]
	[ -z "$output" ]
}

# stage ID: a machine of the test's own, with the user ID, whose dpkg-query and apt-get are played here.
# apt-get fails as the real one does when another one runs, or once when told, and logs.
stage() {
	for name in bash sh env dirname awk sed tr cat flock sleep mkdir rmdir rm; do
		ln -sf "$(command -v "$name")" "$root/bin/$name"
	done
	rm -f "$root/bin/sudo"
	printf '#!/bin/sh\necho %s\n' "$1" >"$root/bin/id"
	printf '#!/bin/sh\ncat "%s/installed"\n' "$root" >"$root/bin/dpkg-query"
	cat >"$root/bin/apt-get" <<-PLAY
		#!/bin/bash
		echo "\$*" >>"$root/apt.log"
		if rm "$root/refuse_once" 2>/dev/null || ! mkdir "$root/apt_busy" 2>/dev/null; then
			echo "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 1" >&2
			exit 100
		fi
		while [ -d "$root/apt_slow" ]; do sleep 0.1; done
		rmdir "$root/apt_busy"
		case "\$*" in *no-such-package-a*) echo "ii no-such-package-a" >>"$root/installed" ;; esac
	PLAY
	printf 'ii bash\n' >"$root/installed"
	chmod +x "$root"/bin/{id,dpkg-query,apt-get}
	bootstrap=(env PATH="$root/bin" "$root/tools/bootstrap")
}

@test "two at once: one installs, the other waits and finds nothing missing" {
	[ -d /var/lib/dpkg ] || skip "no Debian system"
	stage 0
	mkdir "$root/apt_slow"
	"${bootstrap[@]}" test >"$root/first.log" 2>&1 3>&- &
	first=$!
	"${bootstrap[@]}" test >"$root/second.log" 2>&1 3>&- &
	second=$!
	for _ in $(seq 600); do
		! grep -q 'another bootstrap is installing' "$root"/*.log || break
		sleep 0.1
	done
	rmdir "$root/apt_slow"
	wait "$first"
	wait "$second"
	cat "$root/first.log" "$root/second.log" >"$root/both"
	[ "$(grep -c '^bootstrap: done' "$root/both")" -eq 1 ]
	[ "$(grep -c 'another bootstrap is installing' "$root/both")" -eq 1 ]
	[ "$(grep -c install "$root/apt.log")" -eq 1 ]
}

@test "apt that another program holds is waited for" {
	[ -d /var/lib/dpkg ] || skip "no Debian system"
	stage 0
	touch "$root/refuse_once"
	run "${bootstrap[@]}" test
	[ "$status" -eq 0 ]
	[[ $output == *"another program is using apt"*"bootstrap: done"* ]]
}

@test "apt that fails: the command for root is said" {
	[ -d /var/lib/dpkg ] || skip "no Debian system"
	stage 0
	printf '#!/bin/sh\necho "E: no network" >&2; exit 100\n' >"$root/bin/apt-get"
	run "${bootstrap[@]}" test
	[ "$status" -eq 1 ]
	[[ $output == *"E: no network"*"run as root: apt-get update && apt-get install"*no-such-package-a ]]
}

@test "neither root nor sudo: the command for root is said, and nothing is tried" {
	[ -d /var/lib/dpkg ] || skip "no Debian system"
	stage 1000
	run "${bootstrap[@]}" test
	[ "$status" -eq 1 ]
	[[ $output == *"neither root nor sudo"*"apt-get install"*no-such-package-a ]]
	[ ! -e "$root/apt.log" ]
}

@test "with sudo, apt-get is run through it" {
	[ -d /var/lib/dpkg ] || skip "no Debian system"
	stage 1000
	printf '#!/bin/sh\necho sudo >>"%s/apt.log"\nexec "$@"\n' "$root" >"$root/bin/sudo"
	chmod +x "$root/bin/sudo"
	run "${bootstrap[@]}" test
	[ "$status" -eq 0 ]
	[ "$(grep -c sudo "$root/apt.log")" -eq 2 ]
}

@test "make starts bootstrap once, before all else, for any goals at once" {
	for goals in all run test "all test bench" "web build/build.ninja"; do
		[ "$(make -C "$PLM_SOURCE_ROOT" -n $goals | grep -c tools/bootstrap)" -eq 1 ]
		[[ $(make -C "$PLM_SOURCE_ROOT" -n $goals | grep -v ^make | head -n 1) == tools/bootstrap* ]]
	done
}
