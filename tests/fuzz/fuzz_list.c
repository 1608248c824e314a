// SPDX-License-Identifier: GPL-2.0-or-later
/* Any bytes as a list and as a table of origins, compressed or not: reading must end. */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "target/asn_table.h"
#include "target/prefix_list.h"

static void read_prefixes(const char *path)
{
    struct prefix_list list = {0};
    struct error_text error = {""};
    int code = prefix_list_read_file(&list, path, &error);

    require(code == 0 || (code < 0 && error.text[0]));
    for (size_t i = 0; i < list.count; i++) {
        struct prefix prefix = list.prefixes[i];

        require(prefix.length <= address_bits(prefix.base) &&
                address_equal(prefix.base, address_first(prefix.base, prefix.length)));
    }
    prefix_list_free(&list);
}

static void read_origins(const char *path)
{
    struct asn_table table = {0};
    struct error_text error = {""};
    int code = asn_table_read_file(&table, path, &error);

    require(code == 0 || (code < 0 && error.text[0] && !table.entries));
    asn_table_free(&table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32];
    int fd = memfd_create("list", MFD_CLOEXEC);

    require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    read_prefixes(path);
    read_origins(path);
    close(fd);
    return 0;
}
