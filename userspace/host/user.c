// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "host/privilege.h"

int user_find(const char *name, struct user *out)
{
    errno = 0;
    const struct passwd *entry = getpwnam(name);

    if (!entry)
        return errno ? -errno : -ENOENT;
    *out = (struct user){name, entry->pw_uid, entry->pw_gid};
    return 0;
}

bool user_can_change(void)
{
    return geteuid() == 0 && !privilege_missing(PRIVILEGE_USER);
}

/* Groups first, while that is allowed: the kernel removes the capabilities when the last of the three user
 * IDs is no longer 0. The kernel makes the process invisible to others only if fs.suid_dumpable says so;
 * PR_SET_DUMPABLE makes sure of it. */
int user_become(const struct user *user)
{
    if (!user->name)
        return 0;
    if (setgroups(0, NULL) || setresgid(user->gid, user->gid, user->gid) ||
        setresuid(user->uid, user->uid, user->uid))
        return -errno;
    return prctl(PR_SET_DUMPABLE, 0L) ? -errno : 0;
}
