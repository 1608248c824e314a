// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/address_map.h"

void address_map_add(struct address_map *map, struct address address)
{
    uint32_t block = address_ipv4(address) >> 8;

    if (address_is_ipv4(address))
        map->words[block / 64] |= 1ULL << block % 64;
}

uint64_t address_map_count(const struct address_map *map)
{
    uint64_t count = 0;

    for (unsigned i = 0; i < ADDRESS_MAP_WORDS; i++)
        count += (uint64_t)__builtin_popcountll(map->words[i]);
    return count;
}

/* Starts with the two lowest bits: each pair chooses a quarter of a square, which is turned and mirrored so
 * that it begins and ends beside its neighbours (Hilbert, "Über die stetige Abbildung einer Linie auf ein
 * Flächenstück", 1891). */
void hilbert_place(unsigned order, uint32_t index, uint32_t *x, uint32_t *y)
{
    uint32_t across = 0, down = 0;

    for (uint32_t side = 1; side < 1U << order; side *= 2, index /= 4) {
        uint32_t right = index >> 1 & 1, below = (index ^ right) & 1;

        if (!below) {
            uint32_t old = across;

            across = right ? side - 1 - down : down;
            down = right ? side - 1 - old : old;
        }
        across += side * right;
        down += side * below;
    }
    *x = across;
    *y = down;
}

/* Counts the set /24s among `count` from `first` on; `count` is a power of 2. */
static uint32_t blocks_of(const struct address_map *map, uint32_t first, uint32_t count)
{
    uint32_t blocks = 0;

    if (count < 64)
        return (uint32_t)__builtin_popcountll(map->words[first / 64] >> first % 64 & ((1ULL << count) - 1));
    for (uint32_t i = 0; i < count / 64; i++)
        blocks += (uint32_t)__builtin_popcountll(map->words[first / 64 + i]);
    return blocks;
}

void address_map_draw(const struct address_map *map, unsigned order, uint8_t *pixels)
{
    uint32_t count = 1U << 2 * (ADDRESS_MAP_ORDER - order), x, y;

    for (uint32_t index = 0; index < 1U << 2 * order; index++) {
        uint64_t blocks = blocks_of(map, index * count, count);

        hilbert_place(order, index, &x, &y);
        pixels[(y << order) + x] = (uint8_t)((blocks * ADDRESS_MAP_SHADES + count - 1) / count);
    }
}
