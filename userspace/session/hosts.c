// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/hosts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/growing.h"
#include "base/list_file.h"
#include "output/json_value.h"
#include "session/host_find.h"

enum {
    HOST_NAME_LONGEST = 253, /* RFC 1035, section 2.3.4, as text */
};

static int find_lane(struct hosts *hosts, struct host *host, unsigned scope, struct error_text *error)
{
    unsigned lane = 0;

    while (lane < hosts->source_count &&
           (!address_equal(hosts->sources[lane], host->source) || hosts->scopes[lane] != scope))
        lane++;
    if (lane == sizeof(hosts->sources) / sizeof(hosts->sources[0]))
        return error_text_set(error, -E2BIG,
                              "the hosts are reached from more than %u source addresses: give one with -s",
                              lane);
    if (lane == hosts->source_count) {
        hosts->sources[lane] = host->source;
        hosts->scopes[lane] = scope;
        hosts->source_count++;
    }
    host->lane = (uint8_t)lane;
    return 0;
}

static struct host *append(struct hosts *hosts, const char *name)
{
    struct host *list = growing_room(hosts->list, hosts->count, &hosts->room, sizeof(*list));

    if (!list)
        return NULL;
    hosts->list = list;

    struct host *host = &list[hosts->count];
    *host = (struct host){.name = strdup(name)};
    if (!host->name)
        return NULL;
    hosts->count++;
    return host;
}

int hosts_add(struct hosts *hosts, const struct hosts_config *config, const char *name,
              struct error_text *error)
{
    struct host *host;
    bool elsewhere = false;
    unsigned scope;

    if (strlen(name) > HOST_NAME_LONGEST)
        return error_text_set(error, -ENOENT, "the name has %zu characters, but at most %d are possible",
                              strlen(name), HOST_NAME_LONGEST);
    host = append(hosts, name);
    if (!host)
        return error_text_set(error, -ENOMEM, "out of memory");
    int result = host_find(host, config, &scope, &elsewhere, error);
    if (!result)
        result = find_lane(hosts, host, scope, error);
    hosts->elsewhere += !result && elsewhere;
    if (result)
        free(hosts->list[--hosts->count].name);
    return result;
}

static int note_unprobed(struct hosts *hosts, const char *name, const char *place,
                         const struct error_text *error)
{
    struct unprobed_host *list =
        growing_room(hosts->unprobed, hosts->unprobed_count, &hosts->unprobed_room, sizeof(*list));

    if (!list)
        return -ENOMEM;
    hosts->unprobed = list;

    struct unprobed_host *host = &list[hosts->unprobed_count];
    host->name = strdup(name);
    if (asprintf(&host->reason, "%s%s", place, error->text) < 0)
        host->reason = NULL;
    if (!host->name || !host->reason) {
        free(host->name);
        free(host->reason);
        return -ENOMEM;
    }
    hosts->unprobed_count++;
    return 0;
}

int hosts_take(struct hosts *hosts, const struct hosts_config *config, const char *name, const char *place,
               struct error_text *error)
{
    int result = hosts_add(hosts, config, name, error);

    if (!result || result == -ENOMEM || result == -ENODEV)
        return result;
    return note_unprobed(hosts, name, place, error) ? error_text_set(error, -ENOMEM, "out of memory") : 0;
}

void hosts_tell_unprobed(const struct hosts *hosts, bool json, FILE *out)
{
    for (size_t i = 0; i < hosts->unprobed_count; i++) {
        const struct unprobed_host *host = &hosts->unprobed[i];

        if (json)
            json_print_line(json_pack("{s:n, s:o, s:b, s:o}", "target", "name", json_text(host->name),
                                      "probed", false, "error", json_text(host->reason)),
                            out);
        else if (hosts->is_list)
            fprintf(out, "%s was not probed\n", host->name);
    }
    fflush(out);
}

struct hosts_reader {
    struct hosts *hosts;
    const struct hosts_config *config;
    const char *path;
    struct error_text reason; /* why none can be probed, if so */
};

/* The first word is the host; the rest of the line is ignored. */
static int add_line(void *context, struct list_file *file)
{
    struct hosts_reader *reader = context;
    char place[ERROR_TEXT_SIZE];
    const char *word = list_file_word(file);

    if (!word || list_file_is_heading(file, word))
        return 0;
    snprintf(place, sizeof(place), "--targets: %s:%" PRIu64 ": ", reader->path, file->line);
    return hosts_take(reader->hosts, reader->config, word, place, &reader->reason);
}

int hosts_read_file(struct hosts *hosts, const struct hosts_config *config, const char *path,
                    struct error_text *error)
{
    struct hosts_reader reader = {.hosts = hosts, .config = config, .path = path};
    struct list_file file;
    int result = list_file_read(&file, path, add_line, &reader);

    if (!result)
        return 0;
    if (!file.error.text[0])
        return error_text_set(error, result, "%s:%" PRIu64 ": %s", path, file.line, reader.reason.text);
    return error_text_set(error, result, "%s", file.error.text);
}

void hosts_free(struct hosts *hosts)
{
    for (size_t i = 0; i < hosts->count; i++)
        free(hosts->list[i].name);
    for (size_t i = 0; i < hosts->unprobed_count; i++) {
        free(hosts->unprobed[i].name);
        free(hosts->unprobed[i].reason);
    }
    free(hosts->list);
    free(hosts->unprobed);
    *hosts = (struct hosts){0};
}
