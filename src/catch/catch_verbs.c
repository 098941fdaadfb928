/* SPDX-License-Identifier: ISC */
#include "catch_extension.h"
#include "catch_state.h"
#include "text.h"

#include <inttypes.h>
#include <string.h>

static const struct catch_answer no_mail = {503, "5.5.1", "MAIL has to come first"};
static const struct catch_answer no_recipient = {503, "5.5.1", "RCPT has to come first"};
static const struct catch_answer all_refused = {554, "5.5.1", "no recipient was accepted"};
static const struct catch_answer after_failure = {503, "5.5.1",
                                                  "a chunk was refused before; send RSET"};

static void hello(struct catch_session *session, struct catch_argument argument, bool extended)
{
    if (!catch_hello_is_sound(argument)) {
        catch_session_reply(session, 501, "5.5.4",
                            "HELO and EHLO are followed by the client's name");
        return;
    }
    catch_session_reset(session);
    memcpy(session->envelope.hello, argument.bytes, argument.size);
    session->envelope.hello[argument.size] = '\0';
    session->greeted = true;
    session->extended = extended;
    if (!extended || session->extensions == 0) {
        catch_session_put(session, "250 localhost\r\n");
        return;
    }
    catch_session_put(session, "250-localhost\r\n");
    for (unsigned i = 0; i < CATCH_EXTENSION_COUNT; i++) {
        unsigned bit = 1u << i;
        if ((session->extensions & bit) == 0)
            continue;
        bool last = session->extensions >> i == 1;
        catch_session_put(session, "250%c%s", last ? ' ' : '-', catch_extension_keyword(i));
        if (bit == CATCH_SIZE)
            catch_session_put(session, " %" PRIu64, session->size_limit);
        catch_session_put(session, "\r\n");
    }
}

static void command_ehlo(struct catch_session *session, struct catch_argument argument)
{
    hello(session, argument, true);
}

static void command_helo(struct catch_session *session, struct catch_argument argument)
{
    hello(session, argument, false);
}

static void command_mail(struct catch_session *session, struct catch_argument argument)
{
    if (!session->greeted || session->transaction) {
        catch_session_reply(session, 503, "5.5.1",
                            session->greeted ? "there was MAIL before"
                                             : "EHLO or HELO has to come first");
        return;
    }
    struct catch_mail mail;
    struct catch_answer refusal;
    if (!catch_mail_read(argument, session->extended ? session->extensions : 0, &mail, &refusal)) {
        catch_session_answer(session, &refusal);
        return;
    }
    if (mail.size > session->size_limit) {
        catch_session_answer(session, &catch_too_large);
        return;
    }
    struct catch_envelope *envelope = &session->envelope;
    memcpy(envelope->sender, mail.sender.mailbox, mail.sender.size);
    envelope->sender[mail.sender.size] = '\0';
    envelope->body = mail.body;
    envelope->international = mail.international;
    session->transaction = true;
    catch_session_reply(session, 250, "2.1.0", "OK");
}

static void command_rcpt(struct catch_session *session, struct catch_argument argument)
{
    struct catch_envelope *envelope = &session->envelope;
    if (!session->transaction || envelope->chunked) {
        catch_session_reply(session, 503, "5.5.1",
                            session->transaction ? "RCPT comes before the message" : no_mail.text);
        return;
    }
    struct catch_path path;
    struct catch_answer refusal;
    if (!catch_recipient_read(argument, envelope->international, &path, &refusal)) {
        session->refused_recipients = true;
        catch_session_answer(session, &refusal);
        return;
    }
    if (envelope->recipient_count == CATCH_RECIPIENTS) {
        catch_session_reply(session, 452, "4.5.3",
                            "too many recipients; send the rest in another transaction");
        return;
    }
    buffer_append(&envelope->recipients, path.mailbox, path.size);
    if (!buffer_append_char(&envelope->recipients, '\0')) {
        catch_session_reset(session);
        catch_session_reply(session, 451, "4.3.0", "out of memory");
        return;
    }
    envelope->recipient_count++;
    catch_session_reply(session, 250, "2.1.5", "OK");
}

/* What is missing before a message can come, or NULL. */
static const struct catch_answer *missing(const struct catch_session *session)
{
    if (!session->transaction)
        return &no_mail;
    if (session->failed)
        return &after_failure;
    if (session->envelope.recipient_count == 0)
        return session->refused_recipients ? &all_refused : &no_recipient;
    return NULL;
}

