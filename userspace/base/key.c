// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/key.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

int key_draw(struct siphash_key *key)
{
    /* So few bytes are never returned partially, once the kernel has any (getrandom(2)). */
    return getrandom(key, sizeof(*key), 0) == sizeof(*key) ? 0 : -errno;
}

bool key_parse(const char *text, struct siphash_key *key)
{
    if (strlen(text) != KEY_DIGITS || strspn(text, "0123456789abcdefABCDEF") != KEY_DIGITS)
        return false;
    return sscanf(text, "%16" SCNx64 "%16" SCNx64, &key->k0, &key->k1) == 2;
}

int option_key(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    option_key_field *option = field;

    (void)spec;
    if (!key_parse(text, &option->key))
        return error_text_set(error, -EINVAL, "'%s' is not %d hex digits", text, KEY_DIGITS);
    option->given = true;
    return 0;
}
