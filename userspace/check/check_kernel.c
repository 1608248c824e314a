// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernel version and the BPF features that hopwire uses, probed rather than guessed from the version. */
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "check/check.h"
#include "host/text_file.h"

static void check_version(struct check_report *report)
{
    struct utsname system;
    unsigned major = 0, minor = 0;

    uname(&system);
    if (sscanf(system.release, "%u.%u", &major, &minor) != 2) {
        check_add(report, "kernel", CHECK_WARNING, "release '%s' is not understood", system.release);
        return;
    }
    /* 5.9 brought bpf_link for XDP, with which a killed survey leaves nothing behind. */
    if (major < 5 || (major == 5 && minor < 9)) {
        check_add(report, "kernel", CHECK_MISSING, "%s: XDP by bpf_link needs 5.9", system.release);
        check_fix(report, "apt-get install linux-image-amd64 && reboot");
        return;
    }
    check_add(report, "kernel", CHECK_OK, "%s", system.release);
}

static void check_feature(struct check_report *report, const char *name, int supported, const char *option)
{
    /* A probe that may not run says so by -EPERM, which says nothing about the kernel. */
    if (supported < 0) {
        check_add(report, name, CHECK_WARNING, "cannot be probed: %s", strerror(-supported));
        check_fix(report, "run as root");
        return;
    }
    check_add(report, name, supported ? CHECK_OK : CHECK_MISSING,
              supported ? "supported" : "not in this kernel");
    if (!supported)
        check_fix(report, "use a kernel built with %s=y", option);
}

static void check_bpf(struct check_report *report)
{
    check_feature(report, "bpf: XDP programs", libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_XDP, NULL),
                  "CONFIG_BPF_SYSCALL");
    check_feature(report, "bpf: XSKMAP", libbpf_probe_bpf_map_type(BPF_MAP_TYPE_XSKMAP, NULL),
                  "CONFIG_XDP_SOCKETS");
}

static void check_jit(struct check_report *report)
{
    long jit = 0;

    if (text_file_number("/proc/sys/net/core/bpf_jit_enable", &jit)) {
        check_add(report, "bpf: JIT", CHECK_WARNING, "cannot be read");
        return;
    }
    check_add(report, "bpf: JIT", jit ? CHECK_OK : CHECK_WARNING,
              jit ? "on" : "off: the reply filter runs many times slower");
    if (!jit)
        check_fix(report, "sysctl -w net.core.bpf_jit_enable=1");
}

static void check_af_xdp(struct check_report *report)
{
    int fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);

    if (fd >= 0 || errno == EPERM) {
        check_add(report, "AF_XDP", CHECK_OK, fd >= 0 ? "supported" : "supported, not allowed (CAP_NET_RAW)");
    } else {
        check_add(report, "AF_XDP", CHECK_MISSING, "%s", strerror(errno));
        check_fix(report, "use a kernel built with CONFIG_XDP_SOCKETS=y");
    }
    if (fd >= 0)
        close(fd);
}

/* A batch larger than the kernel allows is E2BIG where live frames are known and EINVAL elsewhere: nothing is
 * run. */
static int live_frames_supported(int program)
{
    uint8_t frame[64] = {0};
    LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = sizeof(frame), .repeat = 1,
                .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = 100000);

    return bpf_prog_test_run_opts(program, &options) == -E2BIG;
}

static void check_live_frames(struct check_report *report)
{
    const struct bpf_insn pass[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS},
        {.code = BPF_JMP | BPF_EXIT},
    };
    int program =
        bpf_prog_load(BPF_PROG_TYPE_XDP, "check", "GPL", pass, sizeof(pass) / sizeof(pass[0]), NULL);

    if (program < 0) {
        check_feature(report, "bpf: live frames", program, "");
        return;
    }
    int supported = live_frames_supported(program);
    close(program);
    check_add(report, "bpf: live frames", supported ? CHECK_OK : CHECK_WARNING,
              supported ? "supported" : "not in this kernel (5.18 and later have them)");
}

void check_kernel(struct check_report *report)
{
    check_version(report);
    check_bpf(report);
    check_live_frames(report);
    check_jit(report);
    check_af_xdp(report);
}
