# SPDX-License-Identifier: GPL-2.0-or-later
#
# make            build/hopwire
# make demo       install what is missing, build, survey the simulated Internet
# make test       install what is missing, build, run every test (TEST_OPTIONS="-k PATTERN" picks some)
# make test-vm    tests on Debian's kernels and with emulated NICs, in QEMU (VM_OPTIONS="-k PATTERN" picks some)
# make test-reboot  a container with systemd that is rebooted in the middle of a survey
# make sanitize   the whole suite with AddressSanitizer and UndefinedBehaviorSanitizer
# make inject     every request for memory and every system call of a set-up fails once, with sanitizers
# make lint       clang-format, clang's warnings, clang-tidy, cppcheck, shellcheck
# make format     clang-format on every source
# make bench      the benchmarks; figures on stdout (BENCHMARKS="tx craft" picks some, BENCH_OPTIONS=--quick)
# make picture    docs/report.png, which README shows (needs Chromium)
# make endurance  one survey for SECONDS: memory, descriptors, rate, numbered results
# make endurance-kill  surveys that are killed KILLS times and lose power CUTS times: nothing is skipped
# make fuzz       every fuzz target for FUZZ_SECONDS
# make install    DESTDIR and PREFIX are honoured; make uninstall takes it away again
# make deb        packages for Debian, in build/deb; make deb-checked builds them twice and holds them against each other
# make clean      removes all build directories
#
# The chain: bpf/x.bpf.c -> build/bpf/x.bpf.o -> build/bpf/x.skel.h -> build/userspace/**.o -> build/hopwire
# V=1 shows the commands. BUILD names another build directory, SANITIZE=1 builds with sanitizers.

RELEASE      := 0.1.0
BUILD        ?= build
PREFIX       ?= /usr/local
UNIT_DIRECTORY ?= $(PREFIX)/lib/systemd/system
ZSH_COMPLETIONS ?= $(PREFIX)/share/zsh/site-functions
CLANG        ?= clang
BPFTOOL      ?= $(firstword $(wildcard /usr/sbin/bpftool /usr/local/sbin/bpftool) bpftool)
CFLAGS       ?= -O2 -g
SANITIZERS   ?= address,undefined
FUZZ_SECONDS ?= 30
SECONDS      ?= 3600
TEST_OPTIONS ?=
VM_OPTIONS   ?=
BENCHMARKS   ?=
BENCH_OPTIONS ?=
ifeq ($(origin CC),default)
CC := gcc
endif

# $(call once,NAME,COMMAND): the value of NAME, found out by COMMAND at its first use and kept. Nothing may run
# while this file is read, since the tools are installed by targets in it.
once = $(eval $(1) := $(shell $(2)))$($(1))

PACKAGES  := libbpf libxdp jansson libcares libmaxminddb libmicrohttpd libmnl libpcap libseccomp libzstd nettle zlib
PKG_CFLAGS = $(call once,PKG_CFLAGS,pkg-config --cflags $(PACKAGES))
PKG_LIBS   = $(call once,PKG_LIBS,pkg-config --libs $(PACKAGES))
MULTIARCH  = $(call once,MULTIARCH,$(CC) -print-multiarch)
# A tagged commit has the name of its tag; others the release they lead to and their hash.
VERSION    = $(call once,VERSION,git describe --tags --dirty 2>/dev/null || \
                 echo $(RELEASE)$$(git describe --always --dirty 2>/dev/null | sed 's/^/-g/'))

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla \
            -Wcast-qual -Wwrite-strings -Wundef -Wformat=2
CPPFLAGS += -D_GNU_SOURCE -Iinclude -Iuserspace -isystem $(BUILD)
# Frame pointers make `perf record -g` of the hot path readable; the cost did not show in the benchmarks.
HOPWIRE_CFLAGS := -std=gnu11 -pthread -fno-omit-frame-pointer $(WARNINGS)
# The programs are embedded with what debuggers need: the same wherever they were built.
BPF_CFLAGS      = -target bpf -O2 -g -ffile-prefix-map=$(CURDIR)=. -ffreestanding -Wall -Wextra -Werror -Iinclude \
                  -I/usr/include/$(MULTIARCH)

ifdef SANITIZE
HOPWIRE_CFLAGS += -fsanitize=$(SANITIZERS) -fno-sanitize-recover=undefined
HOPWIRE_LDFLAGS += -fsanitize=$(SANITIZERS)
endif

