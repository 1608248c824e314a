// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/icmp_extension.h"

#include <criterion/criterion.h>
#include <string.h>

#include "bytes.h"
#include "protocol.h"
#include "reference.h"
#include "support/guarded.h"
#include "table.h"

enum {
    MPLS = 1,
    INCOMING = 1,
    DEEPEST = 12,
};

/* An ICMP error as it grows. */
struct message {
    enum address_family family;
    uint8_t bytes[512];
    unsigned length;
    unsigned extension; /* where its header is */
};

enum checksum {
    CHECKSUM_RIGHT,
    CHECKSUM_WRONG,
    CHECKSUM_NONE, /* 0 */
};

/* A quotation of `quoted` bytes, whose length field says `announced`: words in ICMP, twice that in ICMPv6. */
static struct message start_message_of(enum address_family family, unsigned quoted, unsigned announced)
{
    bool ipv4 = family == FAMILY_IPV4;
    struct message message = {.family = family, .length = 8 + quoted};

    message.bytes[0] = ipv4 ? ICMP_TIME_EXCEEDED_TYPE : ICMP6_TIME_EXCEEDED_TYPE;
    message.bytes[ipv4 ? 5 : 4] = (uint8_t)announced;
    for (unsigned i = 0; i < quoted; i++)
        message.bytes[8 + i] = (uint8_t)(i < 40 ? 0x45 + i : 0);
    return message;
}

static struct message start_message(unsigned quoted, unsigned announced)
{
    return start_message_of(FAMILY_IPV4, quoted, announced);
}

static void add_bytes(struct message *message, const void *bytes, unsigned length)
{
    cr_assert_leq(message->length + length, sizeof(message->bytes));
    memcpy(message->bytes + message->length, bytes, length);
    message->length += length;
}

static void start_extension(struct message *message)
{
    message->extension = message->length;
    add_bytes(message, "\x20\x00\x00\x00", 4);
}

static uint32_t label_of(unsigned i)
{
    return 0x12340000U + (i << 12) + 0x1ff - i;
}

/* An object with `count` label stack entries; `length` is what its header says, whatever it has. */
static void add_object(struct message *message, unsigned length, uint8_t class, uint8_t type, unsigned count)
{
    uint8_t header[4] = {(uint8_t)(length >> 8), (uint8_t)length, class, type};

    add_bytes(message, header, sizeof(header));
    for (unsigned i = 0; i < count; i++) {
        uint8_t entry[4];

        store_be32(entry, label_of(i));
        add_bytes(message, entry, sizeof(entry));
    }
}

static void finish_extension(struct message *message, enum checksum checksum)
{
    uint8_t *header = message->bytes + message->extension;
    uint16_t right = (uint16_t)~reference_sum(0, header, message->length - message->extension);

    if (checksum != CHECKSUM_NONE)
        store_be16(header + 2, checksum == CHECKSUM_RIGHT ? right : right ^ 0x0100);
}

static struct message stack_message_of(enum address_family family, unsigned quoted, unsigned announced,
                                       unsigned labels, enum checksum checksum)
{
    struct message message = start_message_of(family, quoted, announced);

    start_extension(&message);
    add_object(&message, 4 + 4 * labels, MPLS, INCOMING, labels);
    finish_extension(&message, checksum);
    return message;
}

static struct message stack_message(unsigned quoted, unsigned announced, unsigned labels,
                                    enum checksum checksum)
{
    return stack_message_of(FAMILY_IPV4, quoted, announced, labels, checksum);
}

static struct label_stack read_labels(const struct message *message, unsigned length)
{
    struct guarded guarded = guarded_make();
    struct extension_objects objects;
    struct label_stack stack;

    memset(&stack, 0xee, sizeof(stack));
    icmp_extension_read(message->family, guarded_copy(&guarded, message->bytes, length), length, &stack,
                        &objects);
    guarded_free(&guarded);
    return stack;
}