static void command_data(struct catch_session *session, struct catch_argument argument)
{
    static const struct catch_answer no_argument = {501, "5.5.4", "DATA has no argument"};
    static const struct catch_answer chunks = {503, "5.5.1", "the message comes by BDAT already"};
    static const struct catch_answer binary = {503, "5.5.1", "a BINARYMIME body comes by BDAT"};
    const struct catch_answer *refusal = argument.size > 0           ? &no_argument
                                         : session->envelope.chunked ? &chunks
                                                                     : missing(session);
    if (refusal == NULL && session->envelope.body == CATCH_BODY_BINARYMIME)
        refusal = &binary;
    if (refusal == NULL) {
        refusal = catch_session_begin(session);
        if (refusal != NULL)
            catch_session_reset(session);
    }
    if (refusal != NULL) {
        catch_session_answer(session, refusal);
        return;
    }
    session->phase = PHASE_DATA;
    catch_session_reply(session, 354, "", "end the message with a line that holds one dot");
}

static void command_bdat(struct catch_session *session, struct catch_argument argument)
{
    if (!catch_chunk_read(argument, &session->chunk_size, &session->chunk_last)) {
        /* What follows are octets of a message, which must not be taken for commands. */
        catch_session_reply(session, 501, "5.5.4",
                            "BDAT is followed by a size, and LAST or nothing; closing");
        session->phase = PHASE_OVER;
        catch_session_reset(session);
        return;
    }
    bool announced = session->extended && (session->extensions & CATCH_CHUNKING);
    session->chunk_left = session->chunk_size;
    session->chunk_refusal = announced ? missing(session) : &catch_not_chunking;
    if (session->chunk_refusal == NULL) {
        session->envelope.chunked = true;
        if (session->chunk_size > session->size_limit - session->envelope.size)
            session->chunk_refusal = &catch_too_large;
        else if (!session->begun)
            session->chunk_refusal = catch_session_begin(session);
    }
    session->phase = PHASE_CHUNK;
    if (session->chunk_left == 0)
        catch_session_finish_chunk(session);
}

static void command_rset(struct catch_session *session, struct catch_argument argument)
{
    if (argument.size > 0) {
        catch_session_reply(session, 501, "5.5.4", "RSET has no argument");
        return;
    }
    catch_session_reset(session);
    catch_session_reply(session, 250, "2.0.0", "OK");
}

static void command_noop(struct catch_session *session, struct catch_argument argument)
{
    (void)argument;
    catch_session_reply(session, 250, "2.0.0", "OK");
}

static void command_quit(struct catch_session *session, struct catch_argument argument)
{
    if (argument.size > 0) {
        catch_session_reply(session, 501, "5.5.4", "QUIT has no argument");
        return;
    }
    catch_session_reset(session);
    catch_session_reply(session, 221, "2.0.0", "goodbye");
}

static void command_vrfy(struct catch_session *session, struct catch_argument argument)
{
    if (argument.size == 0)
        catch_session_reply(session, 501, "5.5.4", "VRFY is followed by an address");
    else
        catch_session_reply(session, 252, "2.0.0", "every address is accepted here");
}

static void command_help(struct catch_session *session, struct catch_argument argument)
{
    (void)argument;
    if (session->extensions & CATCH_HELP)
        catch_session_put(session,
                          "214-mailer catch keeps every message, and delivers none.\r\n"
                          "214 EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT\r\n");
    else
        catch_session_reply(session, 502, "5.5.1", "HELP is not announced");
}

static void command_auth(struct catch_session *session, struct catch_argument argument)
{
    (void)argument;
    catch_session_reply(session, 502, "5.5.1", "there is no login here, and none is needed");
}

static void command_starttls(struct catch_session *session, struct catch_argument argument)
{
    (void)argument;
    catch_session_reply(session, 502, "5.5.1", "there is no TLS here");
}

void catch_session_run(struct catch_session *session, const char *bytes, size_t size)
{
    static const struct {
        const char *verb;
        void (*run)(struct catch_session *session, struct catch_argument argument);
    } commands[] = {
        {"BDAT", command_bdat}, {"MAIL", command_mail}, {"RCPT", command_rcpt},
        {"DATA", command_data}, {"EHLO", command_ehlo}, {"HELO", command_helo},
        {"RSET", command_rset}, {"NOOP", command_noop}, {"QUIT", command_quit},
        {"VRFY", command_vrfy}, {"HELP", command_help}, {"STARTTLS", command_starttls},
        {"AUTH", command_auth},
    };
    while (size > 0 && bytes[size - 1] == ' ')
        size--;
    size_t verb_size = 0;
    while (verb_size < size && bytes[verb_size] != ' ')
        verb_size++;
    struct catch_argument argument = {bytes + verb_size, size - verb_size};
    while (argument.size > 0 && *argument.bytes == ' ') {
        argument.bytes++;
        argument.size--;
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (text_same_bytes(bytes, verb_size, commands[i].verb)) {
            commands[i].run(session, argument);
            return;
        }
    }
    catch_session_reply(session, 500, "5.5.1", "there is no such command");
}
