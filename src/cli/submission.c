/* SPDX-License-Identifier: ISC */
/* mkostemp() is hidden otherwise. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "submission.h"

#include "catch_extension.h"
#include "catch_session.h"
#include "text.h"

#include <mailer/message.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As `mailer catch`, which is the limit of what a file system may be asked for, too. */
static const uint64_t size_limit = UINT64_C(8) << 30;

enum { REPLY_TEXT_SIZE = 400, BLOCK = 64 * 1024 };

/* One message after the other. */
struct inbox {
    const struct submission *submission;
    FILE *file; /**< what has come of the message; NULL: none is under way */
    char enhanced[16];
    char text[REPLY_TEXT_SIZE];
    struct catch_answer refusal;
};

/* ---- What the client is told ---- */

/* Replies are US-ASCII without SMTPUTF8 (RFC 6531 3.7.4). */
static void make_ascii(char *text)
{
    for (char *c = text; *c != '\0'; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
}

/* The server's own code where it spoke of this message. A refused login or a missing server is this
 * program's trouble, which is for an administrator to end. */
static int reply_code(const struct mailer_error *error)
{
    bool of_message = error->stage >= MAILER_STAGE_SENDER && error->stage <= MAILER_STAGE_END;
    enum mailer_fate fate = mailer_fate_of(error);
    if (of_message && error->smtp_code >= 400 && error->smtp_code < 600)
        return error->smtp_code;
    return fate == MAILER_FATE_TRY_AGAIN || error->error_class == MAILER_AUTH ? 451 : 554;
}

static enum catch_outcome refuse(struct inbox *inbox, int code, const char *text)
{
    snprintf(inbox->enhanced, sizeof inbox->enhanced, "%d.0.0", code / 100);
    snprintf(inbox->text, sizeof inbox->text, "%.*s", (int)sizeof inbox->text - 1, text);
    make_ascii(inbox->text);
    inbox->refusal = (struct catch_answer){code, inbox->enhanced, inbox->text};
    return CATCH_REFUSED;
}

static const struct catch_answer *refusal_of(void *context)
{
    return &((struct inbox *)context)->refusal;
}

/* Some got it. A client that tries again would send it to them once more, so it is told not to. */
static enum catch_outcome refuse_some(struct inbox *inbox, const struct mailer_result *result,
                                      const struct mailer_error *error)
{
    char said[REPLY_TEXT_SIZE];
    snprintf(said, sizeof said, "sent to %zu of %zu recipients, not to the others: %.300s",
             mailer_result_accepted(result), mailer_result_count(result), error->text);
    return refuse(inbox, 554, said);
}

/* The name by which the server knows the message, or what it said. */
static void tell_accepted(const struct mailer_result *result, char name[static CATCH_NAME_SIZE])
{
    struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
    mailer_result_recipient(result, 0, &recipient);
    if (recipient.queue_id[0] != '\0')
        snprintf(name, CATCH_NAME_SIZE, "queued as %.40s", recipient.queue_id);
    else
        snprintf(name, CATCH_NAME_SIZE, "accepted: %.50s", recipient.error.text);
    make_ascii(name);
}

/* ---- The message ---- */

/* A first author where the header names none. @param envelope  its sender may be "". */
static int fill(struct mailer_message *message, const struct inbox *inbox,
                const struct catch_envelope *envelope, struct mailer_error *error)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.descriptor = fileno(inbox->file);
    if (inbox->submission->domain != NULL)
        mailer_message_set_domain(message, inbox->submission->domain, error);
    if (envelope->sender[0] != '\0')
        mailer_message_set_from(message, envelope->sender, error);
    mailer_message_set_envelope_sender(message, envelope->sender, error);
    const char *recipient = envelope->recipients.bytes;
    for (size_t i = 0; i < envelope->recipient_count; i++) {
        mailer_message_add_bcc(message, recipient, error);
        recipient += strlen(recipient) + 1;
    }
    mailer_message_read(message, &content, false, error);
    return mailer_message_seal(message, error);
}

