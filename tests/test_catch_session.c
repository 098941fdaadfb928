/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "harness/catch_fake.h"

#define GREETING "220 localhost ESMTP mailer catch\r\n"
#define OPENING  "EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<d@e>\r\n"

/* The replies' codes, such as "220 250 354", of single and last lines. */
static void codes_of(const struct buffer *replies, char *codes, size_t room)
{
    size_t used = 0;
    *codes = '\0';
    for (size_t at = 0; at + 4 <= replies->size;) {
        const char *line = replies->bytes + at;
        if (line[3] == ' ' && used + 5 < room)
            used += (size_t)snprintf(codes + used, room - used, used > 0 ? " %.3s" : "%.3s", line);
        const char *end = memchr(line, '\n', replies->size - at);
        assert_non_null(end);
        at += (size_t)(end - line) + 1;
    }
}

struct knobs {
    unsigned without;
    uint64_t limit;
    uint64_t full_at;
    enum catch_outcome at_begin, at_commit;
};

/* Feeds first octets, then the rest, or single octets when first is 0. */
static void converse(struct fake *fake, const struct knobs *knobs, const char *bytes, size_t size,
                     size_t first)
{
    fake_init(fake);
    fake->full_at = knobs->full_at;
    fake->at_begin = knobs->at_begin;
    fake->at_commit = knobs->at_commit;
    struct catch_session *session = fake_session(fake, CATCH_EVERY_EXTENSION & ~knobs->without,
                                                 knobs->limit > 0 ? knobs->limit : 1u << 30);
    if (first > 0) {
        fake_feed(fake, session, bytes, first);
        fake_feed(fake, session, bytes + first, size - first);
    } else {
        for (size_t i = 0; i < size; i++)
            fake_feed(fake, session, bytes + i, 1);
    }
    fake_drain(fake, session, 0);
    catch_session_free(session);
    assert_false(fake->open);
    assert_int_equal(fake->begun >= fake->committed + fake->abandoned, 1);
}

static void expect(const struct knobs *knobs, const char *bytes, size_t size, const char *codes,
                   const char *stored, size_t stored_size)
{
    for (size_t first = 0; first <= size; first++) {
        struct fake fake;
        char got[512];
        converse(&fake, knobs, bytes, size, first);
        codes_of(&fake.replies, got, sizeof got);
        assert_string_equal(got, codes);
        assert_int_equal(fake.stored.size, stored_size);
        if (stored_size > 0)
            assert_memory_equal(fake.stored.bytes, stored, stored_size);
        fake_free(&fake);
    }
}

struct dialogue {
    const char *bytes;
    size_t size;
    const char *codes;
    const char *stored;
    size_t stored_size;
    struct knobs knobs;
};

#define TEXT(literal) literal, sizeof literal - 1

static void expect_all(const struct dialogue *dialogues, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect(&dialogues[i].knobs, dialogues[i].bytes, dialogues[i].size, dialogues[i].codes,
               dialogues[i].stored, dialogues[i].stored_size);
}

#define COUNT(array) (sizeof array / sizeof *array)

