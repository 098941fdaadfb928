/* SPDX-License-Identifier: ISC */
#include "content/calendar.h"
#include "harness/harness.h"

#define EVENT           "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:x\r\nEND:VEVENT\r\n"
#define AROUND(content) "BEGIN:VCALENDAR\r\n" content "END:VCALENDAR\r\n"

/* As Google Calendar sends them. */
static const char google[] =
    "BEGIN:VCALENDAR\r\nPRODID:-//Google Inc//Google Calendar 70.9054//EN\r\nVERSION:2.0\r\n"
    "CALSCALE:GREGORIAN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nDTSTART:20240102T090000Z\r\n"
    "DTEND:20240102T100000Z\r\nDTSTAMP:20240101T080000Z\r\nORGANIZER;CN=Ann:mailto:ann@example.org"
    "\r\nUID:0abc@example.com\r\nATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-"
    "ACTION;RSVP=\r\n TRUE;CN=bob@example.org;X-NUM-GUESTS=0:mailto:bob@example.org\r\n"
    "DESCRIPTION:-::~:~::~:~\\nMETHOD:CANCEL is only a text\r\nSEQUENCE:0\r\nSTATUS:CONFIRMED\r\n"
    "SUMMARY:Gr\xC3\xBC\xC3\x9F\r\n e\r\nTRANSP:OPAQUE\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\n"
    "TRIGGER:-P0DT0H10M0S\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/* As Exchange sends them: a time zone first, and folds inside of characters' neighbours. */
static const char exchange[] =
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nPRODID:Microsoft Exchange Server 2010\r\nVERSION:2.0\r\n"
    "BEGIN:VTIMEZONE\r\nTZID:W. Europe Standard Time\r\nBEGIN:STANDARD\r\n"
    "DTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\n"
    "DTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\n"
    "END:VTIMEZONE\r\nBEGIN:VEVENT\r\nORGANIZER;CN=Ann:mailto:ann@example.org\r\n"
    "DESCRIPTION;LANGUAGE=de-DE:\\n________________\r\n\tmore\r\nUID:040000008200E00074C5B7101A\r\n"
    " 82E00800000000\r\nCLASS:PUBLIC\r\nX-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n";

/* As Outlook answers: method behind the version, in LF as saved by other programs. */
static const char outlook[] =
    "BEGIN:VCALENDAR\nPRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN\nVERSION:2.0\n"
    "METHOD:REPLY\nX-MS-OLK-FORCEINSPECTOROPEN:TRUE\nBEGIN:VEVENT\n"
    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.org\nUID:1\nEND:VEVENT\nEND:VCALENDAR\n";

static const struct {
    const char *text;
    const char *method;
    const char *component;
} good[] = {
    {google, "REQUEST", "VEVENT"},
    {exchange, "REQUEST", "VEVENT"},
    {outlook, "REPLY", "VEVENT"},
    {AROUND("METHOD:CANCEL\r\n" EVENT EVENT), "CANCEL", "VEVENT"},
    {AROUND("METHOD:PUBLISH\r\nBEGIN:VTODO\r\nEND:VTODO\r\n"), "PUBLISH", "VTODO"},
    {AROUND("METHOD:PUBLISH\r\n" EVENT "BEGIN:VTODO\r\nEND:VTODO\r\n"), "PUBLISH", ""},
    {AROUND("METHOD:PUBLISH\r\n" EVENT "BEGIN:VTODO\r\nEND:VTODO\r\n" EVENT), "PUBLISH", ""},
    {AROUND("METHOD:PUBLISH\r\n"), "PUBLISH", ""},
    {AROUND("METHOD:DECLINECOUNTER\r\n"), "DECLINECOUNTER", ""},
    {AROUND("METHOD:X-OURS\r\n"), "X-OURS", ""},
    {AROUND(EVENT "METHOD:ADD\r\n"), "ADD", "VEVENT"},
    {AROUND("MET\r\n HOD:REQ\r\n\tUEST\r\n"), "REQUEST", ""},
    {AROUND("method;x=y:request \r\n"), "REQUEST", ""},
    {AROUND("METHODS:CANCEL\r\nMETHOD:REQUEST\r\n"), "REQUEST", ""},
    {"\xEF\xBB\xBF" AROUND("METHOD:REQUEST\r\n"), "REQUEST", ""},
    {"begin:vcalendar\r\nMETHOD:REQUEST\r\nend:vcalendar", "REQUEST", ""},
    {AROUND("METHOD:REQUEST\r\n") "\r\n\r\n", "REQUEST", ""},
    {AROUND("METHOD:REQUEST\r\n\r\nX:y\r\n"), "REQUEST", ""},
    /* Folded inside of a character. */
    {AROUND("METHOD:REQUEST\r\nX:\xC3\r\n \xBC \xE2\n\t\x82\r\n \xAC\r\n"), "REQUEST", ""},
};