static void expect_labels(const struct message *message, unsigned count, bool cut, const char *what)
{
    struct label_stack stack = read_labels(message, message->length);

    cr_expect_eq(stack.count, count, "%s: %u labels instead of %u", what, stack.count, count);
    cr_expect_eq(stack.cut, cut, "%s: cut is %d", what, stack.cut);
    for (unsigned i = 0; i < count && i < stack.count; i++)
        cr_expect_eq(stack.labels[i], label_of(i), "%s: label %u is %#x", what, i, stack.labels[i]);
}

Test(icmp_extension, stacks_of_every_depth)
{
    for (unsigned labels = 0; labels <= DEEPEST; labels++) {
        struct message compliant = stack_message(128, 32, labels, CHECKSUM_RIGHT);
        struct message old = stack_message(128, 0, labels, CHECKSUM_RIGHT);
        unsigned kept = labels < LABELS_MAX ? labels : LABELS_MAX;

        expect_labels(&compliant, kept, labels > LABELS_MAX, "announced");
        expect_labels(&old, kept, labels > LABELS_MAX, "not announced");
    }
}

Test(icmp_extension, wherever_routers_put_it)
{
    static const struct {
        const char *what;
        unsigned quoted, announced;
        bool found;
    } cases[] = {
        {"RFC 4884: behind 128 bytes, announced", 128, 32, true},
        {"a longer quotation", 200, 50, true},
        {"the longest", 300, 75, true},
        {"a shorter one, against the RFC", 40, 10, true},
        {"the shortest", 28, 7, true},
        {"before RFC 4884: behind 128 bytes, not announced", 128, 0, true},
        {"announced without its padding, yet padded", 128, 17, true},
        {"announced as 28 bytes, yet padded", 128, 7, true},
        {"not announced, elsewhere", 132, 0, false},
        {"announced too early", 200, 49, false},
        {"announced too late", 128, 33, true},
        {"announced in bytes", 128, 128, true},
        {"a longer one announced in bytes", 200, 200, true},
        {"announced beyond the message", 128, 255, true},
        {"announced beyond the message, elsewhere", 132, 255, false},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct message message = stack_message(cases[i].quoted, cases[i].announced, 2, CHECKSUM_RIGHT);

        expect_labels(&message, cases[i].found ? 2 : 0, false, cases[i].what);
    }
}

/* The field counts eight bytes, and is where ICMP has nothing (RFC 4884, sections 4.4 and 4.5). */
Test(icmp_extension, wherever_routers_put_it_in_icmpv6)
{
    static const struct {
        const char *what;
        unsigned quoted, announced;
        bool found;
    } cases[] = {
        {"RFC 4884: behind 128 bytes, announced", 128, 16, true},
        {"a longer quotation", 200, 25, true},
        {"the whole of a long probe", 400, 50, true},
        {"a shorter one, against the RFC", 48, 6, true},
        {"not announced", 128, 0, true},
        {"not announced, elsewhere", 136, 0, false},
        {"announced without its padding, yet padded", 128, 9, true},
        {"announced too early", 200, 24, false},
        {"announced too late", 128, 17, true},
        {"announced in words, as ICMP does", 128, 32, true},
        {"a longer one announced in words", 200, 50, true},
        {"announced in bytes", 128, 128, true},
        {"a longer one announced in bytes", 200, 200, true},
        {"announced beyond the message, elsewhere", 136, 255, false},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct message message =
            stack_message_of(FAMILY_IPV6, cases[i].quoted, cases[i].announced, 2, CHECKSUM_RIGHT);

        expect_labels(&message, cases[i].found ? 2 : 0, false, cases[i].what);
    }
}

/* Of other errors the field's place belongs to an MTU or a pointer (RFC 4443, sections 3.2 and 3.4). */
Test(icmp_extension, two_errors_of_icmpv6_have_it)
{
    for (uint8_t type = ICMP6_DESTINATION_UNREACHABLE; type <= ICMP6_PARAMETER_PROBLEM; type++) {
        struct message message = stack_message_of(FAMILY_IPV6, 128, 16, 3, CHECKSUM_RIGHT);
        bool has = type == ICMP6_DESTINATION_UNREACHABLE || type == ICMP6_TIME_EXCEEDED_TYPE;

        message.bytes[0] = type;
        expect_labels(&message, has ? 3 : 0, false, "a type");
    }
}

