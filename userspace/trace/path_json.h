// SPDX-License-Identifier: GPL-2.0-or-later
/* A path as a JSON object, one per line with `hopwire trace --json`. */
#pragma once

#include <jansson.h>

#include "trace/job.h"

/*
 * path_json() returns the object, owned by the caller, or NULL when memory is short. Keys: target, name, source,
 * flow, protocol, port (null for ICMP), size, path_mtu (null unless it is searched for), path_mtu_guessed (the
 * router that refused larger probes did not state its MTU), tos (as sent), tos_changed_ttl (TTL of the first
 * answer that quotes another tos; null: none does), first_ttl, max_ttl, reached, complete, probed, and hops: one
 * array per TTL, with one entry per query. An entry is null where no answer came, else an object with responder,
 * rtt_ms, reply_ttl, quoted_ttl, quoted_tos (null: nothing was quoted), quoted_target, icmp_type, icmp_code, mpls,
 * interface_info, extensions, flags, and where they are known name, asn, ixp, country and city.
 */
json_t *path_json(const struct trace_job *job, const struct trace_style *style);

/* answer_json() returns one such entry, answer_rtt_json() its rtt_ms, answer_tos_json() its quoted_tos and
 * answer_labels_json() its mpls. */
json_t *answer_rtt_json(uint32_t rtt_us);
json_t *answer_tos_json(const struct record *record);
json_t *answer_labels_json(const struct record *record);
json_t *answer_json(const struct record *record, const struct trace_style *style);