static const struct {
    const char *text;
    const char *words;
} wrong[] = {
    {"", "ends before END:VCALENDAR"},
    {"hello", "line 1 is not BEGIN:VCALENDAR"},
    {"BEGIN:VCARD\r\nEND:VCARD\r\n", "line 1 is not BEGIN:VCALENDAR"},
    {"METHOD:REQUEST\r\n" AROUND(""), "line 1 is not BEGIN:VCALENDAR"},
    {AROUND(EVENT), "has no METHOD"},
    {AROUND("BEGIN:VEVENT\r\nMETHOD:REQUEST\r\nEND:VEVENT\r\n"), "has no METHOD"},
    {AROUND("METHOD:\r\n"), "line 2 has a METHOD that is no word"},
    {AROUND("METHOD:RE QUEST\r\n"), "line 2 has a METHOD that is no word"},
    {AROUND("METHOD:REQUEST;x=\"y\"\r\n"), "no word"},
    {AROUND("METHOD:AVERYLONGMETHODINDEEDWITHOUTENDANDMORE\r\n"), "no word"},
    {AROUND("VERSION:2\r\nMETHOD:INVITE\r\n"), "line 3 has a METHOD that is not known"},
    {AROUND("METHOD:X-\r\n"), "not known"},
    {AROUND("METHOD:ADD\r\nMETHOD:ADD\r\n"), "line 3 has a second METHOD"},
    {"BEGIN:VCALENDAR\r\nMETHOD:ADD\r\n", "ends before"},
    {"BEGIN:VCALENDAR\r\nMETHOD:ADD\r\n" EVENT "END:VCALENDA", "line 7 has an END"},
    {AROUND("METHOD:ADD\r\nBEGIN:VEVENT\r\n"), "line 4 has an END"},
    {AROUND("METHOD:ADD\r\nEND:VEVENT\r\n"), "line 3 has an END"},
    {AROUND("METHOD:ADD\r\nBEGIN:V EVENT\r\n"), "line 3 has a BEGIN"},
    {AROUND("METHOD:ADD\r\nBEGIN:VERYLONGCOMPONENT\r\n"), "line 3 has a BEGIN"},
    {AROUND("METHOD:ADD\r\n") AROUND("METHOD:ADD\r\n"), "line 4 begins a second calendar"},
    {AROUND("METHOD:ADD\r\n") "X:y", "line 4 stands behind"},
    {AROUND("METHOD:ADD\r\nSUMMARY:Gr\xFC\xDF"
            "e\r\n"),
     "UTF-8"},
    {AROUND("METHOD:ADD\r\n") "\xC3", "line 4 is not UTF-8"},
    {AROUND("METHOD:ADD\r\nX:\xC3\r\n\xBC:y\r\n"), "UTF-8"},
};

static int read_text(struct mime_calendar *calendar, const char *text, size_t size,
                     struct mailer_error *error)
{
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_memory(&blob, text, size, NULL), 0);
    int result = mime_calendar_read(calendar, blob, error);
    mime_blob_release(blob);
    return result;
}