static void data_is_kept_octet_for_octet_without_its_dots(void **state)
{
    (void)state;
    static const struct dialogue dialogues[] = {
        {TEXT(OPENING "DATA\r\nSubject: x\r\n\r\nbody\r\n.\r\nQUIT\r\n"),
         "220 250 250 250 354 250 221",
         TEXT("[c <a@b> <d@e> 0]Subject: x\r\n\r\nbody\r\n"),
         {0}},
        {TEXT(OPENING "DATA\r\n..\r\n...x\r\n.y\r\n. \r\na.\r\n\r\n.\r\n"),
         "220 250 250 250 354 250",
         TEXT("[c <a@b> <d@e> 0].\r\n..x\r\ny\r\n \r\na.\r\n\r\n"),
         {0}},
        {TEXT(OPENING "DATA\r\n.\r\n"), "220 250 250 250 354 250", TEXT("[c <a@b> <d@e> 0]"), {0}},
        {TEXT(OPENING "DATA\r\n\0\xFF\x80\r\n.\r\n"),
         "220 250 250 250 354 250",
         TEXT("[c <a@b> <d@e> 0]\0\xFF\x80\r\n"),
         {0}},
        {TEXT("HELO h\r\nMAIL FROM:<>\r\nRCPT TO:<Postmaster>\r\nRCPT TO:<\"x y\"@z>  \r\nDATA\r\n"
              "one\r\n.\r\nMAIL FROM:<s@t>\r\nRCPT "
              "TO:<u@v>\r\nDATA\r\ntwo\r\n.\r\nQUIT\r\nNOOP\r\n"),
         "220 250 250 250 250 354 250 250 250 354 250 221",
         TEXT("[h <> <Postmaster> <\"x y\"@z> 0]one\r\n[h <s@t> <u@v> 0]two\r\n"),
         {0}},
    };
    expect_all(dialogues, COUNT(dialogues));
}

static void bare_line_ends_neither_end_a_message_nor_are_kept(void **state)
{
    (void)state;
    static const struct dialogue dialogues[] = {
        {TEXT(OPENING "DATA\r\na\n.\nb\r\n.\r\n"), "220 250 250 250 354 550", NULL, 0, {0}},
        {TEXT(OPENING "DATA\r\na\n.\r\nb\r\n.\r\n"), "220 250 250 250 354 550", NULL, 0, {0}},
        {TEXT(OPENING "DATA\r\na\r.\rb\r\n.\r\n"), "220 250 250 250 354 550", NULL, 0, {0}},
        {TEXT(OPENING "DATA\r\na\r.\r\nb\r\n.\r\n"), "220 250 250 250 354 550", NULL, 0, {0}},
        {TEXT(OPENING "DATA\r\na\r\n.\nb\r\n.\r\n"), "220 250 250 250 354 550", NULL, 0, {0}},
        {TEXT(OPENING "DATA\r\na\r\n.\rb\r\n.\r\n"), "220 250 250 250 354 550", NULL, 0, {0}},
        {TEXT(OPENING "DATA\r\na\r\n\0.\r\n\r\r\n.\r\n"), "220 250 250 250 354 550", NULL, 0, {0}},
        {TEXT(OPENING "DATA\r\n\n\n\r\r\n\r\na\rb\rc\n\n.\r\n.\r\nNOOP\r\n"),
         "220 250 250 250 354 550 250",
         NULL,
         0,
         {0}},
    };
    expect_all(dialogues, COUNT(dialogues));
}

static void chunks_are_kept_as_they_are(void **state)
{
    (void)state;
    static const struct dialogue dialogues[] = {
        {TEXT("EHLO c\r\nMAIL FROM:<a@b> BODY=BINARYMIME\r\nRCPT TO:<d@e>\r\nDATA\r\nBDAT 9\r\n"
              "a\nb\r\0.\r\n.BDAT 2\r\n\r\nBDAT 0 LAST\r\nNOOP\r\n"),
         "220 250 250 250 503 250 250 250 250",
         TEXT("[c <a@b> <d@e> 2 bdat]a\nb\r\0.\r\n.\r\n"),
         {0}},
        {TEXT(OPENING "bdat 3 last\r\nabcMAIL FROM:<>\r\nRCPT TO:<x@y>\r\nBDAT 0 LAST\r\n"),
         "220 250 250 250 250 250 250 250",
         TEXT("[c <a@b> <d@e> 0 bdat]abc[c <> <x@y> 0 bdat]"),
         {0}},
        {TEXT(OPENING "BDAT 3\r\nabcRSET\r\nDATA\r\nNOOP\r\n"),
         "220 250 250 250 250 250 503 250",
         NULL,
         0,
         {0}},
        {TEXT(OPENING "BDAT 3\r\nabcDATA\r\nRCPT TO:<x@y>\r\nMAIL FROM:<>\r\nBDAT 1 LAST\r\nd"),
         "220 250 250 250 250 503 503 503 250",
         TEXT("[c <a@b> <d@e> 0 bdat]abcd"),
         {0}},
    };
    expect_all(dialogues, COUNT(dialogues));
}

