// SPDX-License-Identifier: GPL-2.0-or-later
/* Copies of packets that end at the end of readable memory: a read beyond a packet ends the test, with or
 * without a sanitizer. */
#pragma once

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct guarded {
    uint8_t *memory, *end; /* at `end`, an unreadable page begins */
    size_t page;
};

static inline struct guarded guarded_make(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    cr_assert(memory != MAP_FAILED);
    cr_assert_eq(mprotect(memory + page, page, PROT_NONE), 0);
    return (struct guarded){memory, memory + page, page};
}

/* guarded_copy() returns a copy that is valid until the next call; `length` is at most a page. */
static inline const uint8_t *guarded_copy(const struct guarded *guarded, const uint8_t *bytes, size_t length)
{
    cr_assert_leq(length, guarded->page);
    return memcpy(guarded->end - length, bytes, length);
}

static inline void guarded_free(const struct guarded *guarded)
{
    munmap(guarded->memory, 2 * guarded->page);
}
