// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/syscall_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <seccomp.h>

enum {
    ALWAYS = 0,
    OPTIMIZED_BY_TREE = 2, /* SCMP_FLTATR_CTL_OPTIMIZE: about eight comparisons instead of a hundred */
};

/* Leak detection reads the process from a thread that traces it (compiler-rt, sanitizer_common). */
#ifdef __SANITIZE_ADDRESS__
#define FOR_SANITIZER ALWAYS
#else
#define FOR_SANITIZER (1U << 31)
#endif

/* A call that is allowed with any arguments. */
struct plain {
    unsigned use; /* any of enum filter_for; or ALWAYS */
    int call;
};

/* A call that is allowed if an argument, or some bits of it, have a value. */
struct checked {
    unsigned use;
    int call;
    unsigned argument;
    scmp_datum_t mask, value;
};

#define ALL_BITS UINT64_MAX

/* Of O_TMPFILE only the bit that is not in O_DIRECTORY: directories may be read. */
#define WRITING_FLAGS ((scmp_datum_t)(O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY)))
/* Calls that use only open descriptors and existing memory. */
static const struct plain plain_calls[] = {
    {ALWAYS, SCMP_SYS(read)},
    {ALWAYS, SCMP_SYS(readv)},
    {ALWAYS, SCMP_SYS(pread64)},
    {ALWAYS, SCMP_SYS(preadv)},
    {ALWAYS, SCMP_SYS(write)},
    {ALWAYS, SCMP_SYS(writev)},
    {ALWAYS, SCMP_SYS(pwrite64)},
    {ALWAYS, SCMP_SYS(pwritev)},
    {ALWAYS, SCMP_SYS(close)},
    {ALWAYS, SCMP_SYS(lseek)},
    {ALWAYS, SCMP_SYS(fstat)},
    {ALWAYS, SCMP_SYS(fstatfs)},
    {ALWAYS, SCMP_SYS(ftruncate)},
    {ALWAYS, SCMP_SYS(fallocate)},
    {ALWAYS, SCMP_SYS(fsync)},
    {ALWAYS, SCMP_SYS(fdatasync)},
    {ALWAYS, SCMP_SYS(sync_file_range)},
    {ALWAYS, SCMP_SYS(dup)},
    {ALWAYS, SCMP_SYS(dup2)},
    {ALWAYS, SCMP_SYS(dup3)},
    {ALWAYS, SCMP_SYS(fcntl)},
    {ALWAYS, SCMP_SYS(flock)},
    {ALWAYS, SCMP_SYS(sendto)},
    {ALWAYS, SCMP_SYS(sendmsg)},
    {ALWAYS, SCMP_SYS(sendmmsg)},
    {ALWAYS, SCMP_SYS(recvfrom)},
    {ALWAYS, SCMP_SYS(recvmsg)},
    {ALWAYS, SCMP_SYS(recvmmsg)},
    {ALWAYS, SCMP_SYS(getsockopt)},
    {ALWAYS, SCMP_SYS(setsockopt)},
    {ALWAYS, SCMP_SYS(shutdown)},
    {ALWAYS, SCMP_SYS(accept4)},
    {ALWAYS, SCMP_SYS(getsockname)},
    {ALWAYS, SCMP_SYS(getpeername)},
    {ALWAYS, SCMP_SYS(poll)},
    {ALWAYS, SCMP_SYS(ppoll)},
    {ALWAYS, SCMP_SYS(select)},
    {ALWAYS, SCMP_SYS(pselect6)},
    {ALWAYS, SCMP_SYS(epoll_create1)},
    {ALWAYS, SCMP_SYS(epoll_wait)},
    {ALWAYS, SCMP_SYS(epoll_pwait)},
    {ALWAYS, SCMP_SYS(epoll_ctl)},
    {ALWAYS, SCMP_SYS(eventfd2)},
    {ALWAYS, SCMP_SYS(timerfd_settime)},
    {ALWAYS, SCMP_SYS(timerfd_gettime)},
    {ALWAYS, SCMP_SYS(nanosleep)},
    {ALWAYS, SCMP_SYS(clock_nanosleep)},
    {ALWAYS, SCMP_SYS(clock_gettime)},
    {ALWAYS, SCMP_SYS(clock_getres)},
    {ALWAYS, SCMP_SYS(gettimeofday)},
    {ALWAYS, SCMP_SYS(time)},
    {ALWAYS, SCMP_SYS(restart_syscall)},
    {ALWAYS, SCMP_SYS(brk)},
    {ALWAYS, SCMP_SYS(munmap)},
    {ALWAYS, SCMP_SYS(mremap)},
    {ALWAYS, SCMP_SYS(madvise)},
    {ALWAYS, SCMP_SYS(mincore)},
    {ALWAYS, SCMP_SYS(set_mempolicy)},
    {ALWAYS, SCMP_SYS(futex)},
    {ALWAYS, SCMP_SYS(set_robust_list)},
    {ALWAYS, SCMP_SYS(set_tid_address)},
    {ALWAYS, SCMP_SYS(rseq)},
    {ALWAYS, SCMP_SYS(membarrier)},
    {ALWAYS, SCMP_SYS(exit)},
    {ALWAYS, SCMP_SYS(exit_group)},
    {ALWAYS, SCMP_SYS(wait4)},
    {ALWAYS, SCMP_SYS(sched_yield)},
    {ALWAYS, SCMP_SYS(sched_getaffinity)},
    {ALWAYS, SCMP_SYS(sched_setaffinity)},
    {ALWAYS, SCMP_SYS(sched_setscheduler)},
    {ALWAYS, SCMP_SYS(sched_getscheduler)},
    {ALWAYS, SCMP_SYS(sched_getparam)},
    {ALWAYS, SCMP_SYS(sched_get_priority_min)},
    {ALWAYS, SCMP_SYS(sched_get_priority_max)},
    {ALWAYS, SCMP_SYS(getpriority)},
    {ALWAYS, SCMP_SYS(setpriority)},
    {ALWAYS, SCMP_SYS(getcpu)},
    {ALWAYS, SCMP_SYS(rt_sigaction)},
    {ALWAYS, SCMP_SYS(rt_sigprocmask)},
    {ALWAYS, SCMP_SYS(rt_sigreturn)},
    {ALWAYS, SCMP_SYS(rt_sigtimedwait)},
    {ALWAYS, SCMP_SYS(rt_sigpending)},
    {ALWAYS, SCMP_SYS(sigaltstack)},
    {ALWAYS, SCMP_SYS(getpid)},
    {ALWAYS, SCMP_SYS(gettid)},
    {ALWAYS, SCMP_SYS(getppid)},
    {ALWAYS, SCMP_SYS(getuid)},
    {ALWAYS, SCMP_SYS(geteuid)},
    {ALWAYS, SCMP_SYS(getgid)},
    {ALWAYS, SCMP_SYS(getegid)},
    {ALWAYS, SCMP_SYS(getrandom)},
    {ALWAYS, SCMP_SYS(uname)},
    {ALWAYS, SCMP_SYS(sysinfo)},
    {ALWAYS, SCMP_SYS(getrusage)},
    {ALWAYS, SCMP_SYS(umask)},
    {ALWAYS, SCMP_SYS(capget)},
    {ALWAYS, SCMP_SYS(capset)},
    {FILTER_FOR_FILES, SCMP_SYS(openat)},
    {FILTER_FOR_FILES, SCMP_SYS(getcwd)},
    {FILTER_FOR_FILES, SCMP_SYS(newfstatat)},
    {FILTER_FOR_FILES, SCMP_SYS(faccessat)},
    {FILTER_FOR_FILES, SCMP_SYS(faccessat2)},
    {FILTER_FOR_FILES, SCMP_SYS(access)},
    {FILTER_FOR_FILES, SCMP_SYS(statx)},
    {FILTER_FOR_FILES, SCMP_SYS(readlink)},
    {FILTER_FOR_FILES, SCMP_SYS(readlinkat)},
    {FILTER_FOR_FILES, SCMP_SYS(unlink)},
    {FILTER_FOR_FILES, SCMP_SYS(unlinkat)},
    {FILTER_FOR_FILES, SCMP_SYS(renameat)},
    {FILTER_FOR_FILES, SCMP_SYS(renameat2)},
    {FILTER_FOR_FILES, SCMP_SYS(rename)},
    {FILTER_FOR_FILES, SCMP_SYS(getdents64)},
    {FILTER_FOR_FILES, SCMP_SYS(stat)},
    {FILTER_FOR_FILES, SCMP_SYS(lstat)},
    {FILTER_FOR_FILES, SCMP_SYS(open)},
    {FILTER_FOR_LOOKUPS, SCMP_SYS(socket)},
    {FILTER_FOR_LOOKUPS | FILTER_FOR_ROUTES, SCMP_SYS(connect)},
    {FILTER_FOR_LOOKUPS, SCMP_SYS(bind)},
    {FILTER_FOR_LOOKUPS, SCMP_SYS(newfstatat)},
    {FILTER_FOR_LOOKUPS, SCMP_SYS(stat)},
    {FILTER_FOR_LOOKUPS, SCMP_SYS(lstat)},
    {FILTER_FOR_LOOKUPS, SCMP_SYS(statx)},
    {FILTER_FOR_LOOKUPS, SCMP_SYS(access)},
    {FILTER_FOR_LOOKUPS, SCMP_SYS(faccessat)},
    {FILTER_FOR_LOOKUPS, SCMP_SYS(faccessat2)},
    {FILTER_FOR_LOOKUPS, SCMP_SYS(readlink)},
    {FILTER_FOR_LOOKUPS, SCMP_SYS(readlinkat)},
    {FILTER_FOR_LOOKUPS, SCMP_SYS(getdents64)},
    {FOR_SANITIZER, SCMP_SYS(ptrace)},
    {FOR_SANITIZER, SCMP_SYS(prctl)},
    {FOR_SANITIZER, SCMP_SYS(clone)},
    {FOR_SANITIZER, SCMP_SYS(readlink)},
    {FOR_SANITIZER, SCMP_SYS(getdents)},
    {FOR_SANITIZER, SCMP_SYS(getdents64)},
    {FOR_SANITIZER, SCMP_SYS(pipe2)},
    {FOR_SANITIZER, SCMP_SYS(process_vm_readv)},
};