static void chunks_out_of_place_are_read_over(void **state)
{
    (void)state;
    static const struct dialogue dialogues[] = {
        {TEXT("BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n"), "220 502 250", NULL, 0, {0}},
        {TEXT("EHLO c\r\nBDAT 6\r\nQUIT\r\nNOOP\r\n"), "220 250 503 250", NULL, 0, {0}},
        {TEXT("EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<bad>\r\nBDAT 6\r\nRSET\r\nBDAT 6 LAST\r\n"
              "NOOP\r\nMAIL FROM:<a@b>\r\n"),
         "220 250 250 501 554 503 250",
         NULL,
         0,
         {0}},
        {TEXT(OPENING
              "BDAT 6\r\nRSET\r\nBDAT 6\r\nRSET\r\nBDAT 5\r\nRSET\nDATA\r\nRSET\r\nDATA\r\n"),
         "220 250 250 250 250 552 503 503 250 503",
         NULL,
         0,
         {.limit = 10}},
        {TEXT(OPENING "BDAT 11 LAST\r\nRSET\r\nRSET\nMAIL FROM:<>\r\n"),
         "220 250 250 250 552 250",
         NULL,
         0,
         {.limit = 10}},
        {TEXT(OPENING "BDAT 18446744073709551615 LAST\r\nQUIT\r\nRSET\r\n"),
         "220 250 250 250",
         NULL,
         0,
         {0}},
        {TEXT(OPENING "BDAT 18446744073709551616\r\nRSET\r\n"),
         "220 250 250 250 501",
         NULL,
         0,
         {0}},
        {TEXT(OPENING "BDAT\r\nRSET\r\n"), "220 250 250 250 501", NULL, 0, {0}},
        {TEXT(OPENING "BDAT -1\r\nRSET\r\n"), "220 250 250 250 501", NULL, 0, {0}},
        {TEXT(OPENING "BDAT 1 FIRST\r\nRSET\r\n"), "220 250 250 250 501", NULL, 0, {0}},
        {TEXT(OPENING "BDAT 6 LAST\r\nRSET\r\nDATA\r\nx\r\n.\r\n"),
         "220 250 250 250 502 354 250",
         TEXT("[c <a@b> <d@e> 0]x\r\n"),
         {.without = CATCH_CHUNKING | CATCH_BINARYMIME}},
    };
    expect_all(dialogues, COUNT(dialogues));
}