/* Each family's field says nothing in the other. */
Test(icmp_extension, the_field_of_the_other_family)
{
    struct message ipv4 = stack_message_of(FAMILY_IPV4, 136, 34, 1, CHECKSUM_NONE);
    struct message ipv6 = stack_message_of(FAMILY_IPV6, 136, 17, 1, CHECKSUM_NONE);

    expect_labels(&ipv4, 1, false, "ICMP");
    expect_labels(&ipv6, 1, false, "ICMPv6");
    ipv4.family = FAMILY_IPV6;
    ipv4.bytes[0] = ICMP6_TIME_EXCEEDED_TYPE;
    ipv6.family = FAMILY_IPV4;
    ipv6.bytes[0] = ICMP_TIME_EXCEEDED_TYPE;
    expect_labels(&ipv4, 0, false, "ICMP, read as ICMPv6");
    expect_labels(&ipv6, 0, false, "ICMPv6, read as ICMP");
}

/* RFC 4884, section 7: a checksum of 0 says that there is none. Behind a quotation that announces nothing, or
 * not this place, it would make quoted data pass for labels. */
Test(icmp_extension, checksums)
{
    static const struct {
        const char *what;
        unsigned announced;
        enum checksum checksum;
        bool found;
    } cases[] = {
        {"announced, right", 32, CHECKSUM_RIGHT, true},
        {"announced, none", 32, CHECKSUM_NONE, true},
        {"announced, wrong", 32, CHECKSUM_WRONG, false},
        {"not announced, right", 0, CHECKSUM_RIGHT, true},
        {"not announced, none", 0, CHECKSUM_NONE, false},
        {"not announced, wrong", 0, CHECKSUM_WRONG, false},
        {"announced without padding, right", 17, CHECKSUM_RIGHT, true},
        {"announced without padding, none", 17, CHECKSUM_NONE, false},
        {"announced without padding, wrong", 17, CHECKSUM_WRONG, false},
        {"announced too late, right", 33, CHECKSUM_RIGHT, true},
        {"announced too late, none", 33, CHECKSUM_NONE, false},
        {"announced in bytes, right", 128, CHECKSUM_RIGHT, true},
        {"announced in bytes, none", 128, CHECKSUM_NONE, true},
        {"announced in bytes, wrong", 128, CHECKSUM_WRONG, false},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct message message = stack_message(128, cases[i].announced, 3, cases[i].checksum);

        expect_labels(&message, cases[i].found ? 3 : 0, false, cases[i].what);
    }
}

Test(icmp_extension, only_version_2)
{
    for (unsigned version = 0; version < 16; version++) {
        struct message message = start_message(128, 32);

        start_extension(&message);
        message.bytes[message.extension] = (uint8_t)(version << 4);
        add_object(&message, 8, MPLS, INCOMING, 1);
        finish_extension(&message, CHECKSUM_RIGHT);
        expect_labels(&message, version == 2, false, "a version");
    }
}

/* The four reserved bits are ignored on receipt. */
Test(icmp_extension, reserved_bits)
{
    struct message message = start_message(128, 32);

    start_extension(&message);
    store_be16(message.bytes + message.extension, 0x2fff);
    add_object(&message, 8, MPLS, INCOMING, 1);
    finish_extension(&message, CHECKSUM_RIGHT);
    expect_labels(&message, 1, false, "all reserved bits set");
}

static struct extension_objects read_objects(const struct message *message)
{
    struct guarded guarded = guarded_make();
    struct extension_objects objects;
    struct label_stack stack;

    memset(&objects, 0xee, sizeof(objects));
    icmp_extension_read(message->family, guarded_copy(&guarded, message->bytes, message->length),
                        message->length, &stack, &objects);
    guarded_free(&guarded);
    return objects;
}

