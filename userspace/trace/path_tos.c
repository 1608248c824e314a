// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/path_tos.h"

#include "session/tos_text.h"

static const struct record *answer_at(const struct path *path, unsigned ttl, unsigned query)
{
    const struct path_query *asked = path_query(path, ttl, query);

    return asked->state == QUERY_ANSWERED ? &asked->record : NULL;
}

uint8_t path_tos_before(const struct path *path, unsigned ttl, uint8_t sent)
{
    const struct path_config *config = path_config(path);

    while (ttl-- > config->first_ttl)
        for (unsigned i = 0; i < config->queries; i++) {
            const struct record *record = answer_at(path, ttl, i);

            if (record && record->quoted_tos != RECORD_NO_TOS)
                return (uint8_t)record->quoted_tos;
        }
    return sent;
}

unsigned path_tos_changed(const struct path *path, uint8_t sent)
{
    const struct path_config *config = path_config(path);

    for (unsigned ttl = config->first_ttl; ttl <= path_length(path); ttl++)
        for (unsigned i = 0; i < config->queries; i++) {
            const struct record *record = answer_at(path, ttl, i);

            if (record && tos_is_changed(sent, record))
                return ttl;
        }
    return 0;
}
