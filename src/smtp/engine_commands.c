/* SPDX-License-Identifier: ISC */
#include "engine_private.h"

#include "command.h"
#include "text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

int smtp_engine_command(struct smtp_engine *engine, enum smtp_step_kind kind, const char *name,
                        const char *argument, struct mailer_error *error)
{
    char line[SMTP_COMMAND_LIMIT];
    size_t length = 0;
    int result = smtp_command_write(line, &length, error, "%s%s%s", name,
                                    argument != NULL ? " " : "", argument != NULL ? argument : "");
    if (result != 0)
        return result;
    smtp_engine_trace(engine, line, length - 2);
    return smtp_engine_append(engine, kind, true, 0, line, length);
}

int smtp_engine_hello(struct smtp_engine *engine, struct mailer_error *error)
{
    return smtp_engine_command(engine, engine->local ? SMTP_STEP_LHLO : SMTP_STEP_EHLO,
                               engine->local ? "LHLO" : "EHLO", engine->hello_name, error);
}

int smtp_engine_starttls(struct smtp_engine *engine, struct mailer_error *error)
{
    return smtp_engine_command(engine, SMTP_STEP_STARTTLS, "STARTTLS", NULL, error);
}

int smtp_engine_secured(struct smtp_engine *engine, struct mailer_error *error)
{
    if (!engine->securing || engine->failure != 0)
        return error_set(error, MAILER_TLS, MAILER_STAGE_TLS,
                         "the server has not agreed to STARTTLS");
    engine->securing = false;
    memset(&engine->capabilities, 0, sizeof engine->capabilities);
    return smtp_engine_hello(engine, error);
}

void smtp_engine_hide(struct smtp_engine *engine, const char *secret)
{
    engine->hidden = secret;
}

static void wipe(struct buffer *buffer)
{
    if (buffer->bytes != NULL)
        explicit_bzero(buffer->bytes, buffer->capacity);
    buffer_free(buffer);
}

void smtp_engine_end_login(struct smtp_engine *engine)
{
    wipe(&engine->response);
    wipe(&engine->challenge);
    engine->response = buffer_empty(SMTP_COMMAND_LIMIT);
    engine->challenge = buffer_empty(SMTP_REPLY_LIMIT);
    engine->hidden = NULL;
}

/* Keeps a response until it is answered, so that the answer is not shown with it. */
static int keep_response(struct smtp_engine *engine, const char *response,
                         struct mailer_error *error)
{
    /* Whole at once: an older block would be left behind unwiped. */
    wipe(&engine->response);
    bool kept = buffer_reserve(&engine->response, strlen(response) + 1) != NULL &&
                buffer_append_string(&engine->response, response);
    return kept ? 0 : error_set_memory(error);
}

/* A line that holds a secret: only shown goes into the trace. */
static int secret_command(struct smtp_engine *engine, const char *shown, const char *name,
                          const char *secret, struct mailer_error *error)
{
    char line[SMTP_COMMAND_LIMIT];
    size_t length = 0;
    int result = smtp_command_write(line, &length, error, "%s%s", name, secret);
    if (result == 0)
        result = keep_response(engine, secret, error);
    if (result == 0) {
        smtp_engine_trace(engine, shown, strlen(shown));
        engine->holds_secret = true;
        result = smtp_engine_append(engine, SMTP_STEP_AUTH, true, 0, line, length);
    }
    explicit_bzero(line, sizeof line);
    return result;
}

int smtp_engine_auth(struct smtp_engine *engine, const char *mechanism,
                     const char *initial_response, struct mailer_error *error)
{
    bool initial = initial_response != NULL;
    char name[64];
    char shown[64];
    snprintf(name, sizeof name, "AUTH %.40s%s", mechanism, initial ? " " : "");
    snprintf(shown, sizeof shown, "AUTH %.40s%s", mechanism, initial ? " ****" : "");
    return secret_command(engine, shown, name, initial ? initial_response : "", error);
}