ifneq ($(V),1)
Q := @
say = @printf '  %-8s %s\n' $(1) '$(2)'
endif

UNITS        := $(wildcard scripts/systemd/*.service)
MANUALS      := $(patsubst docs/man/%.scd,$(BUILD)/man/%,$(wildcard docs/man/*.scd))
COMPLETIONS  := $(addprefix $(BUILD)/completions/,bash zsh fish)
BPF_SOURCES  := $(wildcard bpf/*.bpf.c)
SKELETONS    := $(BPF_SOURCES:bpf/%.bpf.c=$(BUILD)/bpf/%.skel.h)
LIB_SOURCES  := $(wildcard userspace/*/*.c)
LIB_OBJECTS  := $(LIB_SOURCES:%.c=$(BUILD)/%.o)
MAIN_OBJECT  := $(BUILD)/userspace/main.o
TEST_SOURCES := $(filter-out tests/e2e/% tests/fuzz/% tests/inject/%,$(wildcard tests/*/*.c))
TEST_OBJECTS := $(TEST_SOURCES:%.c=$(BUILD)/%.o)
BENCHES      := $(patsubst bench/%.c,$(BUILD)/bench/%,$(wildcard bench/bench_*.c))
BENCH_SHARED := $(patsubst %.c,$(BUILD)/%.o,$(filter-out bench/bench_%,$(wildcard bench/*.c)))
FUZZERS      := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

C_FILES   = $(wildcard bpf/*.[ch] include/*.h userspace/*.c userspace/*/*.[ch] tests/*/*.[ch] bench/*.[ch])
# Those left out are Python.
SCRIPTS  := $(filter-out scripts/compare-senders scripts/plot-discovery scripts/systemd scripts/check-addresses scripts/check-includes scripts/check-numbers scripts/slurm,$(wildcard scripts/*)) $(wildcard bench/run tests/fuzz/run tests/reboot/run .ci/run debian/tests/survey) \
            $(wildcard tests/vm/start tests/vm/with_taps scripts/slurm/*.sbatch)

.PHONY: all manuals completions deb deb-checked test inject test-vm test-reboot demo picture sanitize lint format bench endurance endurance-kill fuzz install uninstall clean help
.PHONY: tests-built benches-built fuzzers-built format-checked includes-checked addresses-checked numbers-checked clang-checked tidy cppcheck shellcheck FORCE
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
# What links of a chain are kept. Not all that there is: objects would outlive a header that they need.
.SECONDARY: $(SKELETONS) $(SKELETONS:.skel.h=.bpf.o) $(BENCHES:=.o) $(BENCH_SHARED) $(FUZZERS:$(BUILD)/fuzz/%=$(BUILD)/tests/fuzz/%.o)

all: $(BUILD)/hopwire

manuals: $(MANUALS)
completions: $(COMPLETIONS)

$(BUILD)/man/%: docs/man/%.scd scripts/manual $(wildcard docs/man/shared/*.scd)
	$(call say,MAN,$@)
	$(Q)mkdir -p $(@D)
	$(Q)scripts/manual $< > $@

$(BUILD)/completions/%: $(BUILD)/hopwire
	$(call say,SHELL,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$< completion $* > $@

$(BUILD)/hopwire: $(MAIN_OBJECT) $(BUILD)/libhopwire.a
	$(call say,LINK,$@)
	$(Q)$(CC) -pthread $(HOPWIRE_LDFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm

$(BUILD)/libhopwire.a: $(LIB_OBJECTS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/bpf/%.bpf.o: bpf/%.bpf.c | $(BUILD)/dependencies
	$(call say,BPF,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MMD -MP -c $< -o $@

# Atomic operations that return a value; that none lacks it is looked at before the program is embedded.
$(BUILD)/bpf/live_sender.bpf.o: BPF_CFLAGS += -mcpu=v3
$(BUILD)/bpf/live_sender.skel.h: $(BUILD)/bpf/live_sender.atomics
$(BUILD)/bpf/%.atomics: $(BUILD)/bpf/%.bpf.o scripts/check-atomics
	$(Q)scripts/check-atomics $< && touch $@

# What bpftool writes does not pass our warnings and checks.
$(BUILD)/bpf/%.skel.h: $(BUILD)/bpf/%.bpf.o
	$(call say,SKEL,$@)
	$(Q){ echo '#pragma GCC system_header'; echo '// NOLINTBEGIN'; } > $@
	$(Q)$(BPFTOOL) gen skeleton $< name $* >> $@
	$(Q)echo '// NOLINTEND' >> $@

# -MD and not -MMD: the skeletons come by -isystem, and objects must follow the programs they embed.
$(BUILD)/%.o: %.c | $(SKELETONS)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(HOPWIRE_CFLAGS) $(CFLAGS) -MD -MP -c $< -o $@

# Says what is missing before the first compiler fails for want of it.
$(BUILD)/dependencies: scripts/install-deps
	$(Q)scripts/install-deps --check build
	$(Q)mkdir -p $(@D) && touch $@

# The version stands in one object, so that a commit does not rebuild everything.
$(BUILD)/userspace/base/version.o: CPPFLAGS += -DHOPWIRE_VERSION='"$(VERSION)"'
$(BUILD)/userspace/base/version.o: $(BUILD)/version
$(BUILD)/version: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo '$(VERSION)' | cmp -s - $@ || echo '$(VERSION)' > $@

# Criterion's macros define what they do not declare.
$(BUILD)/tests/%.o: HOPWIRE_CFLAGS += -Itests -Wno-missing-prototypes -Wno-undef

$(BUILD)/tests/unit: $(TEST_OBJECTS) $(BUILD)/libhopwire.a
	$(call say,LINK,$@)
	$(Q)$(CC) -pthread $(HOPWIRE_LDFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lcriterion -lm

# hopwire, short of memory where a test says so.
INJECTED := malloc calloc realloc aligned_alloc strdup realpath fopen fdopen open_memstream mmap pthread_create \
            mnl_socket_open2 asprintf json_loadf json_loadb fdatasync
$(BUILD)/tests/inject/hopwire: $(MAIN_OBJECT) $(BUILD)/tests/inject/inject.o $(BUILD)/libhopwire.a
	$(call say,LINK,$@)
	$(Q)$(CC) -pthread $(HOPWIRE_LDFLAGS) $(LDFLAGS) $(INJECTED:%=-Wl,--wrap=%) -o $@ $^ $(PKG_LIBS) -lm

$(BUILD)/bench/%: $(BUILD)/bench/%.o $(BENCH_SHARED) $(BUILD)/libhopwire.a
	$(call say,LINK,$@)
	$(Q)$(CC) -pthread $(HOPWIRE_LDFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(PKG_LIBS) -lm

$(BUILD)/fuzz/%: $(BUILD)/tests/fuzz/%.o $(BUILD)/libhopwire.a
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -pthread -fsanitize=fuzzer $(HOPWIRE_LDFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm

# The network of load balancers that the tests trace too.
$(BUILD)/bench/bench_mda: $(BUILD)/tests/support/mda_world.o
$(BUILD)/bench/bench_aliases: $(BUILD)/tests/support/alias_world.o
$(BUILD)/bench/bench_multipath: $(BUILD)/tests/support/flow_world.o $(BUILD)/tests/support/saved_state.o
# Surveys in virtual time, likewise.
$(BUILD)/bench/bench_strategies: $(BUILD)/tests/support/replay.o $(BUILD)/tests/support/saved_state.o

# Programs of others that tests ask. Without a registry their tests are skipped.
$(BUILD)/readers.tried: tests/e2e/readers/package.json tests/e2e/readers/read.mjs
	$(call say,NPM,$(BUILD)/readers)
	$(Q)rm -rf $(BUILD)/readers $(BUILD)/readers.new && mkdir -p $(BUILD)/readers.new && cp $^ $(BUILD)/readers.new
	$(Q)if npm install --prefix $(BUILD)/readers.new --no-fund --no-audit --loglevel=error >/dev/null; \
	    then mv $(BUILD)/readers.new $(BUILD)/readers; fi
	$(Q)touch $@

tests-built: $(BUILD)/hopwire $(MANUALS) $(COMPLETIONS) $(BUILD)/tests/unit $(BUILD)/tests/inject/hopwire $(BUILD)/readers.tried
benches-built: $(BUILD)/hopwire $(BENCHES)
fuzzers-built: $(FUZZERS)

# What installs builds in a second make, which then sees the tools. It takes all processors unless -j says
# otherwise.
jobs      = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))
SECOND    = $(MAKE) --no-print-directory $(jobs)

test:
	$(Q)scripts/install-deps build test
	+$(Q)$(SECOND) tests-built
	$(Q)tests/run --binary $(BUILD)/hopwire $(TEST_OPTIONS)

# Kernels, QEMU and their like are unpacked below build/vm, not installed.
test-vm:
	$(Q)scripts/install-deps build test
	+$(Q)$(SECOND) tests-built
	$(Q)tests/vm/run --binary $(BUILD)/hopwire $(VM_OPTIONS)

test-reboot: all
	$(Q)tests/reboot/run $(BUILD)/hopwire

demo:
	$(Q)scripts/install-deps build
	+$(Q)$(SECOND) all
	$(Q)scripts/demo $(BUILD)

# Leaks are looked for at exit; a report of UBSan ends the process like one of ASan.
sanitize: export ASAN_OPTIONS := strict_string_checks=1:detect_stack_use_after_return=1:allocator_may_return_null=1
sanitize: export UBSAN_OPTIONS := halt_on_error=1:print_stacktrace=1
sanitize:
	$(Q)scripts/install-deps build test
	+$(Q)$(SECOND) SANITIZE=1 BUILD=build-sanitize tests-built
	$(Q)tests/run --binary build-sanitize/hopwire $(TEST_OPTIONS)

inject: export ASAN_OPTIONS := detect_stack_use_after_return=1:allocator_may_return_null=1
inject: export UBSAN_OPTIONS := halt_on_error=1:print_stacktrace=1
inject: export HOPWIRE_INJECT_ALL := 1
inject:
	$(Q)scripts/install-deps build test
	+$(Q)$(SECOND) SANITIZE=1 BUILD=build-sanitize tests-built
	$(Q)tests/run --binary build-sanitize/hopwire --e2e-only -k test_inject

bench:
	$(Q)scripts/install-deps build
	+$(Q)$(SECOND) benches-built
	$(Q)bench/run $(BENCH_OPTIONS) $(BUILD) $(BENCHMARKS)

picture: all
	$(Q)scripts/picture $(BUILD)

endurance: all
	$(Q)HOPWIRE=$(BUILD)/hopwire PYTHONPATH=tests/e2e bench/bench_endurance.py $(SECONDS)

endurance-kill: all $(BUILD)/tests/inject/hopwire
	$(Q)HOPWIRE=$(BUILD)/hopwire INJECT=$(BUILD)/tests/inject/hopwire PYTHONPATH=tests/e2e bench/bench_kill.py $(KILLS) $(CUTS)

fuzz:
	$(Q)scripts/install-deps build fuzz
	+$(Q)$(SECOND) SANITIZE=1 SANITIZERS=$(SANITIZERS),fuzzer-no-link CC=$(CLANG) BUILD=build-fuzz fuzzers-built
	$(Q)tests/fuzz/run build-fuzz $(FUZZ_SECONDS)

lint:
	$(Q)scripts/install-deps build test lint
	+$(Q)$(SECOND) --keep-going format-checked includes-checked addresses-checked numbers-checked clang-checked tidy cppcheck shellcheck

format:
	$(Q)clang-format -i $(C_FILES)

format-checked:
	$(call say,FORMAT,all)
	$(Q)clang-format --dry-run -Werror $(C_FILES)

# What is built by gcc every day must pass the other compiler's warnings, too, tests and benchmarks included.
CLANG_CHECKED := $(patsubst %,$(BUILD)/clang/%,$(LIB_SOURCES) $(wildcard userspace/main.c bench/*.c tests/fuzz/*.c tests/inject/*.c) $(TEST_SOURCES))
clang-checked: $(CLANG_CHECKED)
$(BUILD)/clang/tests/%: HOPWIRE_CFLAGS += -Itests -Wno-missing-prototypes -Wno-undef
$(BUILD)/clang/%: % FORCE | $(SKELETONS)
	$(call say,CLANG,$<)
	$(Q)$(CLANG) -fsyntax-only $(CPPFLAGS) -DHOPWIRE_VERSION='""' $(PKG_CFLAGS) $(HOPWIRE_CFLAGS) $<

TIDIED := $(LIB_SOURCES:%=$(BUILD)/tidy/%) $(patsubst %,$(BUILD)/tidy/%,$(wildcard userspace/main.c))
tidy: $(TIDIED)
$(BUILD)/tidy/%: % .clang-tidy FORCE | $(SKELETONS)
	$(call say,TIDY,$<)
	$(Q)clang-tidy --quiet $< -- $(CPPFLAGS) -DHOPWIRE_VERSION='""' $(PKG_CFLAGS) -std=gnu11 2>/dev/null

# uninitvar, ctuuninitvar: what is set under one condition and used under the same; gcc and clang-tidy follow that.
# The macro is of a library and looks like no C: its header would be checked along, were it included.
LIBRARY_MACRO := -D'LIBBPF_OPTS(type, name, ...)=struct type name = {0}'
cppcheck:
	$(call say,CPPCHECK,userspace)
	$(Q)cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 --platform=unix64 \
	    --enable=warning,performance,portability --suppress=missingIncludeSystem --suppress=uninitvar --suppress=ctuuninitvar \
	    -D_GNU_SOURCE -DHOPWIRE_VERSION='""' $(LIBRARY_MACRO) -Iinclude -Iuserspace userspace

includes-checked:
	$(call say,CHECK,includes)
	$(Q)scripts/check-includes

addresses-checked:
	$(call say,CHECK,addresses)
	$(Q)scripts/check-addresses

numbers-checked:
	$(call say,CHECK,numbers)
	$(Q)scripts/check-numbers

shellcheck:
	$(call say,SHELL,scripts)
	$(Q)shellcheck $(SCRIPTS)

# Files and links that `make install` puts somewhere. The units' names are those of their sources.
SHARE     = $(DESTDIR)$(PREFIX)/share
INSTALLED = $(addprefix $(DESTDIR)$(PREFIX)/bin/,hopwire caracal) \
            $(UNITS:scripts/systemd/%=$(DESTDIR)$(UNIT_DIRECTORY)/%) \
            $(MANUALS:$(BUILD)/man/%=$(SHARE)/man/man1/%) $(SHARE)/man/man1/caracal.1 \
            $(addprefix $(SHARE)/bash-completion/completions/,hopwire caracal) \
            $(DESTDIR)$(ZSH_COMPLETIONS)/_hopwire \
            $(addprefix $(SHARE)/fish/vendor_completions.d/,hopwire.fish caracal.fish)

install: $(BUILD)/hopwire $(MANUALS) $(COMPLETIONS)
	install -d -m 755 $(sort $(dir $(INSTALLED)))
	install -m 755 $< $(DESTDIR)$(PREFIX)/bin/hopwire
	ln -sf hopwire $(DESTDIR)$(PREFIX)/bin/caracal
	for unit in $(UNITS); do \
	    sed 's,@BINDIR@,$(PREFIX)/bin,' $$unit > $(DESTDIR)$(UNIT_DIRECTORY)/$${unit##*/} || exit; \
	    chmod 644 $(DESTDIR)$(UNIT_DIRECTORY)/$${unit##*/}; \
	done
	install -m 644 $(MANUALS) $(SHARE)/man/man1
	ln -sf hopwire-caracal.1 $(SHARE)/man/man1/caracal.1
	install -m 644 $(BUILD)/completions/bash $(SHARE)/bash-completion/completions/hopwire
	ln -sf hopwire $(SHARE)/bash-completion/completions/caracal
	install -m 644 $(BUILD)/completions/zsh $(DESTDIR)$(ZSH_COMPLETIONS)/_hopwire
	install -m 644 $(BUILD)/completions/fish $(SHARE)/fish/vendor_completions.d/hopwire.fish
	ln -sf hopwire.fish $(SHARE)/fish/vendor_completions.d/caracal.fish

uninstall:
	rm -f $(INSTALLED)

deb:
	$(Q)scripts/install-deps build deb
	$(Q)scripts/build-deb $(BUILD)/deb

deb-checked: deb
	$(Q)scripts/check-deb $(BUILD)/deb $(BUILD)/deb-again

clean:
	rm -rf $(BUILD) build build-sanitize build-fuzz

help:
	@sed -n '3,/^$$/s/^# \{0,1\}//p' Makefile

-include $(patsubst %.o,%.d,$(LIB_OBJECTS) $(MAIN_OBJECT) $(TEST_OBJECTS))
-include $(BUILD)/tests/inject/inject.d
-include $(BENCHES:%=%.d) $(BENCH_SHARED:.o=.d) $(FUZZERS:$(BUILD)/fuzz/%=$(BUILD)/tests/fuzz/%.d) $(SKELETONS:%.skel.h=%.bpf.d)
