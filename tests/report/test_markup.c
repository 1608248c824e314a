// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/markup.h"

#include "report/written.h"
#include "table.h"

Test(markup, text_of_anybody_is_shown_and_never_obeyed)
{
    static const struct {
        const char *text, *shown;
    } cases[] = {
        {"eth0", "eth0"},
        {"<script>alert('x' & \"y\")</script>",
         "&#60;script&#62;alert(&#39;x&#39; &#38; &#34;y&#34;)&#60;/script&#62;"},
        {"a\x1b[2Jb\xff", "a\\x1b[2Jb\\xff"},
        {"\xe2\x80\xae"
         "fdp",
         "\\xe2\\x80\\xae"
         "fdp"},
        {"caf\xc3\xa9", "caf\xc3\xa9"},
        {"\xef\xbf\xbe\xef\xbf\xbf!", "&#xFFFD;&#xFFFD;!"},
        {NULL, ""},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct written written;

        written_begin(&written);
        markup_text(cases[i].text, written.out);
        char *text = written_end(&written);
        cr_expect_str_eq(text, cases[i].shown, "%zu: %s", i, text);
        free(text);
    }
}

Test(markup, what_is_long_ends_in_dots_between_two_characters)
{
    struct written written;

    written_begin(&written);
    markup_text_up_to("abcdef", 6, written.out);
    markup_text_up_to("abcdefg", 6, written.out);
    markup_text_up_to("abc\xc3\xa9", 4, written.out);
    char *text = written_end(&written);
    cr_expect_str_eq(text, "abcdefabcdef…abc…");
    free(text);
}

/* RFC 4648, section 10. */
Test(markup, base64)
{
    static const char *const cases[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct written written;

        written_begin(&written);
        markup_base64((const unsigned char *)cases[i][0], strlen(cases[i][0]), written.out);
        char *text = written_end(&written);
        cr_expect_str_eq(text, cases[i][1]);
        free(text);
    }
}
