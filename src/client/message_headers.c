/* SPDX-License-Identifier: ISC */
/* Header fields that belong together, by what is meant with them. */
#include "message_private.h"

#include "buffer.h"
#include "error.h"
#include "header/thread.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* Of a List-Unsubscribe field. */
enum { UNSUBSCRIBE_LIMIT = 16 * 1024 };

int mailer_message_set_priority(struct mailer_message *message, enum mailer_priority priority,
                                struct mailer_error *error)
{
    static const struct {
        const char *importance; /* RFC 2156 5.3.6 */
        const char *priority;
        const char *number;
    } words[] = {
        [MAILER_PRIORITY_NORMAL] = {"normal", "normal", "3"},
        [MAILER_PRIORITY_HIGH] = {"high", "urgent", "1"},
        [MAILER_PRIORITY_LOW] = {"low", "non-urgent", "5"},
    };
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    if ((unsigned)priority >= sizeof words / sizeof *words)
        error_set(&message->error, MAILER_USAGE, MAILER_STAGE_MESSAGE, "there is no priority %d",
                  (int)priority);
    if (error_is_set(&message->error))
        return message_settle(message, error);
    mailer_message_add_header(message, "Importance", words[priority].importance, error);
    mailer_message_add_header(message, "Priority", words[priority].priority, error);
    return mailer_message_add_header(message, "X-Priority", words[priority].number, error);
}

/* Whether it is a URL of that scheme, without what would end the angle brackets around it. */
static bool is_url(const char *url, const char *scheme)
{
    size_t size = strlen(scheme);
    size_t length = strlen(url);
    return length > size && text_same_bytes(url, size, scheme) && text_is_ascii(url, length) &&
           !text_has_control(url, length) && strcspn(url, " <>,\"") == length;
}

int mailer_message_add_unsubscribe(struct mailer_message *message, const char *url,
                                   struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    bool https = is_url(url, "https://");
    if (!https && !is_url(url, "mailto:"))
        error_set(&message->error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                  "\"%s\" is no way to unsubscribe: give an https: or mailto: URL, with commas as "
                  "%%2C",
                  url);
    const char *before = message->unsubscribe != NULL ? message->unsubscribe : "";
    if (strlen(before) + strlen(url) > UNSUBSCRIBE_LIMIT)
        error_set(&message->error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                  "the URLs to unsubscribe are longer than %d octets together: give fewer",
                  UNSUBSCRIBE_LIMIT);
    if (error_is_set(&message->error))
        return message_settle(message, error);
    struct buffer urls = buffer_empty(SIZE_MAX);
    buffer_append_format(&urls, "%s%s<%s>", before, *before != '\0' ? ", " : "", url);
    char *whole = buffer_take_string(&urls);
    buffer_free(&urls);
    if (whole == NULL)
        error_set_memory(&message->error);
    free(message->unsubscribe);
    message->unsubscribe = whole;
    message->one_click |= https;
    return message_settle(message, error);
}

int mailer_message_set_thread(struct mailer_message *message, const char *name,
                              struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    if (message->thread != NULL)
        error_set(&message->error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                  "the thread is given twice: once is enough");
    else if (*name == '\0')
        error_set(&message->error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                  "the thread has no name: give one, such as \"nightly backup\"");
    else
        message_keep_string(message, &message->thread, name);
    return message_settle(message, error);
}

/* RFC 5322 3.6.4: In-Reply-To and References name the same message, which nobody has sent. */
static int add_thread(struct mailer_message *message, const char *domain,
                      struct mailer_error *error)
{
    static const char *const names[] = {"In-Reply-To", "References"};
    char id[MIME_THREAD_ID_SIZE];
    int result = mime_thread_id(id, message->thread, domain, error);
    for (size_t i = 0; result == 0 && i < sizeof names / sizeof *names; i++) {
        if (mime_document_find(&message->tree, names[i]) != NULL)
            result = error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                               "%s and the name of a thread exclude each other", names[i]);
        else
            result = mime_document_add_text(&message->tree, names[i], id, error);
    }
    return result;
}

static int add_once(struct mailer_message *message, const char *name, const char *text,
                    struct mailer_error *error)
{
    int result = message_check_new(message, name, error);
    return result != 0 ? result : mime_document_add_text(&message->tree, name, text, error);
}

int message_add_header_groups(struct mailer_message *message, const char *domain,
                              struct mailer_error *error)
{
    int result = message->thread != NULL ? add_thread(message, domain, error) : 0;
    if (result == 0 && message->unsubscribe != NULL)
        result = add_once(message, "List-Unsubscribe", message->unsubscribe, error);
    if (result == 0 && message->one_click) /* RFC 8058 3.1 */
        result = add_once(message, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click", error);
    return result;
}
