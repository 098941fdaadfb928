/* SPDX-License-Identifier: ISC */
/*
 * Plays the dialogues in tests/dialogue/ (or those named as arguments) against the bare engine:
 * what the server says goes in, and what the client says must be what the file expects, at all
 * splits.
 *
 * A dialogue is a text file, so that the trace of a bug report can be pasted into it:
 *
 *   # A comment. Empty lines are passed over.
 *   S: 220 ready         the server says this line and CR LF
 *   S- 25                the server says this, and no line end (yet)
 *   C: EHLO me.example   the client must say this line and CR LF
 *   C- Hel               the client must have said this much by now
 *   R: a@x sent          what must have become of it in the end, see below
 *
 * Behind the mark and one space everything counts. \r, \n, \\ and \xNN may stand for octets.
 *
 * These lines, before the first S, say what the client wants; without them it sends one message
 * with the body "Hello" from s@x to a@x, in the clear:
 *
 *   tls                  STARTTLS (the handshake is taken for done)
 *   lmtp                 LMTP in place of SMTP
 *   login PLAIN AGEAYg== AUTH with a mechanism, and perhaps an initial response
 *   answer YQ==          the response to the first, the second challenge (then "*")
 *   to a@x b@x           recipients, up to four
 *   body .a\r\nb\r\n     the body
 *   messages 2           how many messages, each the same
 *   chunks               BDAT where the server has CHUNKING
 *   breaks               the body cannot be had behind its middle
 *
 * Each R line is one of these; for several messages the lines of the first come first:
 *
 *   R: ADDRESS sent | later | refused | unsent | unknown
 *   R: closed            the engine wants to hang up
 *   R: error PROTOCOL    the engine has failed, with the class of the error
 */
#include "harness/engine_client.h"
#include "harness/harness.h"

#include <dirent.h>
#include <stdio.h>

enum { LINES = 400, TEXT = 64 * 1024 };

struct line {
    char mark; /* S, C or R */
    size_t number;
    size_t size;
    char *octets;
};

struct dialogue {
    const char *path;
    char text[TEXT];
    struct line lines[LINES];
    size_t line_count;
    struct client wants; /* what the client of each playing begins with */
    struct client_message message;
    struct client_message messages[CLIENT_MESSAGES];
};

static const char *const *files;
static size_t file_count;

static _Noreturn void complain(const struct dialogue *dialogue, size_t number, const char *what)
{
    print_error("%s:%zu: %s\n", dialogue->path, number, what);
    fail();
    abort();
}

/* ---- Reading a file ---- */

/* Replaces the escapes, where they stand. Gives the new size. */
static size_t unescape(char *text)
{
    size_t used = 0;
    for (const char *c = text; *c != '\0'; c++) {
        char octet = *c;
        if (octet == '\\' && c[1] != '\0') {
            c++;
            octet = *c == 'r' ? '\r' : *c == 'n' ? '\n' : *c;
            if (*c == 'x') {
                const char digits[3] = {c[1], c[1] != '\0' ? c[2] : '\0', '\0'};
                octet = (char)strtoul(digits, NULL, 16);
                c += strlen(digits);
            }
        }
        text[used++] = octet;
    }
    text[used] = '\0';
    return used;
}

static void read_wish(struct dialogue *dialogue, size_t number, char *text)
{
    struct client *wants = &dialogue->wants;
    struct client_message *message = &dialogue->message;
    char *rest = strchr(text, ' ');
    if (rest != NULL)
        *rest++ = '\0';
    if (strcmp(text, "tls") == 0) {
        wants->wants_tls = true;
    } else if (strcmp(text, "lmtp") == 0) {
        wants->speaks_lmtp = true;
    } else if (strcmp(text, "chunks") == 0) {
        wants->wants_chunks = true;
    } else if (strcmp(text, "breaks") == 0) {
        message->gives_up = true;
    } else if (strcmp(text, "messages") == 0 && rest != NULL) {
        wants->message_count = strtoul(rest, NULL, 10);
    } else if (strcmp(text, "body") == 0 && rest != NULL) {
        message->body = rest;
        message->body_size = unescape(rest);
    } else if (strcmp(text, "answer") == 0 && rest != NULL) {
        wants->responses[wants->responses[0] != NULL] = rest;
    } else if (strcmp(text, "login") == 0 && rest != NULL) {
        wants->mechanism = strtok(rest, " ");
        wants->initial_response = strtok(NULL, " ");
    } else if (strcmp(text, "to") == 0 && rest != NULL) {
        message->recipient_count = 0;
        for (char *word = strtok(rest, " "); word != NULL; word = strtok(NULL, " "))
            message->recipients[message->recipient_count++] = word;
    } else {
        complain(dialogue, number, "this line is not understood");
    }
}

