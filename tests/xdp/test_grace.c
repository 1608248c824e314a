// SPDX-License-Identifier: GPL-2.0-or-later
#include "xdp/grace.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/capability.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/clock.h"
#include "host/two_hosts.h"

enum {
    MET = 16,       /* so many programs are to run when a grace period begins: on a busy machine few do */
    LOOPS = 100000, /* some milliseconds of a program; what the verifier walks through */
};

#define LONGEST_NS (10 * NS_PER_S)

/* Written by the program: how often it began and how often it ended. */
struct runs {
    _Atomic uint64_t begun, ended;
};

#define MOVE(to, value)                                                                                      \
    {                                                                                                        \
        .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = (to), .imm = (value)                                 \
    }
#define COUNT_UP(at)                                                                                         \
    {                                                                                                        \
        .code = BPF_STX | BPF_ATOMIC | BPF_DW, .dst_reg = BPF_REG_6, .src_reg = BPF_REG_7, .off = (at),      \
        .imm = BPF_ADD                                                                                       \
    }

static int load_slow_program(int map)
{
    const struct bpf_insn instructions[] = {
        {.code = BPF_LD | BPF_DW | BPF_IMM,
         .dst_reg = BPF_REG_6,
         .src_reg = BPF_PSEUDO_MAP_VALUE,
         .imm = map},
        {0},
        MOVE(BPF_REG_7, 1),
        COUNT_UP(offsetof(struct runs, begun)),
        MOVE(BPF_REG_8, LOOPS),
        {.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_ktime_get_ns},
        {.code = BPF_ALU64 | BPF_SUB | BPF_K, .dst_reg = BPF_REG_8, .imm = 1},
        {.code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = BPF_REG_8, .imm = 0, .off = -3},
        COUNT_UP(offsetof(struct runs, ended)),
        MOVE(BPF_REG_0, 1),
        {.code = BPF_JMP | BPF_EXIT},
    };

    return bpf_prog_load(BPF_PROG_TYPE_XDP, "slow", "GPL", instructions,
                         sizeof(instructions) / sizeof(instructions[0]), NULL);
}

struct slow_program {
    int fd;
    _Atomic bool stop;
};

static void *run_slow_program(void *argument)
{
    struct slow_program *program = argument;
    uint8_t frame[64] = {0};
    struct bpf_test_run_opts options = {
        .sz = sizeof(options), .data_in = frame, .data_size_in = sizeof(frame), .repeat = 1};

    while (!atomic_load(&program->stop))
        cr_assert_eq(bpf_prog_test_run_opts(program->fd, &options), 0);
    return NULL;
}

Test(grace, programs_that_ran_have_ended)
{
    /* Before the program is loaded, which takes minutes where the verifier itself is emulated. */
    if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
        cr_skip_test("where there is one processor, nobody looks while a program runs");

    const struct bpf_map_create_opts mappable = {.sz = sizeof(mappable), .map_flags = BPF_F_MMAPABLE};
    int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "runs", 4, sizeof(struct runs), 1, &mappable);
    struct runs *runs = mmap(NULL, (size_t)getpagesize(), PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
    struct slow_program program = {.fd = load_slow_program(map)};
    uint64_t deadline = clock_now_ns() + LONGEST_NS;
    pthread_t thread;
    struct grace grace;
    unsigned met = 0;

    cr_assert_eq(grace_open(&grace), 0);
    cr_assert_neq(runs, MAP_FAILED);
    cr_assert_geq(program.fd, 0);
    cr_assert_eq(pthread_create(&thread, NULL, run_slow_program, &program), 0);
    while (met < MET && clock_now_ns() < deadline) {
        uint64_t ended = atomic_load(&runs->ended), begun = atomic_load(&runs->begun);

        if (begun == ended)
            continue;
        met++;
        cr_assert_eq(grace_period(&grace), 0);
        cr_assert_geq(atomic_load(&runs->ended), begun);
    }
    atomic_store(&program.stop, true);
    pthread_join(thread, NULL);
    grace_close(&grace);
    if (!met)
        cr_skip_test("no program was seen to run: this machine is too busy");
}

Test(grace, needs_its_privilege)
{
    struct grace grace, before;

    cr_assert_eq(grace_open(&before), 0);
    drop_capability(CAP_BPF);
    drop_capability(CAP_SYS_ADMIN);

    cr_expect_eq(grace_open(&grace), -EPERM);
    grace_close(&grace);
    cr_expect_eq(grace_period(&before), 0, "which was opened before");
    grace_close(&before);
}