static void trouble_with_keeping_is_told_at_the_end(void **state)
{
    (void)state;
    static const char data[] = OPENING "DATA\r\n0123456789\r\n0123456789\r\n.\r\nDATA\r\n";
    static const char chunks[] = OPENING "BDAT 5\r\n01234BDAT 5 LAST\r\n56789BDAT 0\r\n";
    static const struct dialogue dialogues[] = {
        {TEXT(data), "220 250 250 250 354 552 503", NULL, 0, {.limit = 23}},
        {TEXT(data),
         "220 250 250 250 354 250 503",
         TEXT("[c <a@b> <d@e> 0]0123456789\r\n0123456789\r\n"),
         {.limit = 24}},
        {TEXT(data), "220 250 250 250 354 452 503", NULL, 0, {.full_at = 13}},
        {TEXT(data), "220 250 250 250 354 552 503", NULL, 0, {.full_at = 13, .limit = 20}},
        {TEXT(data), "220 250 250 250 354 451 503", NULL, 0, {.at_commit = CATCH_BROKEN}},
        {TEXT(data), "220 250 250 250 354 421", NULL, 0, {.at_commit = CATCH_CLOSED}},
        {TEXT(data), "220 250 250 250 354 554 503", NULL, 0, {.at_commit = CATCH_REFUSED}},
        {TEXT(data), "220 250 250 250 554 500 500 500 503", NULL, 0, {.at_begin = CATCH_REFUSED}},
        {TEXT(OPENING "DATA\r\nDATA\r\n"),
         "220 250 250 250 452 503",
         NULL,
         0,
         {.at_begin = CATCH_FULL}},
        {TEXT(chunks), "220 250 250 250 452 503 503", NULL, 0, {.full_at = 4}},
        {TEXT(chunks), "220 250 250 250 250 452 503", NULL, 0, {.full_at = 7}},
        {TEXT(chunks), "220 250 250 250 250 451 503", NULL, 0, {.at_commit = CATCH_BROKEN}},
        {TEXT(chunks), "220 250 250 250 421", NULL, 0, {.at_begin = CATCH_CLOSED}},
    };
    expect_all(dialogues, COUNT(dialogues));
}

static void commands_out_of_order_and_wrong_ones_are_refused(void **state)
{
    (void)state;
    static const struct dialogue dialogues[] = {
        {TEXT(
             "MAIL FROM:<a@b>\r\nEHLO\r\nEHLO a b\r\nRCPT TO:<a@b>\r\nDATA\r\nFOO\r\n\r\nVRFY\r\n"
             "VRFY a\r\nEXPN a\r\nHELP\r\nAUTH PLAIN AGEAYg==\r\nSTARTTLS\r\nRSET x\r\nQUIT x\r\n"),
         "220 503 501 501 503 503 500 500 501 252 500 214 502 502 501 501",
         NULL,
         0,
         {0}},
        {TEXT(OPENING "MAIL FROM:<a@b>\r\nDATA x\r\nEHLO c\r\nRCPT TO:<a@b>\r\n"),
         "220 250 250 250 503 501 250 503",
         NULL,
         0,
         {0}},
        {TEXT("EHLO c\r\nMAIL FROM:<a@b>\r\nDATA\r\nRCPT TO:<>\r\nRCPT TO:<x>\r\nDATA\r\nRCPT "
              "TO:<x@y> NOTIFY=NEVER\r\n"),
         "220 250 250 503 501 501 554 555",
         NULL,
         0,
         {0}},
        {TEXT("NOOP\nNO\0OP\r\nNOOP\rNOOP\r\nNOOP x\r\n\xFF\xFE\r\n\n"),
         "220 500 500 500 250 500 500",
         NULL,
         0,
         {0}},
    };
    expect_all(dialogues, COUNT(dialogues));
}

