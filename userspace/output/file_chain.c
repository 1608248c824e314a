// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/file_chain.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static int sync_and_close(const int *fds, unsigned count)
{
    int error = 0;

    for (unsigned i = 0; i < count; i++) {
        if (fdatasync(fds[i]) && !error)
            error = -errno;
        close(fds[i]);
    }
    return error;
}

/* Takes the ended files, and a duplicate of the present file's descriptor, because that file may end and be
 * closed at any time. Returns how many there are, or a negative errno. */
static int take(struct file_chain *self, int fds[FILE_CHAIN_ENDED + 1])
{
    pthread_mutex_lock(&self->lock);
    int present = self->present < 0 ? -1 : dup(self->present);
    int error = self->present >= 0 && present < 0 ? -errno : 0;
    int count = error ? error : (int)self->count;

    if (!error) {
        memcpy(fds, self->ended, self->count * sizeof(*fds));
        self->count = 0;
    }
    if (present >= 0)
        fds[count++] = present;
    pthread_mutex_unlock(&self->lock);
    return count;
}

int file_chain_sync(struct file_chain *self)
{
    int fds[FILE_CHAIN_ENDED + 1] = {0};
    int count = take(self, fds);

    return count < 0 ? count : sync_and_close(fds, (unsigned)count);
}

/* Returns false if too many have ended. */
static bool turn(struct file_chain *self, int fd)
{
    pthread_mutex_lock(&self->lock);
    bool room = self->count < FILE_CHAIN_ENDED;

    if (room) {
        if (self->present >= 0 && self->lasting)
            self->ended[self->count++] = self->present;
        else if (self->present >= 0)
            close(self->present);
        self->present = fd;
    }
    pthread_mutex_unlock(&self->lock);
    return room;
}

int file_chain_turn(struct file_chain *self, int fd)
{
    int error = 0;

    while (!turn(self, fd) && !error)
        error = file_chain_sync(self);
    if (error)
        close(fd);
    return error;
}

bool file_chain_is_long(struct file_chain *self)
{
    pthread_mutex_lock(&self->lock);
    bool is_long = self->count >= FILE_CHAIN_LONG;

    pthread_mutex_unlock(&self->lock);
    return is_long;
}

void file_chain_close(struct file_chain *self)
{
    for (unsigned i = 0; i < self->count; i++)
        close(self->ended[i]);
    if (self->present >= 0)
        close(self->present);
    self->count = 0;
    self->present = -1;
}
