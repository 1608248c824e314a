// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/balancer_facts.h"

#include "mix.h"

#define CHOICE 3ULL

static uint64_t hash_of(const struct balancer_facts *facts, struct address balancer)
{
    return mix64(mix64(balancer.high ^ facts->secret) ^ balancer.low);
}

enum balancer_choice balancer_facts_find(const struct balancer_facts *facts, struct address balancer)
{
    uint64_t hash = hash_of(facts, balancer), word = facts->words[hash % BALANCER_FACTS];

    return (word ^ hash) & ~CHOICE ? BALANCER_UNKNOWN : (enum balancer_choice)(word & CHOICE);
}

void balancer_facts_note(struct balancer_facts *facts, struct address balancer, enum balancer_choice choice)
{
    uint64_t hash = hash_of(facts, balancer);

    if (balancer_facts_find(facts, balancer) != BALANCER_BY_PACKET)
        facts->words[hash % BALANCER_FACTS] = (hash & ~CHOICE) | choice;
}