static void parameters_of_mail_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *argument, *code;
        unsigned without;
    } cases[] = {
        {"FROM:<a@b> SIZE=10 BODY=8bitmime SMTPUTF8", "250", 0},
        {"from:<a@b> body=7BIT", "250", 0},
        {"FROM:<j\xC3\xBC@b> SMTPUTF8", "250", 0},
        {"FROM:<j\xC3\xBC@b>", "553", 0},
        {"FROM:<a@b> SIZE=1073741824", "250", 0},
        {"FROM:<a@b> SIZE=1073741825", "552", 0},
        {"FROM:<a@b> SIZE=18446744073709551616", "501", 0},
        {"FROM:<a@b> SIZE=", "501", 0},
        {"FROM:<a@b> SIZE", "501", 0},
        {"FROM:<a@b> SIZE=1 SIZE=1", "501", 0},
        {"FROM:<a@b> SMTPUTF8=1", "501", 0},
        {"FROM:<a@b> BODY=9BIT", "501", 0},
        {"FROM:<a@b> AUTH=<>", "555", 0},
        {"FROM:<a@b> RET=HDRS", "555", 0},
        {"FROM:<a@b>SIZE=1", "501", 0},
        {"FROM: <a@b>", "501", 0},
        {"FROM:a@b", "501", 0},
        {"FROM <a@b>", "501", 0},
        {"FROM:<postmaster>", "501", 0},
        {"TO:<a@b>", "501", 0},
        {"FROM:<a@b> SIZE=1", "555", CATCH_SIZE},
        {"FROM:<a@b> SMTPUTF8", "555", CATCH_SMTPUTF8},
        {"FROM:<a@b> BODY=8BITMIME", "555", CATCH_8BITMIME},
        {"FROM:<a@b> BODY=BINARYMIME", "250", CATCH_8BITMIME},
        {"FROM:<a@b> BODY=BINARYMIME", "555", CATCH_BINARYMIME},
        {"FROM:<a@b> BODY=7BIT", "555", CATCH_BINARYMIME | CATCH_8BITMIME},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char bytes[256];
        char codes[64];
        snprintf(bytes, sizeof bytes, "EHLO c\r\nMAIL %s\r\n", cases[i].argument);
        snprintf(codes, sizeof codes, "220 250 %s", cases[i].code);
        expect(&(struct knobs){.without = cases[i].without}, bytes, strlen(bytes), codes, NULL, 0);
    }
    expect(&(struct knobs){0}, TEXT("HELO c\r\nMAIL FROM:<a@b> SIZE=1\r\n"), "220 250 555", NULL,
           0);
}

/* Takes the replies away. */
static void expect_replies(struct fake *fake, const char *expected)
{
    char *replies = buffer_take_string(&fake->replies);
    assert_non_null(replies);
    assert_string_equal(replies, expected);
    free(replies);
}

static void only_what_is_allowed_is_announced(void **state)
{
    (void)state;
    struct fake fake;
    converse(&fake, &(struct knobs){.limit = 1000}, TEXT("EHLO c\r\n"), 1);
    expect_replies(&fake, GREETING "250-localhost\r\n250-PIPELINING\r\n250-8BITMIME\r\n"
                                   "250-SMTPUTF8\r\n250-CHUNKING\r\n250-BINARYMIME\r\n"
                                   "250-SIZE 1000\r\n250-ENHANCEDSTATUSCODES\r\n250 HELP\r\n");
    unsigned extensions = CATCH_EVERY_EXTENSION;
    assert_int_equal(
        catch_extensions_remove(&extensions, "chunking,PIPELINING,HELP,ENHANCEDSTATUSCODES", NULL),
        0);
    converse(&fake, &(struct knobs){.without = ~extensions, .limit = 7},
             TEXT("EHLO c\r\nNOOP\r\nHELP\r\n"), 1);
    expect_replies(&fake, GREETING "250-localhost\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 7\r\n"
                                   "250 OK\r\n502 HELP is not announced\r\n");
    converse(&fake, &(struct knobs){.without = CATCH_EVERY_EXTENSION}, TEXT("EHLO c\r\n"), 1);
    expect_replies(&fake, GREETING "250 localhost\r\n");
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(catch_extensions_remove(&extensions, "SIZE,DSN", &error), MAILER_USAGE);
    assert_non_null(strstr(error.text, "\"DSN\""));
}

static void long_lines_are_read_over(void **state)
{
    (void)state;
    for (size_t length = CATCH_COMMAND_SIZE - 1; length <= CATCH_COMMAND_SIZE + 1; length++) {
        char *bytes = malloc(length + 6);
        assert_non_null(bytes);
        memset(bytes, 'x', length);
        memcpy(bytes, "NOOP ", 5);
        memcpy(bytes + length - 2, "\r\nNOOP\r\n", 8);
        const char *codes = length <= CATCH_COMMAND_SIZE ? "220 250 250" : "220 500 250";
        for (size_t first = 0; first < length; first += first < 8 || first > 4080 ? 1 : 509) {
            struct fake fake;
            char got[64];
            converse(&fake, &(struct knobs){0}, bytes, length + 6, first);
            codes_of(&fake.replies, got, sizeof got);
            assert_string_equal(got, codes);
            fake_free(&fake);
        }
        free(bytes);
    }
}

