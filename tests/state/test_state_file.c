// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/state_file.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reference.h"

enum {
    IDENTITY = 7,
    SLOT_A = 8192,               /* the second, fourth … checkpoint */
    SLOT_B = SLOT_A + 64 * 1024, /* the first, third … */
    PAYLOAD = 32,                /* in a slot */
};

static char path[64];

static void make_path(void)
{
    snprintf(path, sizeof(path), "/tmp/hopwire-state-%d", getpid());
    unlink(path);
}

static void remove_path(void)
{
    unlink(path);
}

TestSuite(state_file, .init = make_path, .fini = remove_path);

static struct state_file *open_state(void)
{
    struct state_file *state;
    struct error_text error;

    cr_assert_eq(state_file_open(&state, path, &error), 0, "%s", error.text);
    return state;
}

static struct state_file *begin_state(void)
{
    struct state_file *state = open_state();

    cr_assert_eq(state_file_begin(state, IDENTITY), 0);
    return state;
}

static void store_bytes(struct state_file *state, const char *bytes, size_t length)
{
    FILE *out = state_file_write(state);

    cr_assert_eq(fwrite(bytes, 1, length, out), length);
    cr_assert_eq(state_file_store(state), 0);
}

static void store(struct state_file *state, const char *text)
{
    store_bytes(state, text, strlen(text));
}

/* What a run that comes later finds; "": no checkpoint. */
static void expect_found(const char *expected)
{
    struct state_file *state = open_state();
    struct state_found found;
    struct error_text error;

    cr_assert_eq(state_file_load(state, IDENTITY, &found, &error), 0, "%s", error.text);
    cr_expect_eq(found.any, *expected != '\0');
    cr_expect_eq(found.length, strlen(expected));
    cr_expect(memcmp(found.any ? (const char *)found.bytes : "", expected, found.length) == 0);
    free(found.bytes);
    free(found.live);
    state_file_close(state);
}

static void expect_refused(uint64_t identity, int code, const char *text)
{
    struct state_file *state = open_state();
    struct state_found found;
    struct error_text error = {""};

    cr_expect_eq(state_file_load(state, identity, &found, &error), code);
    cr_expect(strstr(error.text, text), "%s", error.text);
    state_file_close(state);
}

static void overwrite(off_t at, const char *bytes, size_t length)
{
    int fd = open(path, O_WRONLY);

    cr_assert_eq(pwrite(fd, bytes, length, at), (ssize_t)length);
    close(fd);
}

Test(state_file, newest_checkpoint_is_found)
{
    static const char *const texts[] = {"one", "two, which is longer", "three", "4"};
    struct state_file *state = begin_state();

    state_file_close(state);
    expect_found("");
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct state_found found;
        struct error_text error;

        state = open_state();
        cr_assert_eq(state_file_load(state, IDENTITY, &found, &error), 0);
        free(found.bytes);
        free(found.live);
        store(state, texts[i]);
        state_file_close(state);
        expect_found(texts[i]);
    }
}

Test(state_file, checkpoints_of_any_length_lie_beside_each_other)
{
    static const size_t lengths[] = {0, 1, 65536 - 33, 65536 - 32, 65536 - 31, 65536, 200001, 3, 1 << 20};
    struct state_file *state = begin_state();
    uint64_t random = 1;
    char *text = malloc(1 << 20);

    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        struct state_found found;
        struct error_text error;

        for (size_t k = 0; k < lengths[i]; k++)
            text[k] = (char)reference_random(&random);
        store_bytes(state, text, lengths[i]);
        cr_assert_eq(state_file_load(state, IDENTITY, &found, &error), 0, "%s", error.text);
        cr_expect_eq(found.length, lengths[i]);
        cr_expect(memcmp(found.bytes, text, lengths[i]) == 0);
        free(found.bytes);
        free(found.live);
    }
    free(text);
    state_file_close(state);
}

/* Whatever of the newer one a crash has left out, the older one holds. */
Test(state_file, torn_checkpoint_gives_way_to_the_one_before)
{
    static const struct {
        off_t at;
        size_t length;
    } torn[] = {
        {SLOT_A, 8},      {SLOT_A + 8, 8},       {SLOT_A + 16, 8},
        {SLOT_A + 24, 8}, {SLOT_A + PAYLOAD, 1}, {SLOT_A + PAYLOAD + 5, 1},
    };

    for (size_t i = 0; i < sizeof(torn) / sizeof(torn[0]); i++) {
        struct state_file *state = begin_state();

        store(state, "first.");
        store(state, "second");
        state_file_close(state);
        overwrite(torn[i].at, "\0\0\0\0\0\0\0\0", torn[i].length);
        expect_found("first.");
    }
}