int smtp_engine_auth_response(struct smtp_engine *engine, const char *response,
                              struct mailer_error *error)
{
    if (strcmp(response, "*") == 0)
        return smtp_engine_command(engine, SMTP_STEP_AUTH_CANCEL, "*", NULL, error);
    return secret_command(engine, "****", "", response, error);
}

bool smtp_engine_needs_reset(const struct smtp_engine *engine)
{
    return engine->dirty;
}

/* A command of a message: others may follow it at once, unless it has the last word. */
static int append_mail_command(struct smtp_engine *engine, enum smtp_step_kind kind, bool last_word,
                               size_t recipient, const char *line, size_t length)
{
    smtp_engine_trace(engine, line, length - 2);
    return smtp_engine_append(engine, kind, last_word, recipient, line, length);
}

int smtp_engine_reset(struct smtp_engine *engine, struct mailer_error *error)
{
    (void)error;
    engine->dirty = false;
    engine->writing = SMTP_WRITING_NOTHING;
    /* Where a message is known to be left open, its answer is waited for. Behind a chunk without an
     * answer, which is as good as always taken, it goes along and costs no wait. */
    bool is_needed = engine->open && smtp_engine_unanswered(engine) == 0;
    return append_mail_command(engine, SMTP_STEP_RSET, is_needed, 0, "RSET\r\n", 6);
}

int smtp_engine_mail(struct smtp_engine *engine, const struct smtp_mail *mail,
                     struct mailer_error *error)
{
    assert(!engine->dirty);
    bool sized = engine->capabilities.size;
    char size[TEXT_DECIMAL_SIZE];
    const char *body = "";
    if (mail->binary || mail->eight_bit)
        body = mail->binary ? " BODY=BINARYMIME" : " BODY=8BITMIME";
    char line[SMTP_COMMAND_LIMIT];
    size_t length = 0;
    int result = smtp_command_write(
        line, &length, error, "MAIL FROM:<%s>%s%s%s%s%s%s", mail->sender, sized ? " SIZE=" : "",
        sized ? text_decimal(size, mail->size) : "", body, mail->utf8 ? " SMTPUTF8" : "",
        mail->each_recipient ? " PRDR" : "", mail->parameters != NULL ? mail->parameters : "");
    if (result != 0)
        return result;
    engine->written_message++;
    engine->writing = SMTP_WRITING_ENVELOPE;
    engine->dirty = true;
    append_mail_command(engine, SMTP_STEP_MAIL, false, 0, line, length);
    smtp_engine_step(engine, engine->submitted - 1)->asks_each = mail->each_recipient;
    return 0;
}

int smtp_engine_recipient(struct smtp_engine *engine, size_t index, const char *address,
                          struct mailer_error *error)
{
    return smtp_engine_recipient_with(engine, index, address, "", error);
}

int smtp_engine_recipient_with(struct smtp_engine *engine, size_t index, const char *address,
                               const char *parameters, struct mailer_error *error)
{
    char line[SMTP_COMMAND_LIMIT];
    size_t length = 0;
    int result = smtp_command_write(line, &length, error, "RCPT TO:<%s>%s", address, parameters);
    if (result != 0)
        return result;
    return append_mail_command(engine, SMTP_STEP_RCPT, false, index, line, length);
}

int smtp_engine_data(struct smtp_engine *engine, bool chunked, struct mailer_error *error)
{
    (void)error;
    assert(!chunked || !engine->local || smtp_engine_unanswered(engine) == 0);
    engine->chunked = chunked;
    if (chunked) {
        engine->writing = SMTP_WRITING_BODY;
        return 0;
    }
    engine->writing = SMTP_WRITING_DATA;
    return append_mail_command(engine, SMTP_STEP_DATA, true, 0, "DATA\r\n", 6);
}

void smtp_engine_abandon(struct smtp_engine *engine)
{
    engine->writing = SMTP_WRITING_NOTHING;
}

int smtp_engine_quit(struct smtp_engine *engine, struct mailer_error *error)
{
    return smtp_engine_command(engine, SMTP_STEP_QUIT, "QUIT", NULL, error);
}