static const struct checked checked_calls[] = {
    /* Memory that was written to must never be executed. */
    {ALWAYS, SCMP_SYS(mmap), 2, PROT_EXEC, 0},
    {ALWAYS, SCMP_SYS(mprotect), 2, PROT_EXEC, 0},
    {FILTER_FOR_LOOKUPS, SCMP_SYS(mmap), 2, PROT_EXEC | PROT_WRITE, PROT_EXEC}, /* modules of nsswitch.conf */
    {FILTER_FOR_LOOKUPS, SCMP_SYS(mprotect), 2, PROT_EXEC | PROT_WRITE, PROT_EXEC},
    /* clone(2) may create threads only. */
    {ALWAYS, SCMP_SYS(clone), 0, CLONE_THREAD, CLONE_THREAD},
    {ALWAYS, SCMP_SYS(prctl), 0, ALL_BITS, PR_SET_NAME},
    {ALWAYS, SCMP_SYS(prctl), 0, ALL_BITS, PR_SET_TIMERSLACK},
    {ALWAYS, SCMP_SYS(prlimit64), 2, ALL_BITS, 0},
    /* fstat(3) of the C library. */
    {ALWAYS, SCMP_SYS(newfstatat), 3, AT_EMPTY_PATH, AT_EMPTY_PATH},
    /* To ask whether a link exists (send/packet_socket.h), how large the window is, and how much can be read. */
    {ALWAYS, SCMP_SYS(ioctl), 1, ALL_BITS, SIOCGIFNAME},
    {ALWAYS, SCMP_SYS(ioctl), 1, ALL_BITS, SIOCGIFFLAGS},
    {ALWAYS, SCMP_SYS(ioctl), 1, ALL_BITS, TIOCGWINSZ},
    {ALWAYS, SCMP_SYS(ioctl), 1, ALL_BITS, TCGETS},
    {ALWAYS, SCMP_SYS(ioctl), 1, ALL_BITS, FIONREAD},
    {FILTER_FOR_TERMINAL, SCMP_SYS(ioctl), 1, ALL_BITS, TCSETS},
    {FILTER_FOR_TERMINAL, SCMP_SYS(ioctl), 1, ALL_BITS, TCSETSW},
    {FILTER_FOR_TERMINAL, SCMP_SYS(ioctl), 1, ALL_BITS, TIOCGPGRP},
    {FILTER_FOR_SURVEY, SCMP_SYS(bpf), 0, ALL_BITS, BPF_MAP_LOOKUP_ELEM},
    {FILTER_FOR_SURVEY, SCMP_SYS(bpf), 0, ALL_BITS, BPF_MAP_UPDATE_ELEM},
    {FILTER_FOR_SURVEY, SCMP_SYS(bpf), 0, ALL_BITS, BPF_PROG_TEST_RUN},
    {FILTER_FOR_SURVEY, SCMP_SYS(bpf), 0, ALL_BITS, BPF_LINK_DETACH},
    {FILTER_FOR_LOOKUPS, SCMP_SYS(openat), 2, WRITING_FLAGS, O_RDONLY},
    {FILTER_FOR_LOOKUPS, SCMP_SYS(open), 1, WRITING_FLAGS, O_RDONLY},
    {FOR_SANITIZER, SCMP_SYS(openat), 2, WRITING_FLAGS, O_RDONLY},
    {FOR_SANITIZER, SCMP_SYS(open), 1, WRITING_FLAGS, O_RDONLY},
};

