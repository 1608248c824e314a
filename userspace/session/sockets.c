// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/sockets.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "host/privilege.h"
#include "receive/packet_source.h"
#include "send/tx_raw.h"

static int open_family(struct family_sockets *sockets, enum address_family family)
{
    sockets->in = packet_source_socket();
    if (sockets->in < 0)
        return sockets->in;
    sockets->out = tx_raw_socket(family);
    return sockets->out < 0 && sockets->out != -EAFNOSUPPORT ? sockets->out : 0;
}

static int open_both(struct sockets *sockets)
{
    int error = open_family(&sockets->ipv4, FAMILY_IPV4);

    return error ? error : open_family(&sockets->ipv6, FAMILY_IPV6);
}

int sockets_open(const char *command, struct sockets *sockets)
{
    *sockets = (struct sockets){{-1, -1}, {-1, -1}};
    int error = open_both(sockets);

    if (error == -EPERM && privilege_missing(PRIVILEGE_NET_RAW)) {
        log_error("%s: CAP_NET_RAW is missing: run as root, or grant it once: setcap cap_net_raw+ep "
                  "/path/to/hopwire",
                  command);
        return EXIT_UNUSABLE;
    }
    if (!error && privilege_is_lent())
        error = privilege_drop(0);
    if (error)
        log_error("%s: cannot open its sockets: %s", command, privilege_error_text(PRIVILEGE_NET_RAW, error));
    return error ? EXIT_FAILED : EXIT_DONE;
}

static void close_family(const struct family_sockets *sockets)
{
    if (sockets->in >= 0)
        close(sockets->in);
    if (sockets->out >= 0)
        close(sockets->out);
}

void sockets_close(struct sockets *sockets)
{
    close_family(&sockets->ipv4);
    close_family(&sockets->ipv6);
    *sockets = (struct sockets){{-1, -1}, {-1, -1}};
}
