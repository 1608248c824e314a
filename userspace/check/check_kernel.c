// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernel version, and the BPF features that hopwire uses: tested, not derived from the version. */
#include <errno.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "check/check.h"
#include "host/kernel_types.h"
#include "host/privilege.h"
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
    /* Linux 5.9 has bpf_link for XDP, with which a killed survey leaves nothing behind. */
    if (major < 5 || (major == 5 && minor < 9)) {
        check_add(report, "kernel", CHECK_MISSING, "%s: XDP by bpf_link needs 5.9", system.release);
        check_fix(report, "apt-get install linux-image-amd64 && reboot");
        return;
    }
    check_add(report, "kernel", CHECK_OK, "%s", system.release);
}

/* A feature that the kernel refuses with EPERM may exist, because the kernel checks privileges first. If the
 * process has the privileges, a filter of system calls (as in containers) or the kernel's lockdown refuses
 * it. */
static void tell_not_allowed(struct check_report *report, const char *name, unsigned needed)
{
    const bool lacks = privilege_missing(needed);

    check_add(report, name, lacks ? CHECK_WARNING : CHECK_MISSING,
              lacks ? "unknown: only a process with more privileges can find out"
                    : "forbidden although the process has the privileges");
    check_fix(report, lacks ? "run as root"
                            : "look for a container's system call filter (seccomp), or kernel lockdown");
}

/* `error`: 0 if the feature works, or the negative errno of using it. */
static void check_feature(struct check_report *report, const char *name, int error, unsigned needed,
                          const char *option)
{
    if (error == -EPERM) {
        tell_not_allowed(report, name, needed);
    } else if (error) {
        check_add(report, name, CHECK_MISSING, "not in this kernel: %s", strerror(-error));
        check_fix(report, "use a kernel built with %s=y", option);
    } else {
        check_add(report, name, CHECK_OK, "supported");
    }
}

/* With a batch larger than the kernel allows, nothing is run: the error is E2BIG if live frames are
 * supported, and EINVAL otherwise. */
static bool live_frames_supported(int program)
{
    uint8_t frame[64] = {0};
    LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = sizeof(frame), .repeat = 1,
                .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = 100000);

    return bpf_prog_test_run_opts(program, &options) == -E2BIG;
}

static void check_live_frames(struct check_report *report, int program)
{
    bool supported = live_frames_supported(program);

    check_add(report, "bpf: live frames", supported ? CHECK_OK : CHECK_WARNING,
              supported ? "supported" : "not in this kernel (5.18 and later have them)");
}

/* libbpf finds the kernel's functions by it. */
static void check_types(struct check_report *report)
{
    bool known = kernel_types_are_known();

    check_add(report, "bpf: types (BTF)", known ? CHECK_OK : CHECK_WARNING,
              known ? "available"
                    : "not available: --tx live does not work, and refused redirections are not counted");
    if (!known)
        check_fix(report, "use a kernel built with CONFIG_DEBUG_INFO_BTF=y, with /sys mounted");
}

static void check_xdp_program(struct check_report *report)
{
    const struct bpf_insn pass[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS},
        {.code = BPF_JMP | BPF_EXIT},
    };
    int program =
        bpf_prog_load(BPF_PROG_TYPE_XDP, "check", "GPL", pass, sizeof(pass) / sizeof(pass[0]), NULL);

    check_feature(report, "bpf: XDP programs", program < 0 ? program : 0, PRIVILEGE_BPF | PRIVILEGE_NET_ADMIN,
                  "CONFIG_BPF_SYSCALL");
    if (program < 0)
        return;
    check_live_frames(report, program);
    close(program);
}

static void check_socket_map(struct check_report *report)
{
    int map = bpf_map_create(BPF_MAP_TYPE_XSKMAP, "check", sizeof(uint32_t), sizeof(uint32_t), 1, NULL);

    /* Older kernels, 6.1 among them, want CAP_NET_ADMIN for such a map, too. */
    check_feature(report, "bpf: XSKMAP", map < 0 ? map : 0, PRIVILEGE_BPF | PRIVILEGE_NET_ADMIN,
                  "CONFIG_XDP_SOCKETS");
    if (map >= 0)
        close(map);
}

static void check_socket(struct check_report *report, const char *name, int family, const char *option)
{
    int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC, 0);

    check_feature(report, name, fd < 0 ? -errno : 0, PRIVILEGE_NET_RAW, option);
    if (fd >= 0)
        close(fd);
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

void check_kernel(struct check_report *report)
{
    check_version(report);
    check_xdp_program(report);
    check_socket_map(report);
    check_types(report);
    check_jit(report);
    check_socket(report, "AF_XDP", AF_XDP, "CONFIG_XDP_SOCKETS");
    check_socket(report, "AF_PACKET", AF_PACKET, "CONFIG_PACKET");
}
