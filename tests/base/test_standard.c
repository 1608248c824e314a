// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/standard.h"
#include "capture.h"

static int child_status(void (*body)(void))
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        body();
        _exit(99);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void close_all_and_reserve(void)
{
    char byte;

    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        close(fd);
    if (standard_reserve())
        _exit(1);
    if (standard_usable(STDIN_FILENO) || standard_usable(STDOUT_FILENO))
        _exit(2);
    if (read(STDIN_FILENO, &byte, 1) >= 0 || errno != EBADF)
        _exit(3);
    if (write(STDOUT_FILENO, "x", 1) >= 0 || errno != EBADF)
        _exit(4);
    if (open("/dev/null", O_RDONLY) <= STDERR_FILENO)
        _exit(5);
    _exit(0);
}

Test(standard, closed_descriptors_are_taken_and_of_no_use)
{
    cr_assert_eq(child_status(close_all_and_reserve), 0);
}

static void close_stdout_and_reserve(void)
{
    close(STDOUT_FILENO);
    _exit(standard_reserve() || !standard_usable(STDIN_FILENO) || standard_usable(STDOUT_FILENO));
}

Test(standard, those_that_are_open_stay)
{
    cr_assert_eq(child_status(close_stdout_and_reserve), 0);
}

Test(standard, a_stream_is_printable_however_it_is_cut)
{
    static const char text[] = "b\xc3\xbc"
                               "cher \xf0\x9f\x8c\x90 \x1b[2J\xc2\x9b"
                               "1m \xe2\x80\xae\n\xe2\x82";
    static const char shown[] = "b\xc3\xbc"
                                "cher \xf0\x9f\x8c\x90 \\x1b[2J\\xc2\\x9b"
                                "1m \\xe2\\x80\\xae\n\\xe2\\x82";
    static struct standard_output output;

    for (size_t piece = 1; piece < sizeof(text); piece++) {
        struct capture capture = capture_start(STDOUT_FILENO);
        FILE *stream = standard_output_stream(&output, STDOUT_FILENO);

        for (size_t at = 0; at < sizeof(text) - 1; at += piece) {
            size_t left = sizeof(text) - 1 - at;

            cr_assert_eq(fwrite(text + at, 1, left < piece ? left : piece, stream),
                         left < piece ? left : piece);
            fflush(stream);
        }
        fclose(stream);
        cr_assert_str_eq(capture_end(&capture), shown, "pieces of %zu", piece);
        cr_assert_eq(output.error, 0);
    }
}

Test(standard, much_text_comes_out_whole)
{
    static struct standard_output output;
    static char read_back[3 * STANDARD_CHUNK * 4 + 1];
    FILE *file = tmpfile();
    FILE *stream = standard_output_stream(&output, fileno(file));

    for (int i = 0; i < 3 * STANDARD_CHUNK; i++)
        fputc('\x1b', stream);
    fclose(stream);
    rewind(file);
    cr_assert_eq(fread(read_back, 1, sizeof(read_back), file), sizeof(read_back) - 1);
    for (int i = 0; i < 3 * STANDARD_CHUNK; i++)
        cr_assert_arr_eq(read_back + 4 * (ptrdiff_t)i, "\\x1b", 4);
    fclose(file);
}

Test(standard, the_first_error_is_kept)
{
    static struct standard_output output;
    int fd = open("/dev/full", O_WRONLY);
    FILE *stream = standard_output_stream(&output, fd);

    fputs("lost", stream);
    cr_assert_neq(fflush(stream), 0);
    cr_assert(ferror(stream));
    cr_assert_eq(output.error, -ENOSPC);
    close(fd);
    fputs("lost, too", stream);
    fclose(stream);
    cr_assert_eq(output.error, -ENOSPC);
}

Test(standard, a_reader_that_went_is_an_error)
{
    static struct standard_output output;
    int ends[2];

    signal(SIGPIPE, SIG_IGN);
    cr_assert_eq(pipe(ends), 0);
    close(ends[0]);
    FILE *stream = standard_output_stream(&output, ends[1]);
    fputs("nobody", stream);
    fclose(stream);
    cr_assert_eq(output.error, -EPIPE);
    close(ends[1]);
}

/* A pipe that others made non-blocking is waited for. */
Test(standard, a_pipe_that_is_full_is_waited_for)
{
    static struct standard_output output;
    static char text[1 << 17];
    int ends[2];

    cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
    pid_t reader = fork();
    if (reader == 0) {
        size_t got = 0;

        close(ends[1]);
        fcntl(ends[0], F_SETFL, 0);
        for (ssize_t n; (n = read(ends[0], text, sizeof(text))) > 0;)
            got += (size_t)n;
        _exit(got == sizeof(text) ? 0 : 1);
    }
    close(ends[0]);
    FILE *stream = standard_output_stream(&output, ends[1]);
    memset(text, 'x', sizeof(text));
    cr_assert_eq(fwrite(text, 1, sizeof(text), stream), sizeof(text));
    fclose(stream);
    cr_assert_eq(output.error, 0);
    close(ends[1]);

    int status;
    cr_assert_eq(waitpid(reader, &status, 0), reader);
    cr_assert_eq(status, 0);
}

Test(standard, printf_goes_through_it)
{
    static struct standard_output output;
    struct capture capture = capture_start(STDOUT_FILENO);

    cr_assert_eq(standard_output_open(&output), 0);
    printf("%s\n", "\x1b[m");
    puts("\x07");
    putchar('\x1b');
    cr_assert_eq(standard_output_close(&output), 0);
    cr_assert_str_eq(capture_end(&capture), "\\x1b[m\n\\x07\n\\x1b");
}
