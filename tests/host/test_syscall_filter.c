// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/syscall_filter.h"

/* Each returns 0, or the errno with which it failed. */
static int opens_to_read(void)
{
    int fd = open("/dev/null", O_RDONLY);

    return fd < 0 ? errno : close(fd);
}

static int opens_to_write(void)
{
    int fd = open("/dev/null", O_WRONLY);

    return fd < 0 ? errno : close(fd);
}

static int executes(void)
{
    execl("/bin/true", "true", NULL);
    return errno;
}

static int forks(void)
{
    pid_t child = fork();

    if (child == 0)
        _exit(0);
    return child < 0 ? errno : waitpid(child, NULL, 0) < 0;
}

static int makes_a_socket(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    return fd < 0 ? errno : close(fd);
}

static int traces(void)
{
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL) ? errno : 0;
}

static int signals_another(void)
{
    return kill(getppid(), 0) ? errno : 0;
}

static int signals_itself(void)
{
    return kill(getpid(), 0) ? errno : 0;
}

static int takes_memory(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno
                                                                                                      : 0;
}

static int takes_memory_to_run(void)
{
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return memory == MAP_FAILED ? errno : 0;
}

static int makes_it_run(void)
{
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return mprotect(memory, 4096, PROT_READ | PROT_EXEC) ? errno : 0;
}

static void *nothing(void *argument)
{
    return argument;
}

static int starts_a_thread(void)
{
    pthread_t thread;
    int error = pthread_create(&thread, NULL, nothing, NULL);

    return error ? error : pthread_join(thread, NULL);
}

static int removes(void)
{
    return unlink("/nowhere/at/all") && errno != ENOENT ? errno : 0;
}

/* Runs it in a child, because the filter stays for ever: its exit status is the errno. */
static int outcome(unsigned allowed, int (*attempt)(void))
{
    int status;
    pid_t child = fork();

    if (child == 0)
        _exit(syscall_filter_install(allowed) ? 255 : attempt());
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 254;
}

/* Sanitizers use some of these themselves. */
#ifdef __SANITIZE_ADDRESS__
#define BY_SANITIZER 0
#else
#define BY_SANITIZER EPERM
#endif

Test(syscall_filter, allows_what_is_needed_and_no_more)
{
    static const struct {
        const char *name;
        int (*attempt)(void);
        int survey, lookups, files;
    } rows[] = {
        {"opens to read", opens_to_read, BY_SANITIZER, 0, 0},
        {"opens to write", opens_to_write, EPERM, EPERM, 0},
        {"removes", removes, EPERM, EPERM, 0},
        {"executes", executes, EPERM, EPERM, EPERM},
        {"forks", forks, BY_SANITIZER, BY_SANITIZER, BY_SANITIZER},
        {"makes a socket", makes_a_socket, EPERM, 0, EPERM},
        {"traces", traces, BY_SANITIZER, BY_SANITIZER, BY_SANITIZER},
        {"signals another", signals_another, EPERM, EPERM, EPERM},
        {"signals itself", signals_itself, 0, 0, 0},
        {"takes memory", takes_memory, 0, 0, 0},
        {"takes memory to run", takes_memory_to_run, EPERM, EPERM, EPERM},
        {"makes memory run", makes_it_run, EPERM, 0, EPERM},
        {"starts a thread", starts_a_thread, 0, 0, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cr_expect_eq(outcome(FILTER_FOR_SURVEY, rows[i].attempt), rows[i].survey, "%s: survey", rows[i].name);
        cr_expect_eq(outcome(FILTER_FOR_LOOKUPS, rows[i].attempt), rows[i].lookups, "%s: names",
                     rows[i].name);
        cr_expect_eq(outcome(FILTER_FOR_FILES, rows[i].attempt), rows[i].files, "%s: files", rows[i].name);
    }
}
