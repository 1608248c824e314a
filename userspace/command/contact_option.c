// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/contact_option.h"

#include <stdbool.h>
#include <string.h>

#include "base/exit_code.h"
#include "base/number.h"
#include "session/refuse.h"

/* The text must be readable in any packet dump. */
static bool is_printable_ascii(const char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            return false;
    return true;
}

int command_check_contact(const char *command, const char *text, const struct layout *layout,
                          unsigned max_ttl)
{
    if (!text)
        return EXIT_DONE;
    if (layout->longest == layout->crafted)
        return command_refuse(command,
                              "--contact: probes by %s carry no data, because firewalls drop a SYN or an "
                              "unexpected ACK with data: use --probe udp or icmp",
                              layout->name);
    if (!*text || !is_printable_ascii(text))
        return command_refuse(command, "--contact must consist of printable ASCII characters");
    if (strlen(text) >= max_ttl)
        return command_refuse(
            command, "--contact has %zu character%s; probes with the highest TTL, %u, have room for %u",
            strlen(text), plural(strlen(text)), max_ttl, max_ttl - 1);
    return EXIT_DONE;
}