/* What is given up, or was under way at a crash, is not the newest, and the next one takes its place. */
Test(state_file, unfinished_checkpoint_leaves_the_one_before)
{
    static const char text[200000];
    struct state_file *state = begin_state();

    store(state, "first.");
    store(state, "second");
    cr_assert_eq(fwrite(text, 1, sizeof(text), state_file_write(state)), sizeof(text));
    state_file_abandon(state);
    cr_assert_eq(fwrite(text, 1, sizeof(text), state_file_write(state)), sizeof(text));
    state_file_close(state);
    expect_found("second");

    struct state_found found;
    struct error_text error;

    state = open_state();
    cr_assert_eq(state_file_load(state, IDENTITY, &found, &error), 0);
    free(found.bytes);
    free(found.live);
    store(state, "third");
    state_file_close(state);
    expect_found("third");
}

Test(state_file, is_bare_until_a_checkpoint_is_whole)
{
    struct state_file *state = begin_state();

    cr_expect(state_file_is_bare(path));
    cr_expect_eq(fwrite("first.", 1, 6, state_file_write(state)), 6);
    state_file_abandon(state);
    cr_expect(state_file_is_bare(path));
    store(state, "first.");
    cr_expect_not(state_file_is_bare(path));
    state_file_close(state);
}

/* A full disk is told by whoever stores. */
Test(state_file, what_cannot_be_written_is_told)
{
    const struct rlimit little = {.rlim_cur = 20000, .rlim_max = RLIM_INFINITY},
                        all = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    static const char text[1 << 20];
    struct state_file *state = begin_state();

    store(state, "first.");
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &little), 0);
    fwrite(text, 1, sizeof(text), state_file_write(state));
    cr_expect_lt(state_file_store(state), 0);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &all), 0);
    state_file_close(state);
    expect_found("first.");
}

Test(state_file, cut_file_gives_what_is_whole)
{
    struct state_file *state = begin_state();

    store(state, "first.");
    store(state, "second");
    store(state, "third.");
    state_file_close(state);
    cr_assert_eq(truncate(path, SLOT_B + PAYLOAD + 5), 0);
    expect_found("second");
}

Test(state_file, two_damaged_checkpoints_are_refused)
{
    struct state_file *state = begin_state();

    store(state, "first.");
    store(state, "second");
    state_file_close(state);
    overwrite(SLOT_A + PAYLOAD, "X", 1);
    overwrite(SLOT_B + PAYLOAD, "X", 1);
    expect_refused(IDENTITY, -EINVAL, "is damaged");
}

Test(state_file, what_belongs_to_others_is_refused)
{
    struct state_file *state = begin_state();
    struct error_text error;

    store(state, "first.");
    state_file_close(state);
    expect_refused(IDENTITY + 1, -ESTALE, "of another survey");
    overwrite(0, "hopwire survey state 9\n", 23);
    cr_expect_eq(state_file_open(&state, path, &error), -EEXIST);
    cr_expect(strstr(error.text, "it is not the state of a survey"), "%s", error.text);
}

Test(state_file, second_run_is_refused)
{
    struct state_file *state = begin_state(), *other;
    struct error_text error;

    cr_expect_eq(state_file_open(&other, path, &error), -EBUSY);
    cr_expect(strstr(error.text, "still running"), "%s", error.text);
    state_file_close(state);
}

Test(state_file, is_gone_where_nothing_was_begun)
{
    struct state_file *state = open_state();

    cr_expect(state_file_is_empty(state));
    state_file_close(state);
    cr_expect_eq(access(path, F_OK), -1);
    state = begin_state();
    cr_expect_not(state_file_is_empty(state));
    state_file_close(state);
    cr_expect_eq(access(path, F_OK), 0);
}

Test(state_file, is_for_its_owner_alone)
{
    struct state_file *state = begin_state();
    struct stat status;

    cr_assert_eq(stat(path, &status), 0);
    cr_expect_eq(status.st_mode & 0777, 0600);
    state_file_close(state);
}

Test(state_file, links_and_devices_are_refused)
{
    struct state_file *state;
    struct error_text error;

    cr_assert_eq(symlink("/nowhere/at/all", path), 0);
    cr_expect_lt(state_file_open(&state, path, &error), 0);
    cr_expect_lt(state_file_open(&state, "/dev/null", &error), 0);
}

Test(state_file, live_text_stands_beside_the_checkpoints)
{
    struct state_file *state = begin_state();
    struct state_found found;
    struct error_text error;

    store(state, "first.");
    cr_assert_eq(state_file_tell(state, "a longer text"), 0);
    cr_assert_eq(state_file_tell(state, "a text"), 0);
    store(state, "second");
    cr_assert_eq(state_file_load(state, IDENTITY, &found, &error), 0);
    cr_expect_str_eq(found.live, "a text");
    free(found.bytes);
    free(found.live);
    state_file_close(state);
}
