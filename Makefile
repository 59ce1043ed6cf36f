# The habits. `make help` lists them; the work is done by meson, ninja and tools/.
.PHONY: all run test bench pricing plots fuzz fmt tidy asan tsan mutants seeds profiled quiet soak install clean help web packages

MESON_TEST = meson test --no-rebuild --print-errorlogs --num-processes 2
SANITIZED = --buildtype=debugoptimized -Db_lundef=false -Dtests=true -Dfuzz=true
FUZZ_SECONDS ?= 30
SOAK_SECONDS ?= 300
SEEDS_SECONDS ?= 60
PREFIX ?= /usr/local
NPM_FOLDERS = web tests/ccxt bench
# What the goals of this call need from Debian: groups of tools/packages, installed in one go.
GOALS = $(or $(MAKECMDGOALS),all)
PACKAGES = build run \
	$(if $(filter-out all run pricing plots profiled install tidy web build/build.ninja,$(GOALS)),test) \
	$(if $(filter bench plots build-bench/build.ninja,$(GOALS)),bench) \
	$(if $(filter fuzz asan fmt build-fuzz/build.ninja build-asan/build.ninja,$(GOALS)),check)

## all      build build/plimsoll (release, hardened); what `make` alone does
all: web build/build.ninja
	@ninja -C build

## run      build and run the demo on simulated venues; ends with Ctrl-C
run: all
	@exec build/plimsoll run $(ARGS)

## test     build with ASan and UBSan, run every test, end with one line of counts
test: web build-test/build.ninja
	@tools/npm_ci tests/ccxt bench
	@ninja -C build-test
	@rm -f build-test/meson-logs/testlog.json
	@$(MESON_TEST) -C build-test || true
	@tools/test_summary build-test/meson-logs/testlog.json --minimum tests/minimum_cases

## bench    build the benchmarks (release) and run them, peers beside
bench: web build-bench/build.ninja
	@tools/npm_ci bench
	@ninja -C build-bench
	@meson test --no-rebuild -C build-bench --benchmark --verbose --num-processes 1

## pricing  a million prices and vols against 113 bits, ten million from kernel to kernel
pricing: all
	@ninja -C build bench/accuracy/pricing_accuracy
	@build/bench/accuracy/pricing_accuracy

## plots    draw the errors of prices by moneyness and time into docs/images
plots: all
	@ninja -C build bench/accuracy/pricing_accuracy
	@build/bench/accuracy/pricing_accuracy --map >build/pricing_error.txt
	@gnuplot -e "map='build/pricing_error.txt'; out='docs/images'" bench/accuracy/pricing_error.gp

## fuzz     run each fuzz target for FUZZ_SECONDS (30) under libFuzzer
fuzz: build-fuzz/build.ninja
	@ninja -C build-fuzz
	@tools/fuzz_run build-fuzz $(FUZZ_SECONDS)

## fmt      format the C sources
fmt: packages
	@git ls-files '*.c' '*.h' '*.cpp' | xargs clang-format -i

## tidy     check the house rules and the room table
tidy: packages
	@tools/tidy
	@tools/layers

## asan     the C tests alone, under ASan and UBSan, with clang
asan: build-asan/build.ninja
	@ninja -C build-asan
	@$(MESON_TEST) -C build-asan --no-suite tools --no-suite node

## tsan     the tests of rings and agents under ThreadSanitizer
tsan: build-tsan/build.ninja
	@ninja -C build-tsan
	@$(MESON_TEST) -C build-tsan --suite base --suite engine

## mutants  build with deliberate mistakes and failures (release): seeds see each of them
mutants: build-mutants/build.ninja
	@ninja -C build-mutants
	@$(MESON_TEST) -C build-mutants --suite mutants --verbose

## seeds    simulate fresh seeds, those of the commit, for SEEDS_SECONDS (60), then an hour a core; ends at a lie
seeds: all
	@tools/fresh_seeds $(SEEDS_SECONDS)

## profiled build build-profiled/plimsoll: release, linked as one and laid out by how seeds run; for long runs
profiled: web packages
	@rm -rf build-profiled
	@meson setup build-profiled -Db_lto=true -Db_pgo=generate
	@ninja -C build-profiled plimsoll
	@build-profiled/plimsoll simulate --seed 1 --seeds 6
	@build-profiled/plimsoll simulate --world all --seed 1 --seeds 4
	@meson configure build-profiled -Db_pgo=use
	@ninja -C build-profiled plimsoll

## quiet    a simulated day in which nothing happens: no feed may notice anything
quiet: all
	@build/plimsoll simulate --scene tests/sim/quiet-day.scene

## soak     the daemon behind a fault proxy for SOAK_SECONDS (300); resident memory and drift printed
soak: all
	@tools/soak $(SOAK_SECONDS)

## install  install program, library, headers and man page under PREFIX (/usr/local), in DESTDIR
install: all
	@meson configure build -Dprefix=$(PREFIX)
	@meson install -C build $(if $(DESTDIR),--destdir $(DESTDIR))

## clean    remove everything that was built
clean:
	@rm -rf build build-test build-bench build-fuzz build-asan build-tsan build-clang build-mutants build-profiled
	@rm -rf web/dist $(addsuffix /node_modules,$(NPM_FOLDERS))

## help     this list
help:
	@sed -n 's/^## /make /p' Makefile

# Before anything else, however many jobs make runs at once.
packages:
	@tools/bootstrap $(PACKAGES)

# The page is built before the program, which carries it.
web: packages
	@tools/web_build

build/build.ninja: | packages
	@meson setup build

build-test/build.ninja: | packages
	@meson setup build-test $(SANITIZED) -Db_sanitize=address,undefined

build-bench/build.ninja: | packages
	@meson setup build-bench -Dbench=true

build-fuzz/build.ninja: | packages
	@CC=clang CXX=clang++ meson setup build-fuzz --buildtype=debugoptimized -Db_lundef=false \
		-Dfuzz=true -Db_sanitize=address,undefined

build-asan/build.ninja: | packages
	@CC=clang CXX=clang++ meson setup build-asan $(SANITIZED) -Db_sanitize=address,undefined

build-mutants/build.ninja: | packages
	@meson setup build-mutants -Dtests=true -Dmutants=true -Dfault_points=true

build-tsan/build.ninja: | packages
	@meson setup build-tsan $(SANITIZED) -Db_sanitize=thread
