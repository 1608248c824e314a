// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sockets of a session, two per family. Only they need a privilege. They are opened before all else. If
 * the privilege comes from the program's file and not from its caller, it is dropped before any file of the
 * caller is read:
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

/* sockets_open() returns an exit code, after one line that begins with `command` if something is wrong.
 * sockets_close() may be called after any outcome. */
int sockets_open(const char *command, struct sockets *sockets);
void sockets_close(struct sockets *sockets);
