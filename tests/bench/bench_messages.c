/* SPDX-License-Identifier: ISC */
/*
 * Builds messages from nothing and writes them, through the public interface alone, and prints the
 * seconds of processor time that took:
 *
 *     bench_messages small COUNT WIRE        COUNT small messages, each with a Date and an id
 *     bench_messages attachments COUNT WIRE  one message with COUNT attachments of 1,000 octets
 *
 * WIRE is 7bit or 8bit. What is written goes to standard output. messages.py runs it, and Python's
 * email beside it with the same text, which it gives in MAILER_BENCH_TEXT.
 */
#include <mailer/mailer.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ATTACHMENT_SIZE = 1000 };

static struct mailer_error error = MAILER_ERROR_INIT;

static void check(int result)
{
    if (result == 0)
        return;
    fprintf(stderr, "%s\n", error.text);
    exit(1);
}

static double processor_time(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static struct mailer_message *begin(size_t number, const char *text)
{
    struct mailer_message *message;
    char subject[64];
    snprintf(subject, sizeof subject, "\xC3\x9C\x62\x65rsicht %zu", number);
    check(mailer_message_new(&message, &error));
    mailer_message_set_from(message, "J\xC3\xB6rg M\xC3\xBCller <joerg@example.org>", &error);
    mailer_message_add_to(message, "reader@example.com", &error);
    mailer_message_set_subject(message, subject, &error);
    mailer_message_set_text(message, text, &error);
    return message;
}

static void finish(struct mailer_message *message, enum mailer_wire wire)
{
    check(mailer_message_seal(message, &error));
    check(mailer_message_write(message, wire, STDOUT_FILENO, &error));
    mailer_message_free(message);
}

static void make_small(size_t count, const char *text, enum mailer_wire wire)
{
    for (size_t i = 0; i < count; i++)
        finish(begin(i, text), wire);
}

static void make_large(size_t count, const char *text, enum mailer_wire wire)
{
    char octets[ATTACHMENT_SIZE];
    memset(octets, 0xA5, sizeof octets);
    struct mailer_message *message = begin(count, text);
    for (size_t i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof name, "part-%zu.bin", i);
        struct mailer_content content = MAILER_CONTENT_INIT;
        content.bytes = octets;
        content.size = sizeof octets;
        struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
        attachment.name = name;
        attachment.type = "application/octet-stream";
        mailer_message_attach(message, &content, &attachment, &error);
    }
    finish(message, wire);
}

int main(int argc, char **argv)
{
    const char *text = getenv("MAILER_BENCH_TEXT");
    size_t count = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;
    if (count == 0 || text == NULL) {
        fputs("bench_messages small|attachments COUNT 7bit|8bit, with MAILER_BENCH_TEXT set\n",
              stderr);
        return 64;
    }
    enum mailer_wire wire = strcmp(argv[3], "8bit") == 0 ? MAILER_WIRE_8BIT : MAILER_WIRE_7BIT;
    double start = processor_time();
    if (strcmp(argv[1], "small") == 0)
        make_small(count, text, wire);
    else
        make_large(count, text, wire);
    fprintf(stderr, "%.9f\n", processor_time() - start);
    return 0;
}
