/* SPDX-License-Identifier: ISC */
#include "content/calendar.h"

#include "content/scan.h"
#include "text.h"

#include <string.h>

/* More than any calendar; what is kept of a line, which is enough for what is looked for; how deep
 * components may be in one another (RFC 5545 has two levels). */
enum { LARGEST = 16 * 1024 * 1024, PIECE = 8 * 1024, LINE = 128, DEEPEST = 8 };

struct line {
    char text[LINE]; /* unfolded; the beginning of a long one */
    size_t size;
    bool is_long;
};

struct reader {
    const struct mime_blob *blob;
    struct mime_calendar *calendar;
    struct mailer_error *error;
    struct line line;
    uint64_t number;             /* of the line of the file that the unfolded line ends in */
    struct mime_scanner scanner; /* of the unfolded text */
    bool after_cr;
    bool at_end_of_line;
    bool ended;                                       /* after END:VCALENDAR */
    char open[DEEPEST][MIME_CALENDAR_COMPONENT_SIZE]; /* components, VCALENDAR first */
    size_t depth;
    bool is_mixed;
};

static int fail(const struct reader *reader, const char *what)
{
    struct mime_source_name name = mime_blob_name(reader->blob);
    return error_set(reader->error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                     "%s is no invitation: line %llu %s", name.text,
                     (unsigned long long)reader->number, what);
}

static bool is_token(const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        if (!text_is_letter(*at) && !text_is_digit(*at) && *at != '-')
            return false;
    return *text != '\0';
}

/* Copies in upper case; false when there is no room. */
static bool copy_upper(char *copy, size_t room, const char *text)
{
    size_t length = strlen(text);
    if (length >= room)
        return false;
    for (size_t i = 0; i <= length; i++)
        copy[i] = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 'a' + 'A') : text[i];
    return true;
}

static int take_method(struct reader *reader, const char *value)
{
    static const char *const methods[] = {"PUBLISH", "REQUEST", "REPLY",   "ADD",
                                          "CANCEL",  "REFRESH", "COUNTER", "DECLINECOUNTER"};
    char *method = reader->calendar->method;
    if (*method != '\0')
        return fail(reader, "has a second METHOD");
    if (!is_token(value) || !copy_upper(method, MIME_CALENDAR_METHOD_SIZE, value))
        return fail(reader, "has a METHOD that is no word");
    bool known = strncmp(method, "X-", 2) == 0 && method[2] != '\0';
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        known |= strcmp(method, methods[i]) == 0;
    return known ? 0
                 : fail(reader, "has a METHOD that is not known: write REQUEST, or another of "
                                "RFC 5546");
}

/* Notes the kind of a component right inside of the calendar. */
static void note_component(struct reader *reader, const char *kind)
{
    char *component = reader->calendar->component;
    if (strcmp(kind, "VTIMEZONE") == 0)
        return;
    if (*component == '\0')
        memcpy(component, kind, strlen(kind) + 1);
    else if (strcmp(component, kind) != 0)
        reader->is_mixed = true;
}

static int take_begin(struct reader *reader, const char *value)
{
    if (reader->depth == DEEPEST)
        return fail(reader, "begins one component too many inside of others");
    char *kind = reader->open[reader->depth];
    if (!is_token(value) || !copy_upper(kind, MIME_CALENDAR_COMPONENT_SIZE, value))
        return fail(reader, "has a BEGIN of nothing that is known");
    if (reader->depth == 0 && (strcmp(kind, "VCALENDAR") != 0 || reader->ended))
        return fail(reader, reader->ended ? "begins a second calendar: send each by itself"
                                          : "is not BEGIN:VCALENDAR");
    if (reader->depth == 1)
        note_component(reader, kind);
    reader->depth++;
    return 0;
}

static int take_end(struct reader *reader, const char *value)
{
    if (reader->depth == 0 || !text_same(value, reader->open[reader->depth - 1]))
        return fail(reader, "has an END of what has not begun, or not ended inside");
    reader->depth--;
    reader->ended = reader->depth == 0;
    return 0;
}

