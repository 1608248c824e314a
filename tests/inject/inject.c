// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes hopwire short of memory, threads or files at one chosen place. Linked into build/tests/inject/hopwire
 * with --wrap for each function below, so that what hopwire itself asks for comes here first, in a build with
 * sanitizers too, and what libraries ask for does not: some of them end the process. Jansson says itself
 * where its memory comes from.
 *
 *   HOPWIRE_INJECT=N        the Nth request fails
 *   HOPWIRE_INJECT_COUNT=F  how many there were is written to file F at the end
 *
 * And it tells what a power cut would leave, for bench/bench_kill.py:
 *
 *   HOPWIRE_SYNCED=F        of each file that is only written, how long it was at its last fdatasync() is written to
 *                           F.length; of one that is read, too, what was in it is copied to F.content
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <libmnl/libmnl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    COUNT_FD = 100,
};

#define BEGINNING "/hopwire-begins"

static _Atomic unsigned long requests;
static unsigned long failing;
static int count_file = -1; /* open before the process gives up the right to open files */

static bool fails(void)
{
    return atomic_fetch_add(&requests, 1) + 1 == failing;
}

#define WRAP(type, name, failure, parameters, arguments)                                                     \
    type __real_##name parameters;                                                                           \
    type __wrap_##name parameters;                                                                           \
    type __wrap_##name parameters                                                                            \
    {                                                                                                        \
        if (!fails())                                                                                        \
            return __real_##name arguments;                                                                  \
        errno = ENOMEM;                                                                                      \
        return failure;                                                                                      \
    }

WRAP(void *, malloc, NULL, (size_t size), (size))
WRAP(void *, calloc, NULL, (size_t count, size_t size), (count, size))
WRAP(void *, realloc, NULL, (void *memory, size_t size), (memory, size))
WRAP(void *, aligned_alloc, NULL, (size_t alignment, size_t size), (alignment, size))
WRAP(char *, strdup, NULL, (const char *text), (text))
WRAP(char *, realpath, NULL, (const char *path, char *out), (path, out))
WRAP(FILE *, fopen, NULL, (const char *path, const char *mode), (path, mode))
WRAP(FILE *, fdopen, NULL, (int fd, const char *mode), (fd, mode))
WRAP(FILE *, open_memstream, NULL, (char **text, size_t *size), (text, size))
WRAP(void *, mmap, MAP_FAILED, (void *at, size_t size, int protection, int flags, int fd, off_t offset),
     (at, size, protection, flags, fd, offset))
WRAP(int, pthread_create, EAGAIN,
     (pthread_t * thread, const pthread_attr_t *attributes, void *(*run)(void *), void *context),
     (thread, attributes, run, context))
WRAP(struct mnl_socket *, mnl_socket_open2, NULL, (int bus, int flags), (bus, flags))

int __wrap_asprintf(char **out, const char *format, ...) __attribute__((format(printf, 2, 3)));
int __wrap_asprintf(char **out, const char *format, ...)
{
    va_list arguments;
    int length = -1;

    va_start(arguments, format);
    if (!fails())
        length = vasprintf(out, format, arguments);
    va_end(arguments);
    return length;
}

/* Jansson 2.14 continues with half a token, and fails an assertion, if it is short of memory while it reads.
 * */
static _Thread_local bool json_reads;

static void *json_memory(size_t size)
{
    return !json_reads && fails() ? NULL : __real_malloc(size);
}

#define WRAP_JSON(name, parameters, arguments)                                                               \
    json_t *__real_##name parameters;                                                                        \
    json_t *__wrap_##name parameters;                                                                        \
    json_t *__wrap_##name parameters                                                                         \
    {                                                                                                        \
        json_reads = true;                                                                                   \
        json_t *json = __real_##name arguments;                                                              \
        json_reads = false;                                                                                  \
        return json;                                                                                         \
    }

WRAP_JSON(json_loadf, (FILE * in, size_t flags, json_error_t *error), (in, flags, error))
WRAP_JSON(json_loadb, (const char *text, size_t length, size_t flags, json_error_t *error),
          (text, length, flags, error))

static int synced_length = -1, synced_content = -1;

static void note_length(off_t length)
{
    char line[32];
    int size = snprintf(line, sizeof(line), "%020lld\n", (long long)length);

    (void)!pwrite(synced_length, line, (size_t)size, 0);
}

static void copy_content(int fd, off_t length)
{
    static char block[1 << 16];

    for (off_t at = 0; at < length; at += (off_t)sizeof(block)) {
        ssize_t n = pread(fd, block, sizeof(block), at);

        if (n > 0)
            (void)!pwrite(synced_content, block, (size_t)n, at);
    }
}

int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);
int __wrap_fdatasync(int fd)
{
    struct stat before;
    int known = synced_length >= 0 && fstat(fd, &before) == 0, result = __real_fdatasync(fd);

    if (!known || result)
        return result;
    if ((fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY)
        note_length(before.st_size);
    else
        copy_content(fd, before.st_size);
    return 0;
}

/* Files that the run opens later do not matter here. */
static int open_beside(const char *path, const char *ending)
{
    char name[512];

    snprintf(name, sizeof(name), "%s.%s", path, ending);
    return open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

static void open_synced(const char *path)
{
    if (!path)
        return;
    synced_length = open_beside(path, "length");
    synced_content = open_beside(path, "content");
}

__attribute__((constructor)) static void begin(void)
{
    const char *number = getenv("HOPWIRE_INJECT"), *path = getenv("HOPWIRE_INJECT_COUNT");

    open_synced(getenv("HOPWIRE_SYNCED"));
    failing = number ? strtoul(number, NULL, 10) : 0;
    /* A number that is not among those that programs open next, on which they may rely. */
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;

    if (fd >= 0) {
        count_file = fcntl(fd, F_DUPFD_CLOEXEC, COUNT_FD);
        close(fd);
    }
    json_set_alloc_funcs(json_memory, free);
    /* A tracer of system calls sees by this call that those of the dynamic loader are over. */
    (void)!access(BEGINNING, F_OK);
}

__attribute__((destructor)) static void end(void)
{
    if (count_file < 0)
        return;
    dprintf(count_file, "%lu\n", atomic_load(&requests));
    close(count_file);
}
