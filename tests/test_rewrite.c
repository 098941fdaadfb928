/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "names/rewrite.h"

#include <stdio.h>
#include <unistd.h>

/* A command line in memory of exactly its size, and what became of it. */
struct run {
    struct rewrite rewrite;
    struct problem problem;
    char *words[16];
    int count;
    int result;
    char text[512]; /* the rewritten words with a space between */
};

static void read_words(struct run *run, const struct letter_set *set, const char *const *words)
{
    *run = (struct run){0};
    while (words[run->count] != NULL) {
        run->words[run->count] = harness_exact(words[run->count], strlen(words[run->count]) + 1);
        run->count++;
    }
    run->result = rewrite_read(&run->rewrite, set, run->count, run->words, &run->problem);
    struct text_list joined = {0};
    assert_int_equal(rewrite_join(&run->rewrite, &joined, &run->problem), 0);
    assert_null(joined.items[joined.count]);
    for (size_t i = 0; i < joined.count; i++) {
        size_t used = strlen(run->text);
        snprintf(run->text + used, sizeof run->text - used, i > 0 ? " %s" : "%s", joined.items[i]);
    }
    text_list_free(&joined);
}

static void drop(struct run *run)
{
    rewrite_free(&run->rewrite);
    for (int i = 0; i < run->count; i++)
        free(run->words[i]);
}

static void assert_read(const struct letter_set *set, enum rewrite_task task, const char *expected,
                        const char *const *words)
{
    struct run run;
    read_words(&run, set, words);
    if (run.result != 0)
        fail_msg("%s: %s", expected, run.problem.text);
    assert_string_equal(run.text, expected);
    assert_int_equal(run.rewrite.task, task);
    drop(&run);
}

static void assert_refused(const struct letter_set *set, const char *expected,
                           const char *const *words)
{
    struct run run;
    read_words(&run, set, words);
    assert_int_equal(run.result, EXIT_CODE_USAGE);
    assert_int_equal(run.problem.exit_code, EXIT_CODE_USAGE);
    if (strstr(run.problem.text, expected) == NULL)
        fail_msg("\"%s\" is not in: %s", expected, run.problem.text);
    drop(&run);
}

#define WORDS(...)                                                                                 \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }
#define SENDMAIL(expected, ...)                                                                    \
    assert_read(&sendmail_letters, TASK_SEND, expected, WORDS(__VA_ARGS__))
#define MAIL(expected, ...) assert_read(&mail_letters, TASK_SEND, expected, WORDS(__VA_ARGS__))

static void calls_of_sendmail_that_programs_make_are_understood(void **state)
{
    (void)state;
    SENDMAIL("-F CronDaemon -B 8BITMIME -- root", "-i", "-FCronDaemon", "-B8BITMIME", "-oem",
             "root");
    SENDMAIL("-t -- ", "-t", "-i", "--", "");
    SENDMAIL("-t --", "-ti");
    SENDMAIL("-f ann@x.test -t --", "-f", "ann@x.test", "-it");
    SENDMAIL("-f ann@x.test -- bob@x.test", "-oi", "-rann@x.test", "-oem", "bob@x.test");
    SENDMAIL("-- bob@x.test carl@x.test", "-i", "bob@x.test", "-oi", "carl@x.test");
    SENDMAIL("-- -bob", "-oem", "-oi", "--", "-bob");
    SENDMAIL("-N success,delay -R hdrs --envid QQ314 --", "-N", "success,delay", "-Rhdrs", "-V",
             "QQ314");
    SENDMAIL("--config /etc/x -v -L tag --", "-C/etc/x", "-v", "-L", "tag", "-G");
    SENDMAIL("-- bob", "-odb", "-O", "DeliveryMode=b", "-em", "-X", "/tmp/log", "-h", "3", "-d0.1",
             "-d", "-n", "-m", "-Am", "-bm", "bob");
}

static void a_name_that_is_empty_is_none(void **state)
{
    (void)state;
    SENDMAIL("-- bob", "-F", "", "bob");
}