static void a_hundred_bad_commands_end_a_session(void **state)
{
    (void)state;
    struct fake fake;
    fake_init(&fake);
    struct catch_session *session = fake_session(&fake, CATCH_EVERY_EXTENSION, 100);
    for (int i = 1; i < CATCH_BAD_COMMANDS; i++)
        fake_feed(&fake, session, TEXT("X\r\n"));
    fake_feed(&fake, session, TEXT(OPENING "DATA\r\n.\r\n"));
    for (int i = 1; i < CATCH_BAD_COMMANDS; i++)
        fake_feed(&fake, session, TEXT("X\r\n"));
    assert_false(catch_session_over(session));
    fake.replies.size = 0;
    fake_feed(&fake, session, TEXT("X\r\nNOOP\r\n"));
    assert_true(catch_session_over(session));
    expect_replies(&fake, "421 4.7.0 too many bad commands\r\n");
    catch_session_free(session);
    fake_free(&fake);
}

static void recipients_are_limited(void **state)
{
    (void)state;
    struct fake fake;
    fake_init(&fake);
    struct catch_session *session = fake_session(&fake, CATCH_EVERY_EXTENSION, 100);
    fake_feed(&fake, session, TEXT("EHLO c\r\nMAIL FROM:<>\r\n"));
    for (int i = 0; i <= CATCH_RECIPIENTS; i++) {
        char line[300];
        int length =
            snprintf(line, sizeof line, "RCPT TO:<%064d@%063d.%063d.%060d>\r\n", i, 0, 0, 0);
        fake.replies.size = 0;
        fake_feed(&fake, session, line, (size_t)length);
        assert_memory_equal(fake.replies.bytes, i < CATCH_RECIPIENTS ? "250" : "452", 3);
    }
    fake_feed(&fake, session, TEXT("DATA\r\n.\r\n"));
    assert_int_equal(fake.committed, 1);
    assert_true(fake.stored.size > (size_t)CATCH_RECIPIENTS * 254);
    catch_session_free(session);
    fake_free(&fake);
}

static void output_that_is_not_taken_stops_the_input(void **state)
{
    (void)state;
    struct fake fake;
    fake_init(&fake);
    struct catch_session *session = fake_session(&fake, CATCH_EVERY_EXTENSION, 100);
    enum { TIMES = 20000 };
    char *bytes = malloc(TIMES * 6);
    assert_non_null(bytes);
    for (size_t i = 0; i < TIMES; i++)
        memcpy(bytes + i * 6, "NOOP\r\n", 6);
    size_t taken = 0;
    size_t stops = 0;
    while (taken < TIMES * 6) {
        taken += catch_session_receive(session, bytes + taken, TIMES * 6 - taken);
        size_t waiting = 0;
        const char *output = catch_session_output(session, &waiting);
        assert_in_range(waiting, 1, 64 * 1024);
        if (taken < TIMES * 6)
            assert_int_equal(catch_session_receive(session, bytes + taken, 1), 0);
        size_t part = waiting > 1500 ? 1500 : waiting;
        buffer_append(&fake.replies, output, part);
        catch_session_sent(session, part);
        stops++;
    }
    fake_drain(&fake, session, 7);
    assert_true(stops > 2);
    size_t greeting = strlen(GREETING);
    assert_int_equal(fake.replies.size, greeting + TIMES * 14);
    for (size_t i = 0; i < TIMES; i++)
        assert_memory_equal(fake.replies.bytes + greeting + i * 14, "250 2.0.0 OK\r\n", 14);
    free(bytes);
    catch_session_free(session);
    fake_free(&fake);
}

