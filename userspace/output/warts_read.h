// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the parameters of a warts object; warts.h describes them. Nothing is trusted: reading beyond the end
 * makes all further values 0, and `damaged` true.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output/warts.h"

struct warts_source {
    const uint8_t *at, *end;
    bool damaged;
};

/* The size of a parameter in bytes, by its number; or one of these. */
enum warts_size {
    WARTS_ADDRESS = -1,
    WARTS_TEXT = -2,
    WARTS_EXTENSIONS = -3, /* two bytes of length, then the extensions */
    WARTS_PATTERN = -4,    /* its length is the value of the parameter before */
    WARTS_UNKNOWN = -5,    /* neither this parameter nor those behind it can be read */
};

/* Where each parameter begins; NULL: absent. */
enum {
    WARTS_NUMBERS = 64,
};

struct warts_values {
    const uint8_t *at[WARTS_NUMBERS];
    struct address addresses[WARTS_NUMBERS];
};

uint8_t warts_take_u8(struct warts_source *source);
uint16_t warts_take_u16(struct warts_source *source);

/* warts_take_parameters() reads flags and parameters; `sizes` has their sizes by number, up to `count`.
 * Further parameters are skipped. */
void warts_take_parameters(struct warts_source *source, const signed char *sizes, unsigned count,
                           struct warts_addresses *addresses, struct warts_values *out);

/* Values by number; `usual` if absent. A time is in microseconds. */
uint8_t warts_u8_of(const struct warts_values *values, unsigned number, uint8_t usual);
uint16_t warts_u16_of(const struct warts_values *values, unsigned number, uint16_t usual);
uint32_t warts_u32_of(const struct warts_values *values, unsigned number, uint32_t usual);
uint64_t warts_time_of(const struct warts_values *values, unsigned number, uint64_t usual);
