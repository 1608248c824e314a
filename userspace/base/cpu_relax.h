// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

/* cpu_relax() belongs into a loop that waits for another processor's store. It frees the units that this core
 * shares with another thread meanwhile. */
static inline void cpu_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
    __asm__ volatile("yield" ::: "memory");
#endif
}
