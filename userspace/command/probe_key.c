// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/probe_key.h"

#include <string.h>

#include "base/log.h"
#include "command/commands.h"

int command_choose_key(const char *command, const struct option_key *option, struct siphash_key *key)
{
    int error;

    *key = option->key;
    error = option->given ? 0 : key_draw(key);
    if (!error)
        return EXIT_DONE;
    log_error("%s: the kernel gives no random key: %s", command, strerror(-error));
    return EXIT_FAILED;
}
