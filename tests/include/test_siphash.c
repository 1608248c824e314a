// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "siphash.h"
#include "table.h"

/* The reference implementation's vectors: the key 00 01 … 0f, the message 00 01 … (length - 1). That of
 * length 15 is the example of the paper's appendix A. */
static const struct siphash_key vector_key = {0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL};
static const uint64_t vectors[] = {
    0x726fdb47dd0e0e31ULL, 0x74f839c593dc67fdULL, 0x0d6c8009d9a94f5aULL, 0x85676696d7fb7e2dULL,
    0xcf2794e0277187b7ULL, 0x18765564cd99a68dULL, 0xcbc9466e58fee3ceULL, 0xab0200f58b01d137ULL,
    0x93f5f5799a932462ULL, 0x9e0082df0ba9e4b0ULL, 0x7a5dbbc594ddb9f3ULL, 0xf4b32f46226bada7ULL,
    0x751e8fbc860ee5fbULL, 0x14ea5627c0843d90ULL, 0xf723ca908e7af2eeULL, 0xa129ca6149be45e5ULL,
};

/* The little-endian word of `count` message bytes from `first` on. */
static uint64_t message_word(uint64_t first, unsigned count)
{
    uint64_t word = 0;

    for (unsigned i = 0; i < count; i++)
        word |= (first + i) << (8 * i);
    return word;
}

static uint64_t hash_of_length(unsigned length)
{
    struct siphash_state state = siphash_start(vector_key);
    unsigned done;

    for (done = 0; done + 8 <= length; done += 8)
        siphash_absorb(&state, message_word(done, 8));
    return siphash_finish(state, message_word(done, length - done), length);
}

Test(siphash, matches_the_reference_vectors)
{
    for (unsigned length = 0; length < COUNT(vectors); length++)
        cr_expect_eq(hash_of_length(length), vectors[length], "length %u: %016llx", length,
                     (unsigned long long)hash_of_length(length));
}

Test(siphash, one_word_is_a_message_of_eight_bytes)
{
    cr_assert_eq(siphash_u64(vector_key, message_word(0, 8)), vectors[8]);
}

Test(siphash, a_state_can_be_finished_again_and_again)
{
    struct siphash_state state = siphash_start(vector_key);

    siphash_absorb(&state, message_word(0, 8));
    cr_assert_eq(siphash_finish(state, message_word(8, 7), 15), vectors[15]);
    cr_assert_eq(siphash_finish(state, message_word(8, 1), 9), vectors[9]);
}
