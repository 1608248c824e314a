// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/read_ahead.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* If both threads are equally fast on average over this many parts, neither waits for the other. */
    PARTS = 4,
    PART_SIZE = 1 << 18,
};

struct part {
    ssize_t length; /* as the source returned it */
    size_t taken;
    char *bytes;
};

struct read_ahead {
    read_ahead_source *source;
    void *context;
    pthread_t thread;
    pthread_mutex_t lock; /* protects the fields below */
    pthread_cond_t changed;
    unsigned first, full; /* the first full part, and the number of full parts */
    bool stopped;
    struct part parts[PARTS];
    char bytes[PARTS][PART_SIZE];
};

/* Waits for the next part to be filled; returns NULL if no more is wanted. */
static struct part *wait_for_room(struct read_ahead *self)
{
    pthread_mutex_lock(&self->lock);
    while (self->full == PARTS && !self->stopped)
        pthread_cond_wait(&self->changed, &self->lock);
    struct part *part = self->stopped ? NULL : &self->parts[(self->first + self->full) % PARTS];
    pthread_mutex_unlock(&self->lock);
    return part;
}

static void hand_over(struct read_ahead *self)
{
    pthread_mutex_lock(&self->lock);
    self->full++;
    pthread_cond_signal(&self->changed);
    pthread_mutex_unlock(&self->lock);
}

static void *fill_parts(void *context)
{
    struct read_ahead *self = context;
    struct part *part;

    while ((part = wait_for_room(self))) {
        part->taken = 0;
        part->length = self->source(self->context, part->bytes, PART_SIZE);

        bool last = part->length <= 0; /* afterwards the part belongs to the reader */
        hand_over(self);
        if (last)
            break;
    }
    return NULL;
}

/* Blocks all signals in the thread: other threads handle them. */
static int start_thread(struct read_ahead *self)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&self->thread, NULL, fill_parts, self);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

struct read_ahead *read_ahead_start(read_ahead_source *source, void *context)
{
    struct read_ahead *self = calloc(1, sizeof(*self));

    if (!self)
        return NULL;
    self->source = source;
    self->context = context;
    for (unsigned i = 0; i < PARTS; i++)
        self->parts[i].bytes = self->bytes[i];
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->changed, NULL);
    if (!start_thread(self))
        return self;
    free(self);
    return NULL;
}

static struct part *wait_for_bytes(struct read_ahead *self)
{
    pthread_mutex_lock(&self->lock);
    while (self->full == 0)
        pthread_cond_wait(&self->changed, &self->lock);
    struct part *part = &self->parts[self->first];
    pthread_mutex_unlock(&self->lock);
    return part;
}

static void give_back(struct read_ahead *self)
{
    pthread_mutex_lock(&self->lock);
    self->first = (self->first + 1) % PARTS;
    self->full--;
    pthread_cond_signal(&self->changed);
    pthread_mutex_unlock(&self->lock);
}

/* The end, or an error, is returned again by later calls. */
ssize_t read_ahead_read(struct read_ahead *self, void *out, size_t size)
{
    struct part *part = wait_for_bytes(self);

    if (part->length <= 0)
        return part->length;
    size_t left = (size_t)part->length - part->taken;

    if (size > left)
        size = left;
    memcpy(out, part->bytes + part->taken, size);
    part->taken += size;
    if (size == left)
        give_back(self);
    return (ssize_t)size;
}

void read_ahead_stop(struct read_ahead *self)
{
    if (!self)
        return;
    pthread_mutex_lock(&self->lock);
    self->stopped = true;
    pthread_cond_signal(&self->changed);
    pthread_mutex_unlock(&self->lock);
    pthread_join(self->thread, NULL);
    pthread_mutex_destroy(&self->lock);
    pthread_cond_destroy(&self->changed);
    free(self);
}
