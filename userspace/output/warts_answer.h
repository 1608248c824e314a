// SPDX-License-Identifier: GPL-2.0-or-later
/* What all measurements of warts tell of an answer in the same form, put into a record. */
#pragma once

#include <stdint.h>

#include "output/record.h"

/* warts_answer_icmp() takes type and code in one, warts_answer_tcp() the flags of a segment. */
void warts_answer_icmp(struct record *record, uint16_t type_and_code);
void warts_answer_tcp(struct record *record, uint8_t flags);

/* warts_answer_extensions() takes a parameter of WARTS_EXTENSIONS (warts_read.h), whose length was checked when it was
 * read. What a record has no room for is cut, and flagged so. */
void warts_answer_extensions(struct record *record, const uint8_t *at);
