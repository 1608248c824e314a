// SPDX-License-Identifier: GPL-2.0-or-later
/* The user that root becomes once it no longer needs its privileges. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* Root becomes this user by default: it owns nothing, and may do what everybody may. */
#define USER_NOBODY "nobody"

struct user {
    const char *name; /* as given; NULL: the process does not change its user */
    uid_t uid;
    gid_t gid;
};

/* user_find() looks up a name. Returns 0; -ENOENT if there is no such user; or another negative errno. `name`
 * must outlive `out`. */
int user_find(const char *name, struct user *out);

/* user_can_change() returns whether the thread may become any user: it runs as root, with CAP_SETUID and
 * CAP_SETGID. */
bool user_can_change(void);

/*
 * user_become() makes the process that user, with the user's primary group and no other, in all threads that
 * the C library knows of. By that root loses all its capabilities in each of them (capabilities(7), "Effect
 * of user ID changes"). It cannot be undone. Processes that could not look into this one before cannot do so
 * afterwards either. Returns 0, or a negative errno after which the process must end.
 */
int user_become(const struct user *user);
