// SPDX-License-Identifier: GPL-2.0-or-later
/* The user that root becomes once it needs its privileges no more. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* Whom root becomes unless told: who owns nothing, and may do what everybody may. */
#define USER_NOBODY "nobody"

struct user {
    const char *name; /* as it was given; NULL: the process stays who it is */
    uid_t uid;
    gid_t gid;
};

/* user_find() looks a name up. 0; -ENOENT where nobody is called so; or another negative errno. `name` must
 * outlive `out`. */
int user_find(const char *name, struct user *out);

/* user_can_change() tells whether the thread may become whom it likes: it is root's, and has CAP_SETUID and
 * CAP_SETGID. */
bool user_can_change(void);

/*
 * user_become() makes the process that user, with the user's first group and no other, in all threads that the C
 * library knows of: root loses all its capabilities by that, in each of them (capabilities(7), "Effect of
 * user ID changes"). There is no way back. Nobody who could not before may look into the process from now on.
 * 0 or a negative errno, after which the process must end.
 */
int user_become(const struct user *user);
