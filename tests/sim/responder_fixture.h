// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs frames through the responder by BPF_PROG_TEST_RUN: no device, no namespace. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/responder.h"

enum {
    FRAME_SIZE = 2048, /* room for every frame here, and for its reply */
};

extern const uint8_t GATEWAY_MAC[6], HOST_MAC[6];

struct frame {
    uint8_t bytes[FRAME_SIZE];
    uint32_t length;
};

/* An Ethernet header from the host to the gateway with `tags` VLAN tags (IDs 100, 101, …). Returns the first
 * byte behind it, where `ethertype` is what follows. */
uint8_t *frame_start(struct frame *frame, unsigned tags, uint16_t ethertype);

/* A probe from SIM_HOST_ADDRESS as a survey sends it. */
void frame_make_probe(struct frame *frame, unsigned tags, uint32_t target, uint8_t ttl, uint16_t flow);

/* Who has `asked`? From SIM_HOST_ADDRESS, to everybody. */
void frame_make_arp(struct frame *frame, unsigned tags, uint32_t asked);

/* What is between IPv4 header and data of a packet that is no survey's probe. */
struct packet {
    uint32_t target;
    uint8_t ttl, tos, protocol;
    uint8_t header[20]; /* its checksum, where it has one, is written later */
    unsigned header_length;
    unsigned data; /* bytes, whose values depend on their place */
};

/* frame_make_packet() sends one from SIM_HOST_ADDRESS, without tags, its IPv4 header correctly summed. */
void frame_make_packet(struct frame *frame, const struct packet *packet);

/* frame_hop() is what the IPv4 packet behind `link` bytes of link header meets. */
struct sim_hop frame_hop(const struct sim_topology *world, const struct frame *frame, unsigned link);

/* responder_load() loads the responder of `world`; responder_run() gives it a frame and returns its verdict
 * (XDP_TX, …), with what became of the frame in `out`. */
struct sim_responder *responder_load(const struct sim_topology *world);
uint32_t responder_run(const struct sim_responder *responder, const struct frame *in, struct frame *out);

uint64_t responder_count(const struct sim_responder *responder, enum sim_counter counter);
