// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * VECTORIZED marks a function that is a simple loop over arrays. The compiler creates several versions of it,
 * and the program's start selects the one with the widest vectors that the processor has (x86-64-v4: AVX-512,
 * v3: AVX2). So build flags do not depend on the processor, and results are the same everywhere. On other
 * architectures the mark has no effect.
 *
 * At -O2, gcc does not vectorize such loops without this option; clang always does.
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