static void long_options_are_ours_under_any_name(void **state)
{
    (void)state;
    SENDMAIL("--server -bs --json -- bob", "--server", "-bs", "--json", "bob");
    SENDMAIL("--server=x -- bob", "--server=x", "bob");
    SENDMAIL("--nonsense -- bob", "--nonsense", "bob");
    MAIL("--json --subject -e -- bob", "--json", "--subject", "-e", "bob");
    /* The table's own parser explains it. */
    MAIL("-bcc -- bob ann", "-bcc", "bob", "ann");
    MAIL("- --", "-");
}

static void a_password_is_handed_on_where_it_stands(void **state)
{
    (void)state;
    struct run run;
    read_words(&run, &sendmail_letters, WORDS("--password", "secret", "--password=secret"));
    /* It is wiped there. */
    for (int i = 0; i < run.count; i++)
        assert_ptr_equal(run.rewrite.options.items[i], run.words[i]);
    drop(&run);
}

static void modes_of_sendmail_are_tasks(void **state)
{
    (void)state;
    assert_read(&sendmail_letters, TASK_SERVE, "--", WORDS("-bs"));
    assert_read(&sendmail_letters, TASK_SERVE, "--", WORDS("-b", "s"));
    assert_read(&sendmail_letters, TASK_LIST_QUEUE, "--", WORDS("-bp"));
    assert_read(&sendmail_letters, TASK_NOTHING, "--", WORDS("-bi"));
    assert_read(&sendmail_letters, TASK_NOTHING, "--", WORDS("-I"));
    assert_read(&sendmail_letters, TASK_NOTHING, "--", WORDS("-q"));
    assert_read(&sendmail_letters, TASK_NOTHING, "--", WORDS("-q30m"));
    assert_refused(&sendmail_letters, "-bd of sendmail", WORDS("-bd"));
    assert_refused(&sendmail_letters, "-bss of sendmail", WORDS("-bss"));
    assert_refused(&sendmail_letters, "of sendmail", WORDS("-b", ""));
    assert_refused(&sendmail_letters, "-b needs", WORDS("-b"));
}

static void calls_of_mail_that_people_make_are_understood(void **state)
{
    (void)state;
    MAIL("-s Hi there -- bob@x.test", "-s", "Hi there", "bob@x.test");
    MAIL("-v -s Hi -- bob", "-vsHi", "bob");
    MAIL("-v -E -s Hi -- bob", "-vE", "-s", "Hi", "bob");
    MAIL("-E -c a -b b -r c -q d -t --", "-E", "-ca", "-b", "b", "-r", "c", "-qd", "-t");
    MAIL("-M text/html --html a.HTML --text b.txt --", "-M", "text/html", "-m", "a.HTML",
         "-mb.txt");
    MAIL("-a /dev/null -- bob", "-a", "/dev/null", "--", "bob");
    MAIL("-A x -- bob", "-iIN~", "-A", "x", "-:/", "bob");
    MAIL("--", "-:", "u");
    MAIL("-n -S mta=smtp://h.test -- bob", "-n", "-S", "mta=smtp://h.test", "bob");
}