static void read_line(struct dialogue *dialogue, size_t number, char *text)
{
    if (text[0] == '\0' || text[0] == '#')
        return;
    bool marked = strchr("SCR", text[0]) != NULL && (text[1] == ':' || text[1] == '-');
    if (!marked) {
        read_wish(dialogue, number, text);
        return;
    }
    if (dialogue->line_count == LINES)
        complain(dialogue, number, "too many lines");
    char mark = text[0];
    bool whole = text[1] == ':' && mark != 'R';
    /* The mark leaves room for the CR LF behind the line. */
    char *octets = text[2] == ' ' ? text + 3 : text + 2;
    size_t size = unescape(octets);
    memmove(text, octets, size);
    if (whole)
        memcpy(text + size, "\r\n", 2);
    text[size + 2 * whole] = '\0';
    dialogue->lines[dialogue->line_count++] = (struct line){mark, number, size + 2 * whole, text};
}

static void read_dialogue(struct dialogue *dialogue, const char *path)
{
    memset(dialogue, 0, sizeof *dialogue);
    dialogue->path = path;
    dialogue->wants.message_count = 1;
    dialogue->message = (struct client_message){.sender = "s@x",
                                                .recipients = {"a@x"},
                                                .recipient_count = 1,
                                                .body = "Hello\r\n",
                                                .body_size = 7};
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        complain(dialogue, 0, "the file cannot be read");
    size_t size = fread(dialogue->text, 1, TEXT - 1, file);
    fclose(file);
    char *at = dialogue->text;
    for (size_t number = 1; at < dialogue->text + size; number++) {
        char *end = strchr(at, '\n');
        if (end == NULL)
            complain(dialogue, number, "the last line has no end");
        char *next = end + 1;
        *end = '\0';
        if (end > at && end[-1] == '\r')
            end[-1] = '\0';
        read_line(dialogue, number, at);
        at = next;
    }
    if (dialogue->wants.message_count > CLIENT_MESSAGES)
        complain(dialogue, 0, "too many messages");
    for (size_t i = 0; i < dialogue->wants.message_count; i++)
        dialogue->messages[i] = dialogue->message;
}

/* ---- Playing it ---- */

struct playing {
    const struct dialogue *dialogue;
    struct client client;
    struct mailer_error error;
    size_t most; /* octets at a time; 0: pieces of random size */
    uint64_t seed;
    int result;
};

static size_t piece_of(struct playing *playing, size_t size)
{
    size_t most = playing->most > 0 ? playing->most : 1 + harness_random(&playing->seed) % 20;
    return most < size ? most : size;
}

/* The server says what stands in these lines, as if it came at once. */
static void say(struct playing *playing, const char *octets, size_t size)
{
    for (size_t at = 0; at < size && playing->result == 0;) {
        size_t piece = piece_of(playing, size - at);
        char *block = harness_exact(octets + at, piece);
        size_t consumed = 0;
        struct smtp_event event;
        playing->result = smtp_engine_receive(playing->client.engine, block, piece, &consumed,
                                              &event, &playing->error);
        free(block);
        assert_true(consumed > 0 && consumed <= piece);
        if (playing->result == 0)
            client_take_event(&playing->client, &event);
        at += consumed;
    }
    if (playing->result == 0)
        client_act(&playing->client);
}

/* The client must say what stands in this line. */
static void expect(struct playing *playing, const struct line *line)
{
    for (size_t at = 0; at < line->size;) {
        const char *bytes = NULL;
        size_t size = smtp_engine_out(playing->client.engine, &bytes);
        size = piece_of(playing, size);
        if (size > line->size - at)
            size = line->size - at;
        if (size == 0 || memcmp(bytes, line->octets + at, size) != 0) {
            print_error("the client says \"%.*s\"\n",
                        (int)smtp_engine_out(playing->client.engine, &bytes), bytes);
            complain(playing->dialogue, line->number, "the client should say this");
        }
        smtp_engine_sent(playing->client.engine, size);
        client_act(&playing->client);
        at += size;
    }
}

static const char *word_for(enum mailer_error_class outcome)
{
    return outcome == MAILER_OK ? "sent" : outcome == MAILER_TEMPORARY ? "later" : "refused";
}