static bool is_wanted(unsigned use, unsigned allowed)
{
    return use == ALWAYS || (use & allowed);
}

static int add_plain(scmp_filter_ctx filter, unsigned allowed)
{
    int error = 0;

    for (size_t i = 0; !error && i < sizeof(plain_calls) / sizeof(plain_calls[0]); i++)
        if (is_wanted(plain_calls[i].use, allowed))
            error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, plain_calls[i].call, 0);
    return error;
}

static int add_checked(scmp_filter_ctx filter, unsigned allowed)
{
    int error = 0;

    for (size_t i = 0; !error && i < sizeof(checked_calls) / sizeof(checked_calls[0]); i++) {
        const struct checked *rule = &checked_calls[i];
        const struct scmp_arg_cmp argument = {rule->argument, SCMP_CMP_MASKED_EQ, rule->mask, rule->value};

        if (is_wanted(rule->use, allowed))
            error = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, rule->call, 1, &argument);
    }
    return error;
}

/* Only to this process, whatever its user may do: to wake a thread (send/live_call.h), for abort(3), and to
 * stop for the shell. */
static int add_signals(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp ourselves = {0, SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0};
    int error = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, &ourselves);

    return error ? error : seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(kill), 1, &ourselves);
}

static int set_attributes(scmp_filter_ctx filter)
{
    int error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);

    if (!error)
        error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 1);
    /* Before Linux 5.16 a filter would have slowed down everything that runs under it. */
    if (!error)
        error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1);
    if (!error)
        error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, OPTIMIZED_BY_TREE);
    return error;
}

int syscall_filter_install(unsigned allowed)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));

    if (!filter)
        return -ENOMEM;
    int error = set_attributes(filter);
    if (!error)
        error = add_plain(filter, allowed);
    if (!error)
        error = add_checked(filter, allowed);
    if (!error)
        error = add_signals(filter);
    if (!error)
        error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    if (!error)
        error = seccomp_load(filter);
    seccomp_release(filter);
    return error;
}
