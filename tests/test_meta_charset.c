/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "text/meta_charset.h"

static bool find(char name[static MIME_CHARSET_SIZE], const char *html, size_t size)
{
    char *exact = harness_exact(html, size);
    bool found = mime_meta_charset(name, exact, size);
    free(exact);
    return found;
}

static void meta_tells_the_charset(void **state)
{
    (void)state;
    static const struct {
        const char *html;
        const char *name;
    } cases[] = {
        {"<meta charset=koi8-r>", "koi8-r"},
        {"<META CHARSET=\"KOI8-R\"/>", "koi8-r"},
        {"<!DOCTYPE html>\n<html lang=ru><head><meta\tcharset = 'windows-1251' ></head>",
         "windows-1251"},
        {"<meta/charset=sjis>", "shift_jis"},
        {"<meta name=x><meta charset=euc-jp>", "euc-jp"},
        {"<meta http-equiv=\"Content-Type\" content=\"text/html; charset=iso-8859-2\">",
         "iso-8859-2"},
        {"<meta content='text/html;charset = \"big5\"' http-equiv=content-type>", "big5"},
        {"<meta content='charsets; charset=gbk;x' http-equiv=content-type>", "gbk"},
        {"<!-- <meta charset=koi8-r> --><meta charset=koi8-u>", "koi8-u"},
        {"<!--><meta charset=koi8-u>", "koi8-u"},
        {"<?xml version='1.0'?><meta charset=koi8-u>", "koi8-u"},
        {"</p x='<meta charset=koi8-r>'><meta charset=koi8-u>", "koi8-u"},
        {"</ x='<meta charset=koi8-r>'><meta charset=koi8-u>", "koi8-u"},
        {"<p x='<meta charset=koi8-r>'><meta charset=koi8-u>", "koi8-u"},
        {"a < b <meta charset=koi8-u>", "koi8-u"},
        {"<meta charset=koi8-u charset=koi8-r>", "koi8-u"},
        {"<meta charset=utf8>", "utf-8"},
        /* As browsers read them. */
        {"<meta charset=iso-8859-1>", "windows-1252"},
        {"<meta charset=ascii>", "windows-1252"},

        {"", NULL},
        {"<", NULL},
        {"<meta", NULL},
        {"<meta ", NULL},
        {"<meta charset", NULL},
        {"<meta charset=koi8-r", NULL},
        {"<meta charset='koi8-r>", NULL},
        {"<meta charset=>", NULL},
        {"<meta charset>", NULL},
        {"<metal charset=koi8-r>", NULL},
        {"<meta content='text/html; charset=koi8-r'>", NULL},
        {"<meta http-equiv=refresh content='charset=koi8-r'>", NULL},
        {"<meta http-equiv=content-type content='charset'>", NULL},
        {"<meta http-equiv=content-type content='charset=\"koi8-r'>", NULL},
        {"<meta charset=utf-16>", NULL},
        {"<meta charset=klingon>", NULL},
        {"<meta charset='koi8-r//TRANSLIT'>", NULL},
        {"<meta charset=1234567890123456789012345678901234567890123456789>", NULL},
        {"<!-- <meta charset=koi8-r>", NULL},
        {"<p title='<meta charset=koi8-r>", NULL},
        {"<html></html", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[MIME_CHARSET_SIZE];
        bool found = find(name, cases[i].html, strlen(cases[i].html));
        if (found != (cases[i].name != NULL) || (found && strcmp(name, cases[i].name) != 0))
            fail_msg("%s: %s", cases[i].html, found ? name : "nothing");
    }
}

static void an_unknown_charset_leaves_it_to_the_next(void **state)
{
    (void)state;
    static const char html[] = "<meta charset=klingon><meta charset=koi8-r>";
    char name[MIME_CHARSET_SIZE];
    assert_true(find(name, html, sizeof html - 1));
    assert_string_equal(name, "koi8-r");
}

static void only_the_beginning_counts(void **state)
{
    (void)state;
    static const char meta[] = "<meta charset=koi8-r>";
    enum { SIZE = sizeof meta - 1 };
    char html[2 * MIME_META_CHARSET_LIMIT];
    char name[MIME_CHARSET_SIZE];
    memset(html, ' ', sizeof html);
    memcpy(html + MIME_META_CHARSET_LIMIT - SIZE, meta, SIZE);
    assert_true(find(name, html, sizeof html));
    memset(html, ' ', sizeof html);
    memcpy(html + MIME_META_CHARSET_LIMIT - SIZE + 1, meta, SIZE);
    assert_false(find(name, html, sizeof html));
}

static void any_octets_are_looked_through_to_their_end(void **state)
{
    (void)state;
    static const char *const pieces[] = {"<meta ",
                                         "charset",
                                         "=",
                                         "'",
                                         "\"",
                                         ">",
                                         "<!--",
                                         "-->",
                                         "<",
                                         "/",
                                         "koi8-r",
                                         " ",
                                         "http-equiv=content-type",
                                         "content",
                                         ";",
                                         "a",
                                         "<p ",
                                         "<?",
                                         "\n"};
    uint64_t random = 5;
    for (size_t i = 0; i < 50000; i++) {
        char html[256];
        size_t size = 0;
        while (size < 200) {
            const char *piece = pieces[harness_random(&random) % (sizeof pieces / sizeof *pieces)];
            memcpy(html + size, piece, strlen(piece));
            size += strlen(piece);
        }
        html[harness_random(&random) % size] = '\0';
        char name[MIME_CHARSET_SIZE];
        if (find(name, html, harness_random(&random) % (size + 1)))
            assert_string_equal(name, "koi8-r");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(meta_tells_the_charset),
        cmocka_unit_test(an_unknown_charset_leaves_it_to_the_next),
        cmocka_unit_test(only_the_beginning_counts),
        cmocka_unit_test(any_octets_are_looked_through_to_their_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