/* What became of it all, as R lines. */
static void write_results(const struct playing *playing, char *text, size_t room)
{
    const struct client *client = &playing->client;
    size_t in_flight = smtp_engine_ends_in_flight(client->engine);
    size_t used = 0;
    for (size_t i = 0; i < client->message_count; i++) {
        const struct client_result *result = &client->results[i];
        bool unknown = !result->told && !result->given_up && in_flight > 0;
        in_flight -= unknown;
        for (size_t j = 0; j < client->messages[i].recipient_count; j++) {
            const char *word = unknown ? "unknown" : "unsent";
            if (result->sender_answered && result->sender != MAILER_OK)
                word = word_for(result->sender);
            else if (j < result->answers &&
                     (result->recipients[j] != MAILER_OK || result->delivered[j]))
                word = word_for(result->recipients[j]);
            else if (result->told)
                word = word_for(result->outcome);
            used += (size_t)snprintf(text + used, room - used, "%s %s\n",
                                     client->messages[i].recipients[j], word);
        }
    }
    if (playing->result != 0)
        snprintf(text + used, room - used, "error %s\n",
                 mailer_error_class_name((enum mailer_error_class)playing->result));
    else if (smtp_engine_is_closing(client->engine))
        snprintf(text + used, room - used, "closed\n");
}

/* Plays the S and C lines from *at on. */
static void play_lines(struct playing *playing, size_t *at)
{
    const struct dialogue *dialogue = playing->dialogue;
    while (*at < dialogue->line_count && dialogue->lines[*at].mark != 'R') {
        if (dialogue->lines[*at].mark == 'C') {
            expect(playing, &dialogue->lines[(*at)++]);
            continue;
        }
        char said[TEXT];
        size_t size = 0;
        for (; *at < dialogue->line_count && dialogue->lines[*at].mark == 'S'; (*at)++) {
            memcpy(said + size, dialogue->lines[*at].octets, dialogue->lines[*at].size);
            size += dialogue->lines[*at].size;
        }
        say(playing, said, size);
    }
}

static void play(struct dialogue *dialogue, size_t most, uint64_t seed)
{
    struct playing playing = {.dialogue = dialogue,
                              .client = dialogue->wants,
                              .error = MAILER_ERROR_INIT,
                              .most = most,
                              .seed = seed};
    playing.client.messages = dialogue->messages;
    assert_int_equal(smtp_engine_new(&playing.client.engine, "me.example", NULL), 0);
    if (playing.client.speaks_lmtp)
        smtp_engine_speak_lmtp(playing.client.engine);
    size_t at = 0;
    play_lines(&playing, &at);
    const char *bytes = NULL;
    size_t left = smtp_engine_out(playing.client.engine, &bytes);
    if (left > 0) {
        print_error("the client says \"%.*s\"\n", (int)left, bytes);
        complain(dialogue, 0, "the client says more in the end");
    }
    char expected[4096] = "";
    for (; at < dialogue->line_count; at++)
        strcat(strcat(expected, dialogue->lines[at].octets), "\n");
    char got[4096] = "";
    write_results(&playing, got, sizeof got);
    if (strcmp(got, expected) != 0) {
        print_error("expected:\n%sgot:\n%s%s\n", expected, got, playing.error.text);
        complain(dialogue, 0, "the results differ");
    }
    smtp_engine_free(playing.client.engine);
}

static void every_dialogue_goes_as_it_is_written_at_all_splits(void **state)
{
    (void)state;
    struct dialogue *dialogue = malloc(sizeof *dialogue);
    assert_non_null(dialogue);
    for (size_t i = 0; i < file_count; i++) {
        read_dialogue(dialogue, files[i]);
        play(dialogue, TEXT, 0);
        for (size_t most = 1; most <= 40; most++)
            play(dialogue, most, 0);
        for (uint64_t seed = 1; seed <= 40; seed++)
            play(dialogue, 0, seed);
    }
    free(dialogue);
}

/* The dialogues of the folder. */
static size_t list_folder(char paths[][512], size_t room)
{
    size_t count = 0;
    DIR *folder = opendir(MAILER_TEST_DIALOGUES);
    if (folder == NULL)
        return 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        const char *ending = strrchr(entry->d_name, '.');
        if (ending != NULL && strcmp(ending, ".smtp") == 0 && count < room)
            snprintf(paths[count++], 512, "%s/%s", MAILER_TEST_DIALOGUES, entry->d_name);
    }
    closedir(folder);
    return count;
}

int main(int argc, char **argv)
{
    static char paths[200][512];
    static const char *names[200];
    if (argc > 1) {
        files = (const char *const *)(argv + 1);
        file_count = (size_t)argc - 1;
    } else {
        file_count = list_folder(paths, 200);
        for (size_t i = 0; i < file_count; i++)
            names[i] = paths[i];
        files = names;
    }
    if (file_count == 0) {
        fprintf(stderr, "no dialogues in %s\n", MAILER_TEST_DIALOGUES);
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_dialogue_goes_as_it_is_written_at_all_splits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
