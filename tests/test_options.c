/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "help.h"
#include "options.h"

#include <stdio.h>

/* A command line in writable memory of exactly its size, and what became of it. */
struct run {
    struct send_options options;
    struct problem problem;
    char *words[16];
    int count;
    int result;
};

static void read_words(struct run *run, const char *const *words)
{
    *run = (struct run){.options = send_options_empty()};
    while (words[run->count] != NULL) {
        run->words[run->count] = harness_exact(words[run->count], strlen(words[run->count]) + 1);
        run->count++;
    }
    run->result = send_options_read(&run->options, run->count, run->words, &run->problem);
}

#define READ(run, ...) read_words(run, (const char *const[]){__VA_ARGS__, NULL})

static void drop(struct run *run)
{
    send_options_free(&run->options);
    for (int i = 0; i < run->count; i++)
        free(run->words[i]);
}

#define ASSERT_REFUSED(code, words_of_text, ...)                                                   \
    do {                                                                                           \
        struct run refused;                                                                        \
        READ(&refused, __VA_ARGS__);                                                               \
        assert_int_equal(refused.result, code);                                                    \
        assert_int_equal(refused.problem.exit_code, code);                                         \
        if (strstr(refused.problem.text, words_of_text) == NULL)                                   \
            fail_msg("\"%s\" is not in: %s", words_of_text, refused.problem.text);                 \
        drop(&refused);                                                                            \
    } while (0)

static void every_way_to_write_an_option_is_understood(void **state)
{
    (void)state;
    static const char *const ways[][3] = {
        {"-s", "Hi there", NULL},     {"-sHi there", NULL},  {"--subject", "Hi there", NULL},
        {"--subject=Hi there", NULL}, {"-vsHi there", NULL}, {"-vds", "Hi there", NULL},
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct run run;
        read_words(&run, ways[i]);
        assert_int_equal(run.result, 0);
        assert_string_equal(run.options.subject, "Hi there");
        assert_int_equal(run.options.state.operands.count, 0);
        drop(&run);
    }
}

