// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/metadata_renewal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/log.h"
#include "output/metadata.h"

static void *write_text(void *argument)
{
    struct metadata_renewal *renewal = argument;

    prctl(PR_SET_NAME, "metadata");
    renewal->error = metadata_write_text(renewal->late, renewal->path, renewal->text, renewal->length);
    atomic_store(&renewal->done, true);
    return NULL;
}

void metadata_renewal_end(struct metadata_renewal *renewal)
{
    if (!renewal->started)
        return;
    pthread_join(renewal->thread, NULL);
    renewal->started = false;
    free(renewal->text);
    renewal->text = NULL;
    if (renewal->error && renewal->error != renewal->told)
        log_warning("survey: --metadata: cannot renew %s: %s; the text before stays", renewal->path,
                    strerror(-renewal->error));
    renewal->told = renewal->error;
}

bool metadata_renewal_ready(struct metadata_renewal *renewal)
{
    if (renewal->started && !atomic_load(&renewal->done))
        return false;
    metadata_renewal_end(renewal);
    return true;
}

/* A thread that waits for a disk must not have control's urgency. */
static int start_thread(struct metadata_renewal *renewal)
{
    const struct sched_param ordinary = {.sched_priority = 0};
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);

    if (error)
        return error;
    pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
    pthread_attr_setschedpolicy(&attributes, SCHED_OTHER);
    pthread_attr_setschedparam(&attributes, &ordinary);
    error = pthread_create(&renewal->thread, &attributes, write_text, renewal);
    pthread_attr_destroy(&attributes);
    return error;
}

void metadata_renewal_write(struct metadata_renewal *renewal, char *text, size_t length)
{
    if (!text)
        return;
    renewal->text = text;
    renewal->length = length;
    atomic_store(&renewal->done, false);
    renewal->started = start_thread(renewal) == 0;
    if (renewal->started)
        return;
    free(text);
    renewal->text = NULL;
}
