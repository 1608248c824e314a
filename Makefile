# SPDX-License-Identifier: GPL-2.0-or-later
#
# make            build/hopwire
# make demo       install what is missing, build, survey the simulated Internet
# make test       install what is missing, build, run every test
# make sanitize   the whole suite with AddressSanitizer and UndefinedBehaviorSanitizer
# make lint       clang-format, clang-tidy, cppcheck
# make bench      the benchmarks; figures on stdout
# make install    DESTDIR and PREFIX are honoured
#
# The chain: bpf/x.bpf.c -> build/bpf/x.bpf.o -> build/bpf/x.skel.h -> build/userspace/**.o -> build/hopwire
# V=1 shows the commands. BUILD names another build directory, SANITIZE=1 builds with sanitizers.

BUILD   ?= build
PREFIX  ?= /usr/local
CC      ?= gcc
CLANG   ?= clang
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool /usr/local/sbin/bpftool) bpftool)

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo 0.1)

PACKAGES := libbpf libxdp liburcu liburcu-cds jansson libmnl libpcap
WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla \
            -Wcast-qual -Wwrite-strings -Wundef -Wformat=2
CPPFLAGS += -D_GNU_SOURCE -DHOPWIRE_VERSION='"$(VERSION)"' -Iinclude -Iuserspace -isystem $(BUILD)
CFLAGS   ?= -O2 -g
# Frame pointers make `perf record -g` of the hot path readable; the cost did not show in the benchmarks.
HOPWIRE_CFLAGS := -std=gnu11 -pthread -fno-omit-frame-pointer $(WARNINGS)
BPF_CFLAGS     := -target bpf -O2 -g -ffreestanding -Wall -Wextra -Werror -Iinclude \
                  -I/usr/include/$(shell $(CC) -print-multiarch)

ifdef SANITIZE
HOPWIRE_CFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=undefined
HOPWIRE_LDFLAGS += -fsanitize=address,undefined
endif

ifneq ($(V),1)
Q := @
say = @printf '  %-8s %s\n' $(1) $(2)
endif

PKG_CFLAGS = $(shell pkg-config --cflags $(PACKAGES))
PKG_LIBS   = $(shell pkg-config --libs $(PACKAGES))

BPF_SOURCES  := $(wildcard bpf/*.bpf.c)
SKELETONS    := $(BPF_SOURCES:bpf/%.bpf.c=$(BUILD)/bpf/%.skel.h)
LIB_SOURCES  := $(wildcard userspace/*/*.c)
LIB_OBJECTS  := $(LIB_SOURCES:%.c=$(BUILD)/%.o)
MAIN_OBJECT  := $(BUILD)/userspace/main.o
TEST_SOURCES := $(filter-out tests/e2e/% tests/fuzz/%,$(wildcard tests/*/*.c))
TEST_OBJECTS := $(TEST_SOURCES:%.c=$(BUILD)/%.o)
BENCHES      := $(patsubst bench/%.c,$(BUILD)/bench/%,$(wildcard bench/bench_*.c))

.PHONY: all test demo sanitize lint format bench fuzz install clean tests-built benches-built
.DELETE_ON_ERROR:
.SECONDARY:

all: $(BUILD)/hopwire

$(BUILD)/hopwire: $(MAIN_OBJECT) $(BUILD)/libhopwire.a
	$(call say,LINK,$@)
	$(Q)$(CC) -pthread $(HOPWIRE_LDFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm

$(BUILD)/libhopwire.a: $(LIB_OBJECTS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/bpf/%.bpf.o: bpf/%.bpf.c
	$(call say,BPF,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/bpf/%.skel.h: $(BUILD)/bpf/%.bpf.o
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $* > $@

$(BUILD)/%.o: %.c | $(SKELETONS)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(HOPWIRE_CFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

# The version stands in one object, so that a commit does not rebuild everything.
$(BUILD)/tests/%.o: HOPWIRE_CFLAGS += -Itests -Wno-missing-prototypes -Wno-undef

$(BUILD)/tests/unit: $(TEST_OBJECTS) $(BUILD)/libhopwire.a
	$(call say,LINK,$@)
	$(Q)$(CC) -pthread $(HOPWIRE_LDFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lcriterion -lm

$(BUILD)/bench/%: $(BUILD)/bench/%.o $(BUILD)/libhopwire.a
	$(call say,LINK,$@)
	$(Q)$(CC) -pthread $(HOPWIRE_LDFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm

tests-built: $(BUILD)/hopwire $(BUILD)/tests/unit
benches-built: $(BUILD)/hopwire $(BENCHES)

clean:
	rm -rf build build-sanitize

-include $(LIB_OBJECTS:.o=.d) $(MAIN_OBJECT:.o=.d) $(TEST_OBJECTS:.o=.d) $(BPF_SOURCES:bpf/%.bpf.c=$(BUILD)/bpf/%.bpf.d)
