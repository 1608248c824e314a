// SPDX-License-Identifier: GPL-2.0-or-later
/* Puts the values of an answer that all warts measurements have in the same form into a record. */
#pragma once

#include <stdint.h>

#include "output/record.h"

/* warts_answer_icmp() takes type and code as one number, warts_answer_tcp() the flags of a segment. */
void warts_answer_icmp(struct record *record, uint16_t type_and_code);
void warts_answer_tcp(struct record *record, uint8_t flags);

/* warts_answer_extensions() takes a parameter of kind WARTS_EXTENSIONS (warts_read.h), whose length was
 * checked when it was read. Objects for which the record has no room are cut, and flagged. */
void warts_answer_extensions(struct record *record, const uint8_t *at);
