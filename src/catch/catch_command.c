/* SPDX-License-Identifier: ISC */
#include "catch_command.h"

#include "catch_extension.h"
#include "text.h"

#include <string.h>

/* Cuts the next word off. */
static struct catch_argument next_word(struct catch_argument *rest)
{
    while (rest->size > 0 && *rest->bytes == ' ') {
        rest->bytes++;
        rest->size--;
    }
    struct catch_argument word = {rest->bytes, 0};
    while (word.size < rest->size && rest->bytes[word.size] != ' ')
        word.size++;
    rest->bytes += word.size;
    rest->size -= word.size;
    return word;
}

static bool read_number(struct catch_argument word, uint64_t *number)
{
    uint64_t value = 0;
    for (size_t i = 0; i < word.size; i++) {
        if (!text_is_digit(word.bytes[i]))
            return false;
        unsigned digit = (unsigned)(word.bytes[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *number = value;
    return word.size > 0 && word.size <= 20;
}

static bool refuse(struct catch_answer *answer, int code, const char *enhanced, const char *text)
{
    *answer = (struct catch_answer){code, enhanced, text};
    return false;
}

/* Reads "FROM:<path>" or "TO:<path>", and leaves the parameters. */
static bool read_path(struct catch_argument *argument, const char *label, struct catch_path *path,
                      struct catch_answer *answer)
{
    size_t label_size = strlen(label);
    if (argument->size < label_size || !text_same_bytes(argument->bytes, label_size, label))
        return refuse(answer, 501, "5.5.4",
                      "the syntax is MAIL FROM:<address> and RCPT TO:<address>");
    const char *why = NULL;
    size_t length =
        catch_path_read(argument->bytes + label_size, argument->size - label_size, path, &why);
    if (length == 0)
        return refuse(answer, 501, *label == 'F' ? "5.1.7" : "5.1.3", why);
    argument->bytes += label_size + length;
    argument->size -= label_size + length;
    if (argument->size > 0 && *argument->bytes != ' ')
        return refuse(answer, 501, "5.5.4", "there is something behind the address");
    return true;
}

static bool read_body(struct catch_argument value, unsigned extensions, enum catch_body *body,
                      struct catch_answer *answer)
{
    if (text_same_bytes(value.bytes, value.size, "7BIT"))
        *body = CATCH_BODY_7BIT;
    else if (text_same_bytes(value.bytes, value.size, "8BITMIME"))
        *body = CATCH_BODY_8BITMIME;
    else if (text_same_bytes(value.bytes, value.size, "BINARYMIME"))
        *body = CATCH_BODY_BINARYMIME;
    else
        return refuse(answer, 501, "5.5.4", "BODY is 7BIT, 8BITMIME or BINARYMIME");
    unsigned needed = *body == CATCH_BODY_8BITMIME     ? CATCH_8BITMIME
                      : *body == CATCH_BODY_BINARYMIME ? CATCH_BINARYMIME
                                                       : 0;
    if ((extensions & needed) != needed)
        return refuse(answer, 555, "5.5.4", "this kind of BODY is not announced");
    return true;
}

/* Reads KEYWORD or KEYWORD=value, and marks it as seen. */
static bool read_parameter(struct catch_argument word, unsigned extensions, unsigned *seen,
                           struct catch_mail *mail, struct catch_answer *answer)
{
    const char *equals = memchr(word.bytes, '=', word.size);
    size_t size = equals != NULL ? (size_t)(equals - word.bytes) : word.size;
    struct catch_argument value = {word.bytes + size, 0};
    if (equals != NULL)
        value = (struct catch_argument){equals + 1, word.size - size - 1};
    unsigned extension = text_same_bytes(word.bytes, size, "SIZE")       ? CATCH_SIZE
                         : text_same_bytes(word.bytes, size, "BODY")     ? CATCH_8BITMIME
                         : text_same_bytes(word.bytes, size, "SMTPUTF8") ? CATCH_SMTPUTF8
                                                                         : 0;
    /* BODY belongs to both 8BITMIME and BINARYMIME. */
    unsigned needed = extension == CATCH_8BITMIME ? CATCH_8BITMIME | CATCH_BINARYMIME : extension;
    if ((extensions & needed) == 0)
        return refuse(answer, 555, "5.5.4", "a parameter is not known, or not announced");
    if ((*seen & extension) != 0)
        return refuse(answer, 501, "5.5.4", "a parameter is given twice");
    *seen |= extension;
    if (extension == CATCH_8BITMIME)
        return read_body(value, extensions, &mail->body, answer);
    if (extension == CATCH_SIZE && !read_number(value, &mail->size))
        return refuse(answer, 501, "5.5.4", "SIZE is a number of octets");
    if (extension == CATCH_SMTPUTF8 && equals != NULL)
        return refuse(answer, 501, "5.5.4", "SMTPUTF8 has no value");
    mail->international |= extension == CATCH_SMTPUTF8;
    return true;
}

bool catch_mail_read(struct catch_argument argument, unsigned extensions, struct catch_mail *mail,
                     struct catch_answer *answer)
{
    *mail = (struct catch_mail){.body = CATCH_BODY_7BIT};
    if (!read_path(&argument, "FROM:", &mail->sender, answer))
        return false;
    if (mail->sender.domainless)
        return refuse(answer, 501, "5.1.7", "the sender has no domain");
    unsigned seen = 0;
    struct catch_argument word = next_word(&argument);
    for (; word.size > 0; word = next_word(&argument))
        if (!read_parameter(word, extensions, &seen, mail, answer))
            return false;
    if (mail->sender.international && !mail->international)
        return refuse(answer, 553, "5.6.7", "this address needs the parameter SMTPUTF8");
    return true;
}

bool catch_recipient_read(struct catch_argument argument, bool international,
                          struct catch_path *recipient, struct catch_answer *answer)
{
    if (!read_path(&argument, "TO:", recipient, answer))
        return false;
    if (recipient->size == 0)
        return refuse(answer, 501, "5.1.3", "a recipient cannot be <>");
    if (next_word(&argument).size > 0)
        return refuse(answer, 555, "5.5.4", "no parameter of RCPT is announced");
    if (recipient->international && !international)
        return refuse(answer, 553, "5.6.7", "this address needs SMTPUTF8 with MAIL");
    return true;
}

bool catch_chunk_read(struct catch_argument argument, uint64_t *size, bool *last)
{
    struct catch_argument number = next_word(&argument);
    struct catch_argument word = next_word(&argument);
    *last = word.size > 0;
    return read_number(number, size) &&
           (!*last || text_same_bytes(word.bytes, word.size, "LAST")) &&
           next_word(&argument).size == 0;
}

bool catch_hello_is_sound(struct catch_argument argument)
{
    return argument.size > 0 && argument.size <= CATCH_HELLO_SIZE &&
           memchr(argument.bytes, ' ', argument.size) == NULL &&
           text_is_utf8(argument.bytes, argument.size) &&
           !text_has_control(argument.bytes, argument.size);
}