static enum catch_outcome send_on(struct inbox *inbox, const struct catch_envelope *envelope,
                                  char name[static CATCH_NAME_SIZE])
{
    struct mailer_message *message = NULL;
    struct mailer_result *result = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    enum catch_outcome outcome = CATCH_KEPT;
    int failed = mailer_message_new(&message, &error);
    if (failed == 0)
        failed = fill(message, inbox, envelope, &error);
    if (failed == 0)
        failed = mailer_send(inbox->submission->server, message, &result, &error);
    if (failed == 0)
        tell_accepted(result, name);
    else if (result != NULL && mailer_result_accepted(result) > 0)
        outcome = refuse_some(inbox, result, &error);
    else
        outcome = refuse(inbox, reply_code(&error), error.text);
    mailer_result_free(result);
    mailer_message_free(message);
    return outcome;
}

/* ---- The session's sink ---- */

static void abandon(void *context)
{
    struct inbox *inbox = context;
    if (inbox->file != NULL)
        fclose(inbox->file);
    inbox->file = NULL;
}

static enum catch_outcome begin(void *context)
{
    struct inbox *inbox = context;
    abandon(inbox);
    char path[] = "/tmp/mailer-XXXXXX";
    int descriptor = mkostemp(path, O_CLOEXEC);
    if (descriptor < 0)
        return errno == ENOSPC || errno == EDQUOT ? CATCH_FULL : CATCH_BROKEN;
    unlink(path);
    inbox->file = fdopen(descriptor, "w+");
    if (inbox->file == NULL)
        close(descriptor);
    return inbox->file != NULL ? CATCH_KEPT : CATCH_BROKEN;
}

static enum catch_outcome keep(void *context, const char *bytes, size_t size)
{
    struct inbox *inbox = context;
    if (fwrite(bytes, 1, size, inbox->file) == size)
        return CATCH_KEPT;
    return errno == ENOSPC || errno == EDQUOT ? CATCH_FULL : CATCH_BROKEN;
}

static enum catch_outcome commit(void *context, const struct catch_envelope *envelope,
                                 char name[static CATCH_NAME_SIZE])
{
    struct inbox *inbox = context;
    enum catch_outcome outcome = CATCH_BROKEN;
    if (fflush(inbox->file) == 0 && lseek(fileno(inbox->file), 0, SEEK_SET) == 0)
        outcome = send_on(inbox, envelope, name);
    abandon(inbox);
    return outcome;
}

/* ---- The dialogue ---- */

static int write_replies(struct catch_session *session, int output, struct problem *problem)
{
    size_t size;
    const char *bytes = catch_session_output(session, &size);
    while (size > 0) {
        ssize_t count = write(output, bytes, size);
        if (count < 0 && errno != EINTR)
            return problem_set_system(problem, EXIT_CODE_IO, errno, "standard output");
        if (count > 0)
            catch_session_sent(session, (size_t)count);
        bytes = catch_session_output(session, &size);
    }
    return 0;
}

static int talk(struct catch_session *session, int input, int output, char block[static BLOCK],
                struct problem *problem)
{
    int result = write_replies(session, output, problem);
    while (result == 0 && !catch_session_over(session)) {
        ssize_t count = read(input, block, BLOCK);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return problem_set_system(problem, EXIT_CODE_IO, errno, "standard input");
        if (count == 0)
            return 0;
        for (size_t taken = 0; result == 0 && taken < (size_t)count;) {
            taken += catch_session_receive(session, block + taken, (size_t)count - taken);
            result = write_replies(session, output, problem);
        }
    }
    return result;
}

int submission_serve(const struct submission *submission, int input, int output,
                     struct problem *problem)
{
    struct inbox inbox = {.submission = submission};
    struct catch_sink sink = {begin, keep, commit, abandon, &inbox, refusal_of, "mailer -bs"};
    unsigned extensions = CATCH_PIPELINING | CATCH_8BITMIME | CATCH_SMTPUTF8 | CATCH_CHUNKING |
                          CATCH_SIZE | CATCH_ENHANCEDSTATUSCODES;
    struct catch_session *session = catch_session_new(&sink, extensions, size_limit);
    char *block = malloc(BLOCK);
    int result = session == NULL || block == NULL ? problem_set_memory(problem)
                                                  : talk(session, input, output, block, problem);
    free(block);
    catch_session_free(session);
    return result;
}
