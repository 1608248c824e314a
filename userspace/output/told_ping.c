// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/told_ping.h"

#include <math.h>
#include <stdlib.h>

#include "output/told_trace.h"
#include "protocol.h"

static bool is_closed_port(const struct record *record)
{
    bool ipv4 = address_is_ipv4(record->responder);

    return record->icmp_type == (ipv4 ? ICMP_DESTINATION_UNREACHABLE : ICMP6_DESTINATION_UNREACHABLE) &&
           record->icmp_code == (ipv4 ? ICMP_PORT_UNREACHABLE : ICMP6_PORT_UNREACHABLE);
}

bool told_ping_is_answer(const struct record *record)
{
    if (told_ping_lost(record))
        return false;
    if (record->flags & (RECORD_SYN_ACK | RECORD_RST))
        return true;
    if (record->protocol == PROTOCOL_UDP)
        return is_closed_port(record);
    return record->icmp_type == (address_is_ipv4(record->responder) ? ICMP_ECHO_REPLY : ICMP6_ECHO_REPLY);
}

static int compare(const void *left, const void *right)
{
    const struct record *a = left, *b = right;

    if (a->round != b->round)
        return a->round < b->round ? -1 : 1;
    return (a->time_us > b->time_us) - (a->time_us < b->time_us);
}

void told_ping_sort(struct record *records, size_t count)
{
    qsort(records, count, sizeof(records[0]), compare);
}

static void add_rtt(struct told_ping *told, uint64_t rtt_us, double *squares)
{
    double difference = (double)rtt_us - told->mean_us;

    told->from_target++;
    told->mean_us += difference / told->from_target;
    *squares += difference * ((double)rtt_us - told->mean_us);
    if (told->from_target == 1 || rtt_us < told->best_us)
        told->best_us = rtt_us;
    if (rtt_us > told->worst_us)
        told->worst_us = rtt_us;
}

static void note_first(struct told_ping *told, const struct record *record)
{
    uint64_t sent = told_sent_us(record);

    if (!told->src_port)
        told->src_port = record->src_port;
    if (sent != RECORD_NO_TIME && (told->start_us == RECORD_NO_TIME || sent < told->start_us))
        told->start_us = sent;
}

/* If the host answers a probe several times, the first answer counts. */
void told_ping_of(struct told_ping *told, const struct record *records, size_t count)
{
    double squares = 0;
    int counted = -1; /* number of the last counted probe */

    *told = (struct told_ping){.records = records, .count = count, .start_us = RECORD_NO_TIME};
    for (size_t i = 0; i < count; i++) {
        if (told_ping_lost(&records[i]))
            continue;
        told->replies++;
        note_first(told, &records[i]);
        if (!told_ping_is_answer(&records[i]) || !record_has_rtt(&records[i]) || counted == records[i].round)
            continue;
        counted = records[i].round;
        add_rtt(told, records[i].rtt_us, &squares);
    }
    if (!count)
        return;
    told->first = records[0].round;
    told->sent = (uint16_t)(records[count - 1].round - told->first + 1);
    told->deviation_us = told->from_target ? sqrt(squares / told->from_target) : 0;
}
