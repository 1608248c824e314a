// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/privilege.h"

#include <errno.h>
#include <linux/capability.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "host/text_file.h"

static const struct {
    enum privilege privilege;
    const char *name;
    uint64_t capabilities; /* any one of them is enough */
} privileges[] = {
    {PRIVILEGE_NET_RAW, "CAP_NET_RAW", 1ULL << CAP_NET_RAW},
    {PRIVILEGE_NET_ADMIN, "CAP_NET_ADMIN", 1ULL << CAP_NET_ADMIN},
    {PRIVILEGE_SYS_ADMIN, "CAP_SYS_ADMIN", 1ULL << CAP_SYS_ADMIN},
    {PRIVILEGE_BPF, "CAP_BPF", 1ULL << CAP_BPF | 1ULL << CAP_SYS_ADMIN},
    {PRIVILEGE_PERFMON, "CAP_PERFMON", 1ULL << CAP_PERFMON | 1ULL << CAP_SYS_ADMIN},
    {PRIVILEGE_FILES, "CAP_DAC_OVERRIDE", 1ULL << CAP_DAC_OVERRIDE},
    {PRIVILEGE_USER, "CAP_SETUID", 1ULL << CAP_SETUID | 1ULL << CAP_SETGID},
    {PRIVILEGE_LOADED, "CAP_BPF", 1ULL << CAP_BPF},
};

enum {
    PRIVILEGE_COUNT = sizeof(privileges) / sizeof(privileges[0]),
};

/* System calls instead of libcap: only one number is needed. */
struct capabilities {
    struct __user_cap_data_struct words[_LINUX_CAPABILITY_U32S_3];
};

static int read_capabilities(struct capabilities *out)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};

    return syscall(SYS_capget, &header, out->words) ? -errno : 0;
}

static int write_capabilities(const struct capabilities *set)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};

    return syscall(SYS_capset, &header, set->words) ? -errno : 0;
}

static uint64_t effective_of(const struct capabilities *held)
{
    return (uint64_t)held->words[1].effective << 32 | held->words[0].effective;
}

static uint64_t effective_capabilities(void)
{
    struct capabilities held = {0};

    return read_capabilities(&held) ? 0 : effective_of(&held);
}

static uint64_t capabilities_of(unsigned wanted)
{
    uint64_t set = 0;

    for (size_t i = 0; i < PRIVILEGE_COUNT; i++)
        if (wanted & privileges[i].privilege)
            set |= privileges[i].capabilities;
    return set;
}

bool privilege_is_lent(void)
{
    return getauxval(AT_SECURE) != 0;
}

bool privilege_administers_network(void)
{
    return !privilege_is_lent() && !privilege_missing(PRIVILEGE_NET_ADMIN);
}

/* Removes what the program may never get again, not even by executing another program. Without CAP_SETPCAP
 * nothing changes. */
static void narrow_bounds(uint64_t keep)
{
    for (unsigned long i = 0; prctl(PR_CAPBSET_READ, i) >= 0; i++)
        if (prctl(PR_CAPBSET_READ, i) > 0 && (i >= 64 || !(keep >> i & 1)))
            (void)prctl(PR_CAPBSET_DROP, i);
}

/* Only of this thread: it keeps those of `kept`. */
static int lower(uint64_t kept)
{
    struct capabilities set;
    int error = read_capabilities(&set);

    if (error)
        return error;
    for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
        set.words[i].effective &= (uint32_t)(kept >> (32 * i));
        set.words[i].permitted &= (uint32_t)(kept >> (32 * i));
        set.words[i].inheritable = 0;
    }
    return write_capabilities(&set);
}

int privilege_drop(unsigned keep)
{
    uint64_t kept = capabilities_of(keep);

    narrow_bounds(kept);
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0L, 0L, 0L) ||
        prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) || (privilege_is_lent() && prctl(PR_SET_DUMPABLE, 0L)))
        return -errno;
    return lower(kept);
}

int privilege_narrow(unsigned without)
{
    narrow_bounds(0);
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0L, 0L, 0L) ||
        prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L))
        return -errno;
    return lower(~capabilities_of(without));
}

unsigned privilege_of_loaded_bpf_in(const char *release, long disabled)
{
    unsigned major = 0, minor = 0;
    int read = sscanf(release, "%u.%u", &major, &minor);

    return disabled && read == 2 && (major < 5 || (major == 5 && minor < 19)) ? PRIVILEGE_LOADED : 0;
}

unsigned privilege_of_loaded_bpf(void)
{
    struct utsname system;
    long disabled = 0;

    if (uname(&system) || text_file_number("/proc/sys/kernel/unprivileged_bpf_disabled", &disabled))
        return 0;
    return privilege_of_loaded_bpf_in(system.release, disabled);
}

void privilege_leave_thread(unsigned keep)
{
    struct capabilities held;

    /* If it is unknown whether the thread has PRIVILEGE_USER, it keeps all: the C library ends a process if
     * only some of its threads can become another user. */
    if (!read_capabilities(&held) && !(effective_of(&held) & capabilities_of(PRIVILEGE_USER)))
        (void)lower(capabilities_of(keep));
}

int privilege_use(unsigned wanted)
{
    uint64_t used = capabilities_of(wanted);
    struct capabilities set;
    int error = read_capabilities(&set);

    if (error)
        return error;
    for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
        set.words[i].effective = set.words[i].permitted & (uint32_t)(used >> (32 * i));
    return write_capabilities(&set);
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

const char *privilege_error_text(unsigned used, int error)
{
    if (error == -EPERM && !privilege_missing(used))
        return "forbidden although the process has the privileges: by a container's filter of system calls "
               "(seccomp), or by kernel lockdown";
    return strerror(-error);
}

const char *privilege_name(enum privilege privilege)
{
    for (size_t i = 0; i < PRIVILEGE_COUNT; i++) {
        if (privileges[i].privilege == privilege)
            return privileges[i].name;
    }
    return "?";
}