static void invitations_tell_their_method_and_component(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct mime_calendar calendar;
        struct mailer_error error = MAILER_ERROR_INIT;
        if (read_text(&calendar, good[i].text, strlen(good[i].text), &error) != 0)
            fail_msg("%s: %s", error.text, good[i].text);
        assert_string_equal(calendar.method, good[i].method);
        assert_string_equal(calendar.component, good[i].component);
    }
}

static void what_is_no_invitation_is_refused_in_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct mime_calendar calendar;
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(read_text(&calendar, wrong[i].text, strlen(wrong[i].text), &error),
                         MAILER_DATA);
        if (strstr(error.text, wrong[i].words) == NULL)
            fail_msg("%s: %s", error.text, wrong[i].text);
    }
    struct mime_calendar calendar;
    static const char nul[] = AROUND("METHOD:ADD\r\nX:\0\r\n");
    assert_int_equal(read_text(&calendar, nul, sizeof nul - 1, NULL), MAILER_DATA);
}

static void an_end_may_be_anywhere(void **state)
{
    (void)state;
    size_t size = strlen(exchange);
    for (size_t cut = 0; cut < size - 2; cut++) {
        struct mime_calendar calendar;
        assert_int_equal(read_text(&calendar, exchange, cut, NULL), MAILER_DATA);
    }
}

/* The reader's pieces are of 8 KiB: each octet of an invitation comes to lie at their border. */
static void where_it_is_cut_into_pieces_does_not_matter(void **state)
{
    (void)state;
    static char text[8192 + sizeof google];
    for (size_t i = 0; i + 1 < sizeof google; i++) {
        /* A long line of padding behind the first one. */
        static const char start[] = "BEGIN:VCALENDAR\r\nX:";
        size_t used = sizeof start - 1;
        memcpy(text, start, used);
        size_t padding = 8192 - used - i;
        memset(text + used, 'p', padding);
        used += padding;
        memcpy(text + used, google + 15, sizeof google - 1 - 15);
        used += sizeof google - 1 - 15;
        struct mime_calendar calendar;
        assert_int_equal(read_text(&calendar, text, used, NULL), 0);
        assert_string_equal(calendar.method, "REQUEST");
        assert_string_equal(calendar.component, "VEVENT");
    }
}

static void long_lines_and_many_are_fine_up_to_the_limit(void **state)
{
    (void)state;
    const size_t limit = 16 << 20;
    char *text = malloc(limit + 1);
    assert_non_null(text);
    static const char start[] = "BEGIN:VCALENDAR\r\nMETHOD:ADD\r\nATTACH:";
    static const char end[] = "\r\nEND:VCALENDAR\r\n";
    memset(text, 'A', limit + 1);
    memcpy(text, start, sizeof start - 1);
    memcpy(text + limit - sizeof end + 1, end, sizeof end - 1);
    struct mime_calendar calendar;
    assert_int_equal(read_text(&calendar, text, limit, NULL), 0);
    assert_string_equal(calendar.method, "ADD");
    text[limit] = '\n';
    assert_int_equal(read_text(&calendar, text, limit + 1, NULL), MAILER_DATA);
    /* Deep nesting. */
    static char deep[64 * 1024];
    size_t used = 0;
    memcpy(deep, "BEGIN:VCALENDAR\n", 16);
    for (used = 16; used + 16 < sizeof deep; used += 8)
        memcpy(deep + used, "BEGIN:A\n", 8);
    assert_int_equal(read_text(&calendar, deep, used, NULL), MAILER_DATA);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invitations_tell_their_method_and_component),
        cmocka_unit_test(what_is_no_invitation_is_refused_in_words),
        cmocka_unit_test(an_end_may_be_anywhere),
        cmocka_unit_test(where_it_is_cut_into_pieces_does_not_matter),
        cmocka_unit_test(long_lines_and_many_are_fine_up_to_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
