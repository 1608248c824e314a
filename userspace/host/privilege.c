// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/privilege.h"

#include <linux/capability.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
    enum privilege privilege;
    const char *name;
    uint64_t capabilities; /* any of them grants it */
} privileges[] = {
    {PRIVILEGE_NET_RAW, "CAP_NET_RAW", 1ULL << CAP_NET_RAW},
    {PRIVILEGE_NET_ADMIN, "CAP_NET_ADMIN", 1ULL << CAP_NET_ADMIN},
    {PRIVILEGE_SYS_ADMIN, "CAP_SYS_ADMIN", 1ULL << CAP_SYS_ADMIN},
    {PRIVILEGE_BPF, "CAP_BPF", 1ULL << CAP_BPF | 1ULL << CAP_SYS_ADMIN},
    {PRIVILEGE_PERFMON, "CAP_PERFMON", 1ULL << CAP_PERFMON | 1ULL << CAP_SYS_ADMIN},
};

enum {
    PRIVILEGE_COUNT = sizeof(privileges) / sizeof(privileges[0]),
};

/* The system call rather than libcap: one number is all that is wanted. */
static uint64_t effective_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct words[_LINUX_CAPABILITY_U32S_3] = {{0}};

    if (syscall(SYS_capget, &header, words))
        return 0;
    return (uint64_t)words[1].effective << 32 | words[0].effective;
}

unsigned privilege_missing(unsigned wanted)
{
    uint64_t held = effective_capabilities();
    unsigned missing = 0;

    for (size_t i = 0; i < PRIVILEGE_COUNT; i++) {
        if (!(held & privileges[i].capabilities))
            missing |= wanted & privileges[i].privilege;
    }
    return missing;
}

const char *privilege_name(enum privilege privilege)
{
    for (size_t i = 0; i < PRIVILEGE_COUNT; i++) {
        if (privileges[i].privilege == privilege)
            return privileges[i].name;
    }
    return "?";
}
