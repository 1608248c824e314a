// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/names.h"

#include <ctype.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    SLOTS = 2 * NAMES_MOST, /* half of them stay free, so that a search takes two or three steps */
};

struct name {
    struct address address;
    enum name_state state;
    char *text;
};

/* Addresses are never removed, so an index stays valid, and the queue is only the index of the first
 * address that waits. */
struct names {
    struct names_source source;
    int event;
    pthread_mutex_t lock; /* protects all that follows */
    pthread_cond_t asked;
    struct name *names; /* NAMES_MOST, in the order in which they were asked for */
    uint32_t *slots;    /* open addressing: 1 + index into `names`, 0 where free */
    size_t count;
    size_t next; /* the first that no thread has taken */
    size_t answered;
    unsigned threads, idle;
    unsigned users; /* threads, and the owner until names_destroy(): the last one frees */
    bool closing;
};

static void release(const struct names_source *source)
{
    if (source->release)
        source->release(source->context);
}

struct names *names_create(const struct names_source *source)
{
    struct names *names = calloc(1, sizeof(*names));

    if (!names) {
        release(source);
        return NULL;
    }
    names->source = *source;
    names->users = 1;
    names->names = calloc(NAMES_MOST, sizeof(*names->names));
    names->slots = calloc(SLOTS, sizeof(*names->slots));
    names->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (!names->names || !names->slots || names->event < 0) {
        if (names->event >= 0)
            close(names->event);
        free(names->slots);
        free(names->names);
        free(names);
        release(source);
        return NULL;
    }
    pthread_mutex_init(&names->lock, NULL);
    pthread_cond_init(&names->asked, NULL);
    return names;
}

static void free_all(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->names[i].text);
    free(names->slots);
    free(names->names);
    pthread_cond_destroy(&names->asked);
    pthread_mutex_destroy(&names->lock);
    close(names->event);
    release(&names->source);
    free(names);
}

/* Ends one user's part. The lock is held before and released. */
static void leave(struct names *names)
{
    bool last = --names->users == 0;

    pthread_mutex_unlock(&names->lock);
    if (last)
        free_all(names);
}

/* Some resolvers give the name of the root to an address that has no name. */
static char *copy_harmless(const char *name)
{
    char *copy = *name && strcmp(name, ".") != 0 ? strdup(name) : NULL;

    for (char *p = copy; p && *p; p++)
        if (!isascii((unsigned char)*p) || (!isalnum((unsigned char)*p) && !strchr(".-_", *p)))
            *p = '?';
    return copy;
}

static void store_answer(struct names *names, size_t index, char *text)
{
    static const uint64_t one = 1;

    names->names[index].state = text ? NAME_KNOWN : NAME_NONE;
    names->names[index].text = text;
    names->answered++;
    /* Fails only if 2^64 - 2 answers were not read. */
    if (write(names->event, &one, sizeof(one)) < 0)
        return;
}

/* Takes the next question and answers it. The lock is held before and after, but not meanwhile. */
static void answer_next(struct names *names)
{
    size_t index = names->next++;
    struct address address = names->names[index].address;
    char name[NAME_SIZE] = "";

    pthread_mutex_unlock(&names->lock);
    bool found = names->source.lookup(names->source.context, address, name);
    name[NAME_SIZE - 1] = '\0';
    char *text = found ? copy_harmless(name) : NULL;
    pthread_mutex_lock(&names->lock);
    store_answer(names, index, text);
}

static void *thread_main(void *context)
{
    struct names *names = context;

    pthread_mutex_lock(&names->lock);
    while (!names->closing) {
        if (names->next < names->count) {
            answer_next(names);
            continue;
        }
        names->idle++;
        pthread_cond_wait(&names->asked, &names->lock);
        names->idle--;
    }
    leave(names);
    return NULL;
}

/* All signals are blocked in these threads, so that only threads that handle them receive them. */
static bool start_thread(struct names *names)
{
    pthread_attr_t attributes;
    sigset_t all, before;
    pthread_t thread;

    sigfillset(&all);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int error = pthread_create(&thread, &attributes, thread_main, names);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (error)
        return false;
    names->threads++;
    names->users++;
    return true;
}

/* Returns the slot that holds `address`, or the free one where it belongs. The lock is held. */
static uint32_t *find_slot(struct names *names, struct address address)
{
    size_t slot = address_hash(address, 0) % SLOTS;

    while (names->slots[slot] && !address_equal(names->names[names->slots[slot] - 1].address, address))
        slot = (slot + 1) % SLOTS;
    return &names->slots[slot];
}

/* Adds an address, which belongs in the free slot. The lock is held. */
static void ask(struct names *names, struct address address, uint32_t *slot)
{
    if (names->count == NAMES_MOST)
        return;
    names->names[names->count++] = (struct name){.address = address, .state = NAME_PENDING};
    *slot = (uint32_t)names->count;
    if (names->count - names->next > names->idle && names->threads < NAMES_THREADS)
        start_thread(names);
    while (names->threads == 0 && names->next < names->count)
        store_answer(names, names->next++, NULL);
    pthread_cond_signal(&names->asked);
}

enum name_state names_get(struct names *names, struct address address, const char **name)
{
    struct name found = {.state = NAME_NONE};

    if (!names)
        return NAME_NONE;
    pthread_mutex_lock(&names->lock);
    uint32_t *slot = find_slot(names, address);
    if (!*slot)
        ask(names, address, slot);
    if (*slot)
        found = names->names[*slot - 1];
    pthread_mutex_unlock(&names->lock);
    if (found.state == NAME_KNOWN)
        *name = found.text;
    return found.state;
}

size_t names_pending(struct names *names)
{
    size_t pending;

    if (!names)
        return 0;
    pthread_mutex_lock(&names->lock);
    pending = names->count - names->answered;
    pthread_mutex_unlock(&names->lock);
    return pending;
}

int names_fd(const struct names *names)
{
    return names ? names->event : -1;
}

bool names_news(struct names *names)
{
    uint64_t answers;

    return names && read(names->event, &answers, sizeof(answers)) > 0;
}

void names_destroy(struct names *names)
{
    if (!names)
        return;
    pthread_mutex_lock(&names->lock);
    names->closing = true;
    pthread_cond_broadcast(&names->asked);
    leave(names);
}
