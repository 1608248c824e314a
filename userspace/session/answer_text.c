// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/answer_text.h"

#include <stdio.h>
#include <string.h>

#include "base/address_text.h"
#include "icmp_kind.h"
#include "output/label.h"
#include "output/object_text.h"

struct letters {
    const char *const *by_code;
    unsigned count;
};

/* By code of Destination Unreachable (RFC 792, RFC 1122, RFC 1812). */
static const char *const letters_ipv4[] = {
    [0] = " !N",  [1] = " !H",  [2] = " !P",  [4] = " !F",  [5] = " !S",
    [6] = " !N",  [7] = " !H",  [8] = " !N",  [9] = " !X",  [10] = " !X",
    [11] = " !N", [12] = " !H", [13] = " !X", [14] = " !V", [15] = " !C",
};

/* Likewise (RFC 4443, section 3.1). */
static const char *const letters_ipv6[] = {[0] = " !N", [1] = " !X", [2] = " !H", [3] = " !H"};

static const char *letter(const struct record *record, enum address_family family)
{
    static const struct letters of_ipv4 = {letters_ipv4, sizeof(letters_ipv4) / sizeof(letters_ipv4[0])},
                                of_ipv6 = {letters_ipv6, sizeof(letters_ipv6) / sizeof(letters_ipv6[0])};
    const struct letters *letters = family == FAMILY_IPV4 ? &of_ipv4 : &of_ipv6;

    return record->icmp_code < letters->count ? letters->by_code[record->icmp_code] : NULL;
}

const char *answer_annotation(const struct record *record, bool solicited, char text[ANSWER_TEXT_SIZE])
{
    enum address_family family = address_family(record->responder);
    enum icmp_kind kind = icmp_kind(family, record->icmp_type, record->icmp_code);
    const char *known = kind == ICMP_KIND_UNREACHABLE ? letter(record, family) : NULL;

    text[0] = '\0';
    if (solicited || kind == ICMP_KIND_EXPIRED)
        return text;
    if (kind == ICMP_KIND_TOO_BIG)
        known = " !F";
    else if (family == FAMILY_IPV6 && kind == ICMP_KIND_PARAMETER)
        known = record->icmp_code == ICMP6_NEXT_HEADER_UNKNOWN ? " !P" : " !S";
    if (known)
        snprintf(text, ANSWER_TEXT_SIZE, "%s", known);
    else if (kind == ICMP_KIND_UNREACHABLE)
        snprintf(text, ANSWER_TEXT_SIZE, " !<%u>", record->icmp_code);
    else
        snprintf(text, ANSWER_TEXT_SIZE, " !<%u-%u>", record->icmp_type, record->icmp_code);
    return text;
}

const char *answer_rtt(uint32_t rtt_us, char text[ANSWER_TEXT_SIZE])
{
    if (rtt_us == RECORD_NO_RTT)
        snprintf(text, ANSWER_TEXT_SIZE, "?");
    else
        snprintf(text, ANSWER_TEXT_SIZE, "%u.%03u", rtt_us / 1000, rtt_us % 1000);
    return text;
}

const char *answer_labels(const struct record *record, char text[ANSWER_TEXT_SIZE])
{
    size_t length = 0;

    text[0] = '\0';
    for (unsigned i = 0; i < record->label_count && length < ANSWER_TEXT_SIZE; i++) {
        struct label label = label_of(record->labels[i]);

        length += (size_t)snprintf(text + length, ANSWER_TEXT_SIZE - length, "%sL=%u,E=%u,S=%u,T=%u",
                                   i ? "/" : " <MPLS:", label.value, label.tc, label.bottom, label.ttl);
    }
    if (record->label_count && length < ANSWER_TEXT_SIZE)
        snprintf(text + length, ANSWER_TEXT_SIZE - length, ">");
    return text;
}

const char *answer_objects(const struct record *record, char text[ANSWER_TEXT_SIZE])
{
    _Static_assert(OBJECT_TEXT_MAX + sizeof(" <>") <= ANSWER_TEXT_SIZE, "there is room for all objects");
    char *begin = stpcpy(text, " <"), *end = object_put_text(begin, record);

    if (end == begin)
        *text = '\0';
    else
        stpcpy(end, ">");
    return text;
}

const char *answer_hints(const struct record *record, struct address target_address,
                         char text[ANSWER_TEXT_SIZE])
{
    size_t length = 0;

    text[0] = '\0';
    if (record_is_of_hop(record) && record->quoted_ttl > 1)
        length = (size_t)snprintf(text, ANSWER_TEXT_SIZE, " [quoted ttl %u]", record->quoted_ttl);
    if (record->flags & RECORD_REWRITTEN) {
        char address[ADDRESS_TEXT_SIZE] = "";

        if (!address_equal(record->target_address, target_address))
            address_format(record->target_address, address);
        snprintf(text + length, ANSWER_TEXT_SIZE - length, " [nat%s%s]", *address ? " " : "", address);
    }
    return text;
}

unsigned answer_back(const struct record *record)
{
    unsigned start = record->reply_ttl <= 64 ? 64 : record->reply_ttl <= 128 ? 128 : 255;

    return start - record->reply_ttl + 1;
}
