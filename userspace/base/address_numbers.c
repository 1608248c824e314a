// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/address_numbers.h"

#include <errno.h>
#include <stdlib.h>

#include "base/growing.h"

enum { FIRST_SLOTS = 1024 };

#define NUMBERS_MOST (1UL << 31)

/* Returns the slot of `address`, or the free one where it belongs. */
static size_t find_slot(const struct address_numbers *numbers, struct address address)
{
    size_t mask = numbers->slot_count - 1, slot = address_hash(address, 0) & mask;

    while (numbers->slots[slot] && !address_equal(numbers->addresses[numbers->slots[slot] - 1], address))
        slot = (slot + 1) & mask;
    return slot;
}

/* Half of the slots stay free, so that a search ends after two or three steps. */
static int grow_slots(struct address_numbers *numbers)
{
    size_t slot_count = numbers->slot_count ? 2 * numbers->slot_count : FIRST_SLOTS;
    uint32_t *slots = calloc(slot_count, sizeof(*slots));

    if (!slots)
        return -ENOMEM;
    free(numbers->slots);
    numbers->slots = slots;
    numbers->slot_count = slot_count;
    for (size_t i = 0; i < numbers->count; i++)
        slots[find_slot(numbers, numbers->addresses[i])] = (uint32_t)i + 1;
    return 0;
}

static int add(struct address_numbers *numbers, size_t slot, struct address address)
{
    struct address *addresses =
        growing_room(numbers->addresses, numbers->count, &numbers->capacity, sizeof(address));

    if (!addresses || numbers->count == NUMBERS_MOST)
        return -ENOMEM;
    numbers->addresses = addresses;
    addresses[numbers->count++] = address;
    numbers->slots[slot] = (uint32_t)numbers->count;
    return 0;
}

int address_numbers_get(struct address_numbers *numbers, struct address address, uint32_t *number)
{
    int error = 2 * numbers->count == numbers->slot_count ? grow_slots(numbers) : 0;

    if (error)
        return error;
    size_t slot = find_slot(numbers, address);
    if (!numbers->slots[slot])
        error = add(numbers, slot, address);
    *number = numbers->slots[slot] - 1;
    return error;
}

void address_numbers_free(struct address_numbers *numbers)
{
    free(numbers->addresses);
    free(numbers->slots);
    *numbers = (struct address_numbers){0};
}
