// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Objects of warts, scamper's format, as bytes: big endian, each with magic, type and length.
 *
 * What an object says is a list of parameters by number, each of which may be left out:
 *
 *   flags, seven to a byte   length of the parameters   parameters, in the order of their numbers
 *
 * Source: warts(5) of scamper.
 */
#pragma once

#include <stdint.h>

#include "address.h"
#include "output/bytes.h"

enum warts_type {
    WARTS_LIST = 1,
    WARTS_CYCLE_START = 2,
    WARTS_CYCLE_STOP = 4,
    WARTS_TRACE = 6,
    WARTS_PING = 7,
};

enum {
    WARTS_ADDRESSES_MOST = 1024, /* of one object, that are written once; further ones are written again */
    WARTS_PARAMETERS_MOST = UINT16_MAX, /* bytes */
};

/* Parameters that are being collected. */
struct warts_parameters {
    uint64_t given; /* a bit each, from number 1 on */
    struct bytes values;
};

/* The addresses that an object has named so far. */
struct warts_addresses {
    unsigned count;
    struct address list[WARTS_ADDRESSES_MOST];
};

/* warts_begin() begins an object; returns where it begins, for warts_end(), which fills in its length. */
size_t warts_begin(struct bytes *out, enum warts_type type);
void warts_end(struct bytes *out, size_t start);

/* Numbers and texts that stand in objects as they are. */
void warts_put_u8(struct bytes *out, uint8_t value);
void warts_put_u16(struct bytes *out, uint16_t value);
void warts_put_u32(struct bytes *out, uint32_t value);
void warts_put_text(struct bytes *out, const char *text);

/* Parameters, whose numbers must ascend. A time has seconds and microseconds. */
void warts_u8(struct warts_parameters *parameters, unsigned number, uint8_t value);
void warts_u16(struct warts_parameters *parameters, unsigned number, uint16_t value);
void warts_u32(struct warts_parameters *parameters, unsigned number, uint32_t value);
void warts_time(struct warts_parameters *parameters, unsigned number, uint64_t time_us);
void warts_text(struct warts_parameters *parameters, unsigned number, const char *text);
void warts_address(struct warts_parameters *parameters, unsigned number, struct address address,
                   struct warts_addresses *addresses);

/* warts_extensions() is the parameter of a hop's ICMP extensions: objects as on the wire (RFC 4884), the MPLS
 * labels before them, in host order. */
void warts_extensions(struct warts_parameters *parameters, unsigned number, const uint32_t *labels,
                      unsigned label_count, const uint8_t *objects, size_t length);

/* warts_put_parameters() adds them to an object and empties them. */
void warts_put_parameters(struct bytes *out, struct warts_parameters *parameters);