/* The value of a line that is the property of a name, or NULL. Parameters are allowed. */
static const char *value_of(const struct line *line, const char *name)
{
    size_t length = strlen(name);
    if (line->size <= length || !text_same_bytes(line->text, length, name))
        return NULL;
    if (line->text[length] != ':' && line->text[length] != ';')
        return NULL;
    const char *colon = strchr(line->text + length, ':');
    return colon != NULL ? colon + 1 : NULL;
}

/* Takes an unfolded line. */
static int take_line(struct reader *reader)
{
    struct line *line = &reader->line;
    while (line->size > 0 && memchr(" \t", line->text[line->size - 1], 2) != NULL)
        line->size--;
    line->text[line->size] = '\0';
    const char *begin = value_of(line, "BEGIN");
    const char *end = value_of(line, "END");
    const char *method = value_of(line, "METHOD");
    int result = 0;
    if (begin != NULL)
        result = take_begin(reader, begin);
    else if (end != NULL)
        result = take_end(reader, end);
    else if (line->size > 0 && reader->depth == 0)
        result =
            fail(reader, reader->ended ? "stands behind END:VCALENDAR" : "is not BEGIN:VCALENDAR");
    else if (method != NULL && reader->depth == 1)
        result = line->is_long ? fail(reader, "has a METHOD that is no word")
                               : take_method(reader, method);
    *line = (struct line){.size = 0};
    return result;
}

static void keep(struct line *line, char c)
{
    if (line->size < sizeof line->text - 1)
        line->text[line->size++] = c;
    else
        line->is_long = true;
}

static void keep_and_scan(struct reader *reader, char c)
{
    keep(&reader->line, c);
    mime_scanner_add(&reader->scanner, &c, 1);
}

/* Takes an octet. A line is known to be whole when the next one does not begin with a space. What
 * folds it may stand inside of a character (RFC 5545 3.1), so UTF-8 is looked for without. */
static int take_octet(struct reader *reader, char c)
{
    int result = 0;
    if (reader->at_end_of_line) {
        reader->at_end_of_line = false;
        bool folded = c == ' ' || c == '\t';
        if (!folded)
            result = take_line(reader);
        reader->number++;
        if (folded)
            return 0;
        mime_scanner_add(&reader->scanner, "\n", 1);
    }
    if (reader->after_cr && c != '\n')
        keep_and_scan(reader, '\r');
    reader->after_cr = c == '\r';
    reader->at_end_of_line = c == '\n';
    if (c != '\r' && c != '\n')
        keep_and_scan(reader, c);
    return result;
}

static int take_all(struct reader *reader)
{
    uint64_t size = mime_blob_size(reader->blob);
    char piece[PIECE];
    size_t got = 0;
    for (uint64_t offset = 0; offset < size; offset += got) {
        int result = mime_blob_read(reader->blob, offset, piece, sizeof piece, &got, reader->error);
        size_t start = offset == 0 && got >= 3 && memcmp(piece, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
        for (size_t i = start; result == 0 && i < got; i++) {
            result = take_octet(reader, piece[i]);
            if (!reader->scanner.scan.utf8 || reader->scanner.scan.nul_octets > 0)
                return fail(reader, "is not UTF-8, which calendars must be");
        }
        if (result != 0)
            return result;
    }
    struct mime_scan scan = mime_scanner_finish(&reader->scanner);
    return scan.utf8 ? take_line(reader) : fail(reader, "is not UTF-8, which calendars must be");
}

int mime_calendar_read(struct mime_calendar *calendar, const struct mime_blob *blob,
                       struct mailer_error *error)
{
    *calendar = (struct mime_calendar){.method = ""};
    struct reader reader = {.blob = blob, .calendar = calendar, .error = error, .number = 1};
    reader.scanner = mime_scanner_start();
    struct mime_source_name name = mime_blob_name(blob);
    if (mime_blob_size(blob) > LARGEST)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "%s is no invitation: it has more than 16 MiB", name.text);
    int result = take_all(&reader);
    if (result != 0)
        return result;
    if (!reader.ended)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "%s is no invitation: it ends before END:VCALENDAR", name.text);
    if (calendar->method[0] == '\0')
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "%s is no invitation: it has no METHOD, such as METHOD:REQUEST; attach it "
                         "as a file instead",
                         name.text);
    if (reader.is_mixed)
        calendar->component[0] = '\0';
    return 0;
}