static void a_message_under_way_is_abandoned(void **state)
{
    (void)state;
    static const char *const cases[] = {
        OPENING "DATA\r\nabc",           OPENING "DATA\r\nabc\r\n.",
        OPENING "BDAT 5\r\nabc",         OPENING "BDAT 3\r\nabc",
        OPENING "BDAT 3\r\nabcQUIT\r\n", OPENING "BDAT 3\r\nabcEHLO c\r\n"};
    for (size_t i = 0; i < COUNT(cases) * 2; i++) {
        const char *bytes = cases[i / 2];
        struct fake fake;
        fake_init(&fake);
        struct catch_session *session = fake_session(&fake, CATCH_EVERY_EXTENSION, 100);
        fake_feed(&fake, session, bytes, strlen(bytes));
        if (i % 2 == 1)
            catch_session_close(session, "enough");
        catch_session_free(session);
        assert_int_equal(fake.begun, 1);
        assert_int_equal(fake.abandoned, 1);
        assert_int_equal(fake.stored.size, 0);
        fake_free(&fake);
    }
}

static void random_octets_get_the_same_replies_at_any_split(void **state)
{
    (void)state;
    static const char *const pieces[] = {"\r\n",
                                         "\r",
                                         "\n",
                                         ".",
                                         "..",
                                         "\r\n.\r\n",
                                         "a",
                                         "EHLO c\r\n",
                                         "MAIL FROM:<a@b>\r\n",
                                         "RCPT TO:<c@d>\r\n",
                                         "DATA\r\n",
                                         "BDAT 4\r\n",
                                         "BDAT 3 LAST\r\n",
                                         "RSET\r\n",
                                         OPENING,
                                         "MAIL FROM:<a@b> BODY=BINARYMIME\r\n"};
    uint64_t random = 5;
    for (int round = 0; round < 300; round++) {
        struct buffer input = buffer_empty(1 << 16);
        for (int i = 0; i < 60; i++)
            buffer_append_string(&input, pieces[harness_random(&random) % COUNT(pieces)]);
        struct fake whole;
        converse(&whole, &(struct knobs){.limit = 40}, input.bytes, input.size, input.size);
        for (int i = 0; i < 10; i++) {
            struct fake split;
            converse(&split, &(struct knobs){.limit = 40}, input.bytes, input.size,
                     i == 0 ? 0 : 1 + harness_random(&random) % input.size);
            assert_int_equal(split.replies.size, whole.replies.size);
            assert_memory_equal(split.replies.bytes, whole.replies.bytes, whole.replies.size);
            assert_int_equal(split.stored.size, whole.stored.size);
            if (whole.stored.size > 0)
                assert_memory_equal(split.stored.bytes, whole.stored.bytes, whole.stored.size);
            fake_free(&split);
        }
        fake_free(&whole);
        buffer_free(&input);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_is_kept_octet_for_octet_without_its_dots),
        cmocka_unit_test(bare_line_ends_neither_end_a_message_nor_are_kept),
        cmocka_unit_test(chunks_are_kept_as_they_are),
        cmocka_unit_test(chunks_out_of_place_are_read_over),
        cmocka_unit_test(trouble_with_keeping_is_told_at_the_end),
        cmocka_unit_test(commands_out_of_order_and_wrong_ones_are_refused),
        cmocka_unit_test(parameters_of_mail_are_checked),
        cmocka_unit_test(only_what_is_allowed_is_announced),
        cmocka_unit_test(long_lines_are_read_over),
        cmocka_unit_test(a_hundred_bad_commands_end_a_session),
        cmocka_unit_test(recipients_are_limited),
        cmocka_unit_test(output_that_is_not_taken_stops_the_input),
        cmocka_unit_test(a_message_under_way_is_abandoned),
        cmocka_unit_test(random_octets_get_the_same_replies_at_any_split),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
