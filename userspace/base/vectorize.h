// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * VECTORIZED marks a function that is one plain loop over arrays: the compiler makes it several times over,
 * and the widest that the processor has is taken when the program starts (x86-64-v4: AVX-512, v3: AVX2).
 * Build flags need not know the processor, and the results are the same. Elsewhere the mark means nothing.
 *
 * gcc leaves such loops alone at -O2 unless told otherwise; clang does them anyway.
 */
#pragma once

#if defined(__x86_64__) && defined(__linux__) && defined(__clang__)
#define VECTORIZED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#elif defined(__x86_64__) && defined(__linux__)
#define VECTORIZED                                                                                           \
    __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), optimize("tree-"            \
                                                                                          "vectorize")))
#else
#define VECTORIZED
#endif
