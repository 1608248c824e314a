// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes objects of warts, scamper's format: big endian, each with magic, type and length.
 *
 * An object has numbered parameters, each of which may be left out:
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
    WARTS_ADDRESSES_MOST = 1024, /* of one object, that are written once; further ones are repeated in full */
    WARTS_PARAMETERS_MOST = UINT16_MAX, /* bytes */
};

/* Parameters being collected. */
struct warts_parameters {
    uint64_t given; /* one bit each, from number 1 on */
    struct bytes values;
};

/* The addresses that an object has used so far. */
struct warts_addresses {
    unsigned count;
    struct address list[WARTS_ADDRESSES_MOST];
};

/* warts_begin() begins an object and returns its start, for warts_end(), which fills in its length. */
size_t warts_begin(struct bytes *out, enum warts_type type);
void warts_end(struct bytes *out, size_t start);

/* Numbers and texts that are written directly. */
void warts_put_u8(struct bytes *out, uint8_t value);
void warts_put_u16(struct bytes *out, uint16_t value);
void warts_put_u32(struct bytes *out, uint32_t value);
void warts_put_text(struct bytes *out, const char *text);

/* Parameters, whose numbers must ascend. A time consists of seconds and microseconds. */
void warts_u8(struct warts_parameters *parameters, unsigned number, uint8_t value);
void warts_u16(struct warts_parameters *parameters, unsigned number, uint16_t value);
void warts_u32(struct warts_parameters *parameters, unsigned number, uint32_t value);
void warts_time(struct warts_parameters *parameters, unsigned number, uint64_t time_us);
void warts_text(struct warts_parameters *parameters, unsigned number, const char *text);
void warts_address(struct warts_parameters *parameters, unsigned number, struct address address,
                   struct warts_addresses *addresses);

/* warts_extensions() adds the parameter of a hop's ICMP extensions: first the MPLS labels (host order), then
 * objects as on the wire (RFC 4884). */
void warts_extensions(struct warts_parameters *parameters, unsigned number, const uint32_t *labels,
                      unsigned label_count, const uint8_t *objects, size_t length);

/* warts_put_parameters() adds the parameters to an object and clears them. */
void warts_put_parameters(struct bytes *out, struct warts_parameters *parameters);
