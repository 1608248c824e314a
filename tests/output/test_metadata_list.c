// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/metadata_list.h"

enum {
    LONG = METADATA_LIST_INLINE + 4000,
};

static char directory[] = "/tmp/hopwire-test-XXXXXX";
static char metadata[64], beside[64];

static void make_directory(void)
{
    cr_assert_not_null(mkdtemp(directory));
    snprintf(metadata, sizeof(metadata), "%s/r.csv.meta.json", directory);
    snprintf(beside, sizeof(beside), "%s/r.csv.targets.txt", directory);
}

static void remove_directory(void)
{
    unlink(beside);
    rmdir(directory); /* fails where a temporary file was left behind */
    cr_expect_eq(access(directory, F_OK), -1);
}

TestSuite(metadata_list, .init = make_directory, .fini = remove_directory);

/* Addresses and prefixes of every length. */
static struct prefix_list long_list(void)
{
    struct prefix_list list = {0};

    for (uint32_t i = 0; i < LONG; i++)
        prefix_list_add(&list, (struct prefix){address_of_ipv4(i << 12), (uint8_t)(i % 3 ? 32 : 20)});
    return list;
}

static void write_list(struct metadata_list *out)
{
    struct replacement file;

    *out = (struct metadata_list){.prefixes = long_list()};
    cr_assert_eq(metadata_list_stage(&file, NULL, metadata, "targets", &out->prefixes, &out->file), 0);
    cr_expect_eq(access(beside, F_OK), -1, "it has no name yet");
    cr_assert_eq(replacement_commit(&file, false), 0);
}

static int load(const struct list_reference *reference, struct prefix_list *out, struct error_text *error)
{
    struct metadata_list list = {.file = *reference};
    int code = metadata_list_load(&list, metadata, error);

    *out = list.prefixes;
    return code;
}

Test(metadata_list, a_long_list_comes_back)
{
    struct metadata_list written;
    struct prefix_list back;
    struct error_text error;
    struct stat status;

    write_list(&written);
    cr_expect_str_eq(written.file.name, "r.csv.targets.txt");
    cr_assert_eq(stat(beside, &status), 0);
    cr_expect_eq(status.st_mode & 0777, 0600);
    cr_assert_eq(load(&written.file, &back, &error), 0, "%s", error.text);
    cr_assert_eq(back.count, LONG);
    for (size_t i = 0; i < LONG; i++) {
        cr_assert(address_equal(back.prefixes[i].base, written.prefixes.prefixes[i].base));
        cr_assert_eq(back.prefixes[i].length, written.prefixes.prefixes[i].length);
    }
    prefix_list_free(&back);
    prefix_list_free(&written.prefixes);
}

/* As sha256sum(1) says. */
Test(metadata_list, its_hash_is_that_of_the_file)
{
    struct metadata_list written;
    char command[128], line[128];

    write_list(&written);
    snprintf(command, sizeof(command), "sha256sum %s", beside);
    FILE *said = popen(command, "r");
    cr_assert_not_null(fgets(line, sizeof(line), said));
    pclose(said);
    cr_expect_eq(strncmp(line, written.file.sha256, SHA256_TEXT_SIZE - 1), 0, "%s", line);
    prefix_list_free(&written.prefixes);
}

Test(metadata_list, short_lists_and_streams_need_no_file)
{
    struct prefix_list list = long_list();
    struct list_reference reference;
    struct replacement file;

    cr_assert_eq(metadata_list_stage(&file, NULL, "/dev/null", "targets", &list, &reference), 0);
    cr_expect_eq(file.fd, -1);
    cr_expect_str_eq(reference.name, "");
    list.count = METADATA_LIST_INLINE;
    cr_assert_eq(metadata_list_stage(&file, NULL, metadata, "targets", &list, &reference), 0);
    cr_expect_eq(file.fd, -1);
    prefix_list_free(&list);
}

static void expect_refused(const struct list_reference *reference, const char *why)
{
    struct prefix_list back;
    struct error_text error;

    cr_expect_lt(load(reference, &back, &error), 0, "%s", why);
    cr_expect_not_null(strstr(error.text, metadata), "%s", error.text);
    cr_expect_not_null(strstr(error.text, "'r.csv.targets.txt'"), "%s", error.text);
    cr_expect_not_null(strstr(error.text, why), "%s", error.text);
    prefix_list_free(&back);
}

static void append(const char *text)
{
    FILE *out = fopen(beside, "a");

    fputs(text, out);
    fclose(out);
}

Test(metadata_list, a_wrong_or_missing_file_is_named)
{
    struct metadata_list written;

    write_list(&written);
    append("192.0.2.1\n");
    expect_refused(&written.file, "its SHA-256 differs");
    cr_assert_eq(truncate(beside, 100), 0);
    expect_refused(&written.file, "its SHA-256 differs");
    unlink(beside);
    expect_refused(&written.file, "No such file");
    cr_assert_eq(mkfifo(beside, 0600), 0);
    expect_refused(&written.file, "cannot be read");
    prefix_list_free(&written.prefixes);
}

Test(metadata_list, only_files_beside_the_metadata_are_named)
{
    static const char *const texts[] = {
        "{}",
        "{\"file\":\"a\"}",
        "{\"file\":\"../a\",\"sha256\":\"%s\"}",
        "{\"file\":\"/etc/passwd\",\"sha256\":\"%s\"}",
        "{\"file\":\"\",\"sha256\":\"%s\"}",
        "{\"file\":\"a\",\"sha256\":\"12\"}",
        "{\"file\":1,\"sha256\":\"%s\"}",
    };
    char hash[SHA256_TEXT_SIZE], text[256];
    struct list_reference reference;

    memset(hash, 'a', sizeof(hash) - 1);
    hash[sizeof(hash) - 1] = '\0';
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        snprintf(text, sizeof(text), "%s", texts[i]);
        char *mark = strstr(text, "%s");
        if (mark)
            snprintf(mark, sizeof(text) - (size_t)(mark - text), "%s%s", hash, "\"}");
        json_t *object = json_loads(text, 0, NULL);
        cr_expect_not(metadata_list_reference_read(object, &reference), "%s", text);
        json_decref(object);
    }
}

Test(metadata_list, its_name_follows_from_the_metadata)
{
    static const char *const cases[][2] = {
        {"out/r.csv.meta.json", "out/r.csv.targets.txt"},
        {"elsewhere.json", "elsewhere.targets.txt"},
        {"out.json/meta", "out.json/meta.targets.txt"},
        {"out/.meta.json", "out/.meta.targets.txt"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *path = metadata_list_path(cases[i][0], "targets");

        cr_expect_str_eq(path, cases[i][1]);
        free(path);
    }
}
