# The habits. `make help` lists them.
.PHONY: all help
all: build/build.ninja
	@ninja -C build
	@true

build/build.ninja:
	@meson setup build

help:
	@echo "make            build build/plimsoll"