Test(icmp_extension, other_objects_are_kept_as_they_are)
{
    static const uint8_t expected[] = {0, 12, 2,   1, 0x12, 0x34, 0x01, 0xff, 0x12, 0x34, 0x11, 0xfe,
                                       0, 4,  200, 0, 0,    8,    1,    2,    0x12, 0x34, 0x01, 0xff};
    struct message message = start_message(128, 32);
    struct extension_objects objects;

    start_extension(&message);
    add_object(&message, 12, 2, 1, 2);
    add_object(&message, 4, 200, 0, 0);
    add_object(&message, 16, MPLS, INCOMING, 3);
    add_object(&message, 8, MPLS, 2, 1);
    finish_extension(&message, CHECKSUM_RIGHT);
    objects = read_objects(&message);
    cr_assert_eq(objects.length, sizeof(expected));
    cr_expect_arr_eq(objects.bytes, expected, sizeof(expected));
    cr_expect_not(objects.cut);
}

Test(icmp_extension, other_objects_have_a_bound)
{
    for (unsigned entries = 0; entries < 20; entries++) {
        struct message message = start_message(128, 32);
        struct extension_objects objects;
        unsigned length = 4 + 4 + 4 * entries;

        start_extension(&message);
        add_object(&message, 4, 3, 1, 0);
        add_object(&message, 4 + 4 * entries, 200, 1, entries);
        finish_extension(&message, CHECKSUM_RIGHT);
        objects = read_objects(&message);
        cr_expect_eq(objects.length, length < EXTENSION_OBJECTS_MAX ? length : EXTENSION_OBJECTS_MAX);
        cr_expect_eq(objects.cut, length > EXTENSION_OBJECTS_MAX, "%u entries", entries);
        cr_expect_arr_eq(objects.bytes, message.bytes + message.extension + 4, objects.length);
    }
}

Test(icmp_extension, other_objects_with_broken_lengths)
{
    static const unsigned lengths[] = {0, 3, 13, 0xffff};

    for (size_t i = 0; i < COUNT(lengths); i++) {
        struct message message = start_message(128, 32);
        struct extension_objects objects;

        start_extension(&message);
        add_object(&message, 8, 3, 1, 1);
        add_object(&message, lengths[i], 200, 1, 2);
        finish_extension(&message, CHECKSUM_RIGHT);
        objects = read_objects(&message);
        cr_expect_eq(objects.length, 8, "length %u", lengths[i]);
        cr_expect(objects.cut, "length %u", lengths[i]);
    }
}

/* Several objects; the labels of those that are stacks follow each other. */
Test(icmp_extension, among_other_objects)
{
    struct message message = start_message(128, 32);

    start_extension(&message);
    add_object(&message, 12, 2, 1, 2);   /* interface information (RFC 5837) */
    add_object(&message, 4, 200, 0, 0);  /* an unknown one, empty */
    add_object(&message, 8, MPLS, 2, 1); /* another type of the MPLS class */
    add_object(&message, 16, MPLS, INCOMING, 3);
    add_object(&message, 8, 2, MPLS, 1);
    finish_extension(&message, CHECKSUM_RIGHT);
    expect_labels(&message, 3, false, "one stack of five objects");
}

Test(icmp_extension, two_stacks_make_one)
{
    static const unsigned depths[] = {2, 6, 7};

    for (size_t i = 0; i < COUNT(depths); i++) {
        struct message message = start_message(128, 32);
        struct label_stack stack;

        start_extension(&message);
        add_object(&message, 12, MPLS, INCOMING, 2);
        add_object(&message, 4 + 4 * depths[i], MPLS, INCOMING, depths[i]);
        finish_extension(&message, CHECKSUM_RIGHT);
        stack = read_labels(&message, message.length);
        cr_expect_eq(stack.count, 2 + depths[i] < LABELS_MAX ? 2 + depths[i] : LABELS_MAX);
        cr_expect_eq(stack.cut, 2 + depths[i] > LABELS_MAX);
        for (unsigned label = 0; label < stack.count; label++)
            cr_expect_eq(stack.labels[label], label_of(label < 2 ? label : label - 2));
    }
}