static void options_stand_anywhere_until_two_dashes(void **state)
{
    (void)state;
    struct run run;
    READ(&run, "bob@x", "-v", "ann@x", "-dv", "--", "-q", "--help", "--");
    assert_int_equal(run.result, 0);
    static const char *const operands[] = {"bob@x", "ann@x", "-q", "--help", "--"};
    assert_int_equal(run.options.state.operands.count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(run.options.state.operands.items[i], operands[i]);
    assert_int_equal(run.options.verbose, 2);
    assert_true(run.options.dry_run);
    assert_false(run.options.help);
    drop(&run);
}

static void an_attachment_takes_one_word_and_what_stood_before_it(void **state)
{
    (void)state;
    struct run run;
    READ(&run, "--type", "text/csv", "--name=b.csv", "-a", "a.csv", "-Ab.png", "--cid", "c",
         "--attach=-odd", "-a", "last", "--", "bob@x");
    assert_int_equal(run.result, 0);
    const struct attachment_option *attachments = run.options.attachments;
    assert_int_equal(run.options.attachment_count, 4);
    assert_string_equal(attachments[0].argument, "a.csv");
    assert_string_equal(attachments[0].type, "text/csv");
    assert_string_equal(attachments[0].name, "b.csv");
    assert_null(attachments[0].content_id);
    assert_string_equal(attachments[1].argument, "b.png");
    assert_null(attachments[1].type);
    assert_string_equal(attachments[2].argument, "-odd");
    assert_string_equal(attachments[2].content_id, "c");
    assert_string_equal(attachments[3].argument, "last");
    assert_int_equal(run.options.state.operands.count, 1);
    drop(&run);
    ASSERT_REFUSED(64, "--name", "-a", "x", "--name", "y");
    ASSERT_REFUSED(64, "--cid", "--cid", "y", "bob@x");
}

static void lists_keep_their_order(void **state)
{
    (void)state;
    struct run run;
    READ(&run, "-c", "a", "-cb", "--cc", "c", "--cc=d", "-H", "X: 1", "--bcc", "e");
    assert_int_equal(run.result, 0);
    assert_int_equal(run.options.cc.count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(run.options.cc.items[i][0], 'a' + (char)i);
    assert_int_equal(run.options.headers.count, 1);
    assert_int_equal(run.options.bcc.count, 1);
    drop(&run);
}

static void what_scripts_pass_to_sendmail_does_nothing(void **state)
{
    (void)state;
    struct run run;
    READ(&run, "-i", "-oi", "-oem", "-om", "-B8BITMIME", "-G", "-Ltag", "-iG", "bob@x");
    assert_int_equal(run.result, 0);
    assert_int_equal(run.options.state.operands.count, 1);
    drop(&run);
}

static void choices_and_numbers_are_checked(void **state)
{
    (void)state;
    struct run run;
    READ(&run, "--tls", "OFF", "--tls-verify=no", "--wire", "8bit", "--timeout", "86400",
         "--password-fd", "0");
    assert_int_equal(run.result, 0);
    assert_int_equal(run.options.tls, TLS_OFF);
    assert_int_equal(run.options.tls_verify, VERIFY_NO);
    assert_int_equal(run.options.wire, WIRE_8BIT);
    assert_int_equal(run.options.timeout_seconds, 86400);
    assert_int_equal(run.options.password_descriptor, 0);
    drop(&run);
    READ(&run, "--tls", "required", "--wire=binary");
    assert_int_equal(run.options.tls, TLS_REQUIRED);
    assert_int_equal(run.options.wire, WIRE_BINARY);
    assert_int_equal(run.options.password_descriptor, -1);
    drop(&run);
    for (int priority = -9; priority <= 9; priority++) {
        char text[8];
        snprintf(text, sizeof text, "%d", priority);
        READ(&run, "--mt-priority", text);
        assert_int_equal(run.result, 0);
        assert_int_equal(run.options.mt_priority, priority);
        drop(&run);
    }
    ASSERT_REFUSED(64, "-9 to 9", "--mt-priority", "-10");
    ASSERT_REFUSED(64, "-9 to 9", "--mt-priority", "10");
    ASSERT_REFUSED(64, "-9 to 9", "--mt-priority", "-");
    ASSERT_REFUSED(64, "-9 to 9", "--mt-priority", "--1");
    ASSERT_REFUSED(64, "exclude", "-d", "--json");
    ASSERT_REFUSED(64, "required|implicit", "--tls", "requir");
    ASSERT_REFUSED(64, "required|implicit", "--tls", "required|implicit");
    ASSERT_REFUSED(64, "86400", "--timeout", "86401");
    ASSERT_REFUSED(64, "--timeout", "--timeout", "0");
    ASSERT_REFUSED(64, "--timeout", "--timeout", "5s");
    ASSERT_REFUSED(64, "--timeout", "--timeout", "-5");
    ASSERT_REFUSED(64, "--timeout", "--timeout", "99999999999999999999999");
    ASSERT_REFUSED(64, "--password-fd", "--password-fd", "2147483648");
}

static void wrong_use_is_refused_with_a_hint(void **state)
{
    (void)state;
    ASSERT_REFUSED(64, "did you mean --subject?", "--subjct", "x");
    ASSERT_REFUSED(64, "did you mean --password-file?", "--password-fil", "x");
    ASSERT_REFUSED(64, "did you mean --attach?", "--attahc=x");
    ASSERT_REFUSED(64, "--help lists all", "--zzzzzzzz");
    ASSERT_REFUSED(64, "unknown option -Z", "-vZ");
    ASSERT_REFUSED(64, "did you mean --timeout?", "-timeout", "5");
    ASSERT_REFUSED(64, "behind --", "-x@y");
    ASSERT_REFUSED(64, "a lone -", "-");
    ASSERT_REFUSED(64, "--server= needs", "--server=", "bob@x");
    ASSERT_REFUSED(64, "not empty", "--server", "", "bob@x");
    ASSERT_REFUSED(64, "--subject= needs", "--subject=");
    ASSERT_REFUSED(64, "-s needs", "bob@x", "-s");
    ASSERT_REFUSED(64, "--to needs", "bob@x", "--to");
    ASSERT_REFUSED(64, "takes no argument", "--help=x");
    ASSERT_REFUSED(64, "\\x1B", "--\x1B[2J");
    ASSERT_REFUSED(64, "-\\xFF", "-\xFF");
    ASSERT_REFUSED(65, "already", "-s", "a", "--subject", "b");
    ASSERT_REFUSED(65, "already", "-r", "a", "-rb");
    ASSERT_REFUSED(64, "-M", "-M", "text/html", "-q", "x");
    ASSERT_REFUSED(64, "exclude", "--tls-verify", "no", "--ca-file", "x");
    ASSERT_REFUSED(64, "--password and --password-file exclude each other", "--password-file", "x",
                   "--password", "y");
}

static void a_long_name_behind_one_dash_is_not_taken_for_letters(void **state)
{
    (void)state;
    static const char *const names[] = {"subject", "attach", "cc",     "bcc",
                                        "from",    "html",   "verbose"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char word[16], hint[40];
        snprintf(word, sizeof word, "-%s", names[i]);
        snprintf(hint, sizeof hint, "did you mean --%s?", names[i]);
        ASSERT_REFUSED(64, hint, word, "bob@x");
    }
    struct run run;
    READ(&run, "-bccc", "-vd");
    assert_string_equal(run.options.bcc.items[0], "ccc");
    drop(&run);
}

static void what_may_be_empty_may_be_empty(void **state)
{
    (void)state;
    struct run run;
    READ(&run, "-s", "", "-f", "");
    assert_int_equal(run.result, 0);
    assert_string_equal(run.options.subject, "");
    assert_string_equal(run.options.envelope_sender, "");
    drop(&run);
}

static void a_password_leaves_the_command_line(void **state)
{
    (void)state;
    struct run run;
    READ(&run, "--password", "open sesame", "bob@x");
    assert_int_equal(run.result, 0);
    assert_string_equal(run.options.password.text, "open sesame");
    for (size_t i = 0; i < sizeof "open sesame"; i++)
        assert_int_equal(run.words[1][i], 0);
    drop(&run);
    READ(&run, "--password=open sesame", "bob@x");
    assert_string_equal(run.options.password.text, "open sesame");
    assert_string_equal(run.words[0], "--password=");
    for (size_t i = strlen("--password="); i < sizeof "--password=open sesame"; i++)
        assert_int_equal(run.words[0][i], 0);
    drop(&run);
}

static void any_words_are_read_without_harm(void **state)
{
    (void)state;
    static const char *const pieces[] = {"-",  "--", "a",  "s",      "=",    "v",  "server", "",
                                         "to", "x",  "\t", "tls",    "\xC3", "of", "name",   "d",
                                         "i",  "o",  "B",  "--type", "-a",   "1"};
    uint64_t seed = 7;
    for (int round = 0; round < 20000; round++) {
        char words[4][64];
        const char *pointers[5] = {words[0], words[1], words[2], words[3], NULL};
        for (int i = 0; i < 4; i++) {
            words[i][0] = '\0';
            for (uint32_t n = harness_random(&seed) % 4; n > 0; n--)
                strcat(words[i], pieces[harness_random(&seed) % (sizeof pieces / sizeof *pieces)]);
        }
        struct run run;
        read_words(&run, pointers);
        assert_true(run.result == 0 || run.result == 64 || run.result == 65);
        assert_int_equal(run.result, run.problem.exit_code);
        drop(&run);
    }
}

static void the_table_is_sound(void **state)
{
    (void)state;
    bool letters[128] = {false};
    for (size_t i = 0; i < send_option_set.count; i++) {
        const struct option *option = &send_option_set.options[i];
        assert_true(option->name != NULL || option->letters != NULL);
        assert_true((size_t)option->section < send_option_set.section_count);
        assert_true(option->offset < sizeof(struct send_options));
        assert_true((option->argument == NULL) ==
                    (option->kind == OPTION_FLAG || option->kind == OPTION_COUNT ||
                     (option->kind == OPTION_IGNORED && strchr(option->letters, 'i') != NULL)));
        assert_true(!option->in_environment || option->name != NULL);
        for (const char *c = option->letters; c != NULL && *c != '\0'; c++) {
            assert_false(letters[(unsigned char)*c]);
            letters[(unsigned char)*c] = true;
        }
        for (size_t j = 0; j < i && option->name != NULL; j++)
            if (send_option_set.options[j].name != NULL)
                assert_string_not_equal(option->name, send_option_set.options[j].name);
    }
}

static void the_help_shows_every_option_in_80_columns(void **state)
{
    (void)state;
    struct buffer buffer = buffer_empty(64 * 1024);
    help_append_options(&buffer, &send_option_set);
    char *text = buffer_take_string(&buffer);
    assert_non_null(text);
    for (size_t i = 0; i < send_option_set.count; i++) {
        char name[64];
        snprintf(name, sizeof name, "--%s", send_option_set.options[i].name);
        if (send_option_set.options[i].name != NULL)
            assert_non_null(strstr(text, name));
    }
    for (const char *line = text; *line != '\0';) {
        size_t size = strcspn(line, "\n");
        assert_true(size < 80);
        assert_true(size == 0 || line[size - 1] != ' ');
        line += size + 1;
    }
    free(text);
}

static void check_has_a_part_of_the_table(void **state)
{
    (void)state;
    static const struct {
        const char *words[5];
        int result;
        const char *text;
    } cases[] = {
        {{"--user", "ann", "-v", "smtp://mail.example"}, 0, ""},
        {{"--json", "--from", "ann@x.example"}, 0, ""},
        {{"--server", "x", "y"}, 64, "one server"},
        {{"x", "y"}, 64, "one server"},
        {{"-s", "x"}, 64, "-s"},
        {{"--subject", "x"}, 64, "--subject"},
        {{"--atach", "x"}, 64, "unknown option --atach (--help"},
        {{"--usr", "x"}, 64, "did you mean --user?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *words[6] = {0};
        int count = 0;
        for (; cases[i].words[count] != NULL && count < 5; count++)
            words[count] = strdup(cases[i].words[count]);
        struct send_options options = send_options_empty();
        struct problem problem = {0};
        assert_int_equal(check_options_read(&options, count, words, &problem), cases[i].result);
        assert_non_null(strstr(problem.text, cases[i].text));
        if (i == 0)
            assert_string_equal(options.servers.items[0], "smtp://mail.example");
        send_options_free(&options);
        while (count > 0)
            free(words[--count]);
    }
    struct buffer buffer = buffer_empty(64 * 1024);
    help_append_options(&buffer, &check_option_set);
    char *text = buffer_take_string(&buffer);
    assert_non_null(strstr(text, "--user"));
    assert_null(strstr(text, "--subject"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_to_write_an_option_is_understood),
        cmocka_unit_test(options_stand_anywhere_until_two_dashes),
        cmocka_unit_test(an_attachment_takes_one_word_and_what_stood_before_it),
        cmocka_unit_test(lists_keep_their_order),
        cmocka_unit_test(what_scripts_pass_to_sendmail_does_nothing),
        cmocka_unit_test(choices_and_numbers_are_checked),
        cmocka_unit_test(wrong_use_is_refused_with_a_hint),
        cmocka_unit_test(a_long_name_behind_one_dash_is_not_taken_for_letters),
        cmocka_unit_test(what_may_be_empty_may_be_empty),
        cmocka_unit_test(a_password_leaves_the_command_line),
        cmocka_unit_test(any_words_are_read_without_harm),
        cmocka_unit_test(check_has_a_part_of_the_table),
        cmocka_unit_test(the_table_is_sound),
        cmocka_unit_test(the_help_shows_every_option_in_80_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
