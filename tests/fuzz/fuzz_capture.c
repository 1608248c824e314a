// SPDX-License-Identifier: GPL-2.0-or-later
/* Any bytes as a capture file: whatever its lengths are, packets lie within what was read, and reading ends.
 * */
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "receive/capture.h"

/* Each byte of a packet is touched, for the sanitizers. */
static unsigned add_up(const struct captured_packet *packet)
{
    unsigned sum = 0;

    for (size_t i = 0; i < packet->length; i++)
        sum += packet->ip[i];
    return sum;
}

static void read_all(struct capture *capture)
{
    struct captured_packet packet;
    struct error_text error;
    volatile unsigned sum = 0;
    int result;

    while ((result = capture_next(capture, &packet, &error)) == 1)
        sum += add_up(&packet);
    require(result == 0 || result == -ENODATA || result == -EINVAL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32];
    struct error_text error;
    struct capture *capture;
    int fd = memfd_create("capture", MFD_CLOEXEC);

    require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (capture_open(&capture, path, &error) == 0) {
        read_all(capture);
        capture_close(capture);
    }
    close(fd);
    return 0;
}
