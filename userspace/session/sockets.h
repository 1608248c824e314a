// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sockets of a session, two for each family, which are all that it needs a privilege for. They are opened first of all;
 * where the program's file has lent its caller that privilege, it is given back before anything of the
 * caller's is read:
 *
 *   sockets_open() -----------> arguments, lists, names -> files to write -> privilege_drop() -> threads
 *   lent: privilege_drop()      with the caller's own rights                                   probes
 */
#pragma once

struct sockets {
    struct family_sockets {
        int in;  /* receive/packet_source.h */
        int out; /* send/tx_raw.h; -1: the kernel does not have this family */
    } ipv4, ipv6;
};

/* sockets_open() returns an exit code, after one line that begins with `command` where something is wrong.
 * sockets_close() is right after every outcome. */
int sockets_open(const char *command, struct sockets *sockets);
void sockets_close(struct sockets *sockets);