static void a_header_of_a_is_one(void **state)
{
    (void)state;
    MAIL("-H X-Priority: 1 -- bob", "-a", "X-Priority: 1", "bob");
    MAIL("-r Ann <a@x.test> -- bob", "-a", "From: Ann <a@x.test>", "bob");
    MAIL("-M text/html -- bob", "-aContent-type: text/html", "-a", "MIME-Version: 1.0", "bob");
    MAIL("-- bob", "-a", "Content-Transfer-Encoding: 8bit", "bob");
    MAIL("-H X-A:b -- bob", "-C", "X-A:b", "bob");
    MAIL("-a missing.txt -- bob", "-a", "missing.txt", "bob");
    MAIL("-a ./X: y -- bob", "-a", "./X: y", "bob");
    /* A file of that name is a file. */
    char folder[] = "/tmp/test-rewrite-XXXXXX";
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    FILE *file = fopen("X-A: b", "w");
    assert_non_null(file);
    fclose(file);
    MAIL("-a X-A: b -- bob", "-a", "X-A: b", "bob");
    assert_int_equal(remove("X-A: b"), 0);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void behind_recipients_and_dashes_are_options_of_sendmail(void **state)
{
    (void)state;
    MAIL("-s Hi -f bounce@x.test -F Ann -- bob", "-s", "Hi", "bob", "--", "-f", "bounce@x.test",
         "-FAnn", "-oi");
    MAIL("-- -bob", "--", "-bob");
    assert_refused(&mail_letters, "-bd of sendmail", WORDS("bob", "--", "-bd"));
}

static void what_reads_mail_or_runs_commands_is_refused(void **state)
{
    (void)state;
    static const char *const letters[] = {"-e",  "-H", "-f", "-fx",     "-u",
                                          "-ux", "-p", "-R", "-L spec", "-L"};
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        assert_refused(&mail_letters, "reads mail", WORDS(letters[i], "bob"));
    assert_refused(&mail_letters, "copies", WORDS("-F", "bob"));
    assert_refused(&mail_letters, "commands", WORDS("-X", "!sh", "bob"));
    assert_refused(&mail_letters, "commands", WORDS("-Yx", "bob"));
}

static void unknown_letters_are_told(void **state)
{
    (void)state;
    assert_refused(&mail_letters, "unknown option -Z", WORDS("-Z"));
    assert_refused(&mail_letters, "unknown option -\xC3\xBC (", WORDS("-v\xC3\xBC"));
    assert_refused(&sendmail_letters, "unknown option -\\xFF (", WORDS("-\xFF"));
    assert_refused(&mail_letters, "-a needs", WORDS("-a"));
}

/* The -- of the rewritten line would be taken for it, and the mail sent. */
static void an_option_of_ours_without_its_argument_is_told(void **state)
{
    (void)state;
    assert_refused(&mail_letters, "-s needs an argument", WORDS("bob", "-s"));
    assert_refused(&mail_letters, "-s needs an argument", WORDS("bob", "-vs"));
    assert_refused(&mail_letters, "--subject needs an argument", WORDS("bob", "--subject"));
    assert_refused(&sendmail_letters, "-f needs an argument", WORDS("bob", "-f"));
    assert_refused(&sendmail_letters, "--server needs an argument", WORDS("--server"));
}

static void what_sends_nothing_takes_no_recipient(void **state)
{
    (void)state;
    assert_refused(&sendmail_letters, "no recipient (bob)", WORDS("-q", "bob"));
    assert_refused(&sendmail_letters, "no recipient (bob)", WORDS("bob", "-I"));
    assert_refused(&sendmail_letters, "no recipient (bob)", WORDS("-bp", "--", "bob"));
    assert_refused(&mail_letters, "no recipient (bob)", WORDS("bob", "--", "-q15m"));
    assert_refused(&sendmail_letters, "no recipient (-t)", WORDS("-t", "-q"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_of_sendmail_that_programs_make_are_understood),
        cmocka_unit_test(a_name_that_is_empty_is_none),
        cmocka_unit_test(long_options_are_ours_under_any_name),
        cmocka_unit_test(a_password_is_handed_on_where_it_stands),
        cmocka_unit_test(modes_of_sendmail_are_tasks),
        cmocka_unit_test(calls_of_mail_that_people_make_are_understood),
        cmocka_unit_test(a_header_of_a_is_one),
        cmocka_unit_test(behind_recipients_and_dashes_are_options_of_sendmail),
        cmocka_unit_test(what_reads_mail_or_runs_commands_is_refused),
        cmocka_unit_test(unknown_letters_are_told),
        cmocka_unit_test(an_option_of_ours_without_its_argument_is_told),
        cmocka_unit_test(what_sends_nothing_takes_no_recipient),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