/* A stack of three labels, then an object whose length cannot be. */
Test(icmp_extension, objects_with_broken_lengths)
{
    static const struct {
        const char *what;
        unsigned length;
        uint8_t class;
        unsigned entries; /* that follow its header */
        unsigned count;
        bool cut;
    } cases[] = {
        {"shorter than its header: 0", 0, MPLS, 3, 3, true},
        {"shorter than its header: 3", 3, MPLS, 3, 3, true},
        {"of another class: 0", 0, 2, 3, 3, false},
        {"longer than the message", 17, MPLS, 3, 3, true},
        {"far longer", 0xffff, MPLS, 3, 3, true},
        {"of another class, longer", 0xffff, 2, 3, 3, false},
        {"not a whole number of entries", 5, MPLS, 0, 3, true},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct message message = start_message(128, 32);

        start_extension(&message);
        add_object(&message, 16, MPLS, INCOMING, 3);
        add_object(&message, cases[i].length, cases[i].class, INCOMING, cases[i].entries);
        finish_extension(&message, CHECKSUM_RIGHT);
        expect_labels(&message, cases[i].count, cases[i].cut, cases[i].what);
    }
}

/* An object of six bytes: one half of an entry at its end is no label, and is told. */
Test(icmp_extension, an_entry_cut_in_half)
{
    for (unsigned extra = 1; extra < 4; extra++) {
        struct message message = start_message(128, 32);

        start_extension(&message);
        add_object(&message, 8 + extra, MPLS, INCOMING, 1);
        add_bytes(&message, "\x55\x55\x55", extra);
        finish_extension(&message, CHECKSUM_RIGHT);
        expect_labels(&message, 1, true, "half an entry");
    }
}

/* Without a checksum, so that what is left is read as far as it goes. */
Test(icmp_extension, every_truncation)
{
    struct message message = start_message(128, 32);

    start_extension(&message);
    add_object(&message, 12, 2, 1, 2);
    add_object(&message, 16, MPLS, INCOMING, 3);
    finish_extension(&message, CHECKSUM_NONE);
    for (unsigned length = 0; length <= message.length; length++) {
        struct label_stack stack = read_labels(&message, length);
        bool header_seen = length >= message.length - 12 && length < message.length;

        cr_expect_eq(stack.count, length == message.length ? 3 : 0, "%u bytes", length);
        cr_expect_eq(stack.cut, header_seen, "%u bytes", length);
    }
}

Test(icmp_extension, every_truncation_of_every_kind)
{
    static const unsigned announced[] = {0, 7, 32};

    for (size_t i = 0; i < COUNT(announced); i++) {
        struct message message = stack_message(128, announced[i], DEEPEST, CHECKSUM_RIGHT);

        for (unsigned length = 0; length < message.length; length++) {
            struct label_stack stack = read_labels(&message, length);

            cr_expect_eq(stack.count, 0, "announced %u, %u bytes", announced[i], length);
        }
    }
}

/* Whatever the bytes: no label beyond the array, none read beyond the message. */
Test(icmp_extension, random_messages)
{
    struct guarded guarded = guarded_make();
    uint64_t random = 1;

    for (unsigned round = 0; round < 200000; round++) {
        struct message message = stack_message_of(round / 2 % 2 ? FAMILY_IPV4 : FAMILY_IPV6, 128,
                                                  round % 3 ? 32 : 0, round % 13, CHECKSUM_NONE);
        struct extension_objects objects;
        struct label_stack stack;
        unsigned length;

        for (unsigned changes = round % 5; changes > 0; changes--)
            message.bytes[message.extension + 2 +
                          reference_random(&random) % (message.length - message.extension - 2)] =
                (uint8_t)reference_random(&random);
        message.bytes[5] ^= (uint8_t)(round % 7 == 0);
        length = (unsigned)(reference_random(&random) % (message.length + 1));
        if (round % 2)
            length = message.length;
        icmp_extension_read(message.family, guarded_copy(&guarded, message.bytes, length), length, &stack,
                            &objects);
        cr_assert_leq(stack.count, LABELS_MAX);
        cr_assert_leq(objects.length, EXTENSION_OBJECTS_MAX);
    }
    guarded_free(&guarded);
}
