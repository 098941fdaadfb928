/* SPDX-License-Identifier: ISC */
/** @file read_public.h  Messages made and read back through the public interface. */
#ifndef TESTS_READ_PUBLIC_H
#define TESTS_READ_PUBLIC_H

#include "harness/harness.h"
#include "harness/read_message.h"

#include <mailer/message.h>
#include <unistd.h>

/** A message from Ann to Bob. */
static inline struct mailer_message *new_message(void)
{
    struct mailer_message *message = NULL;
    assert_int_equal(mailer_message_new(&message, NULL), 0);
    assert_int_equal(mailer_message_set_from(message, "Ann <ann@example.org>", NULL), 0);
    assert_int_equal(mailer_message_add_to(message, "bob@example.org", NULL), 0);
    return message;
}

/** What a sealed message is on a wire; for the caller to free. Its size is as it was told. */
static inline char *written_message(const struct mailer_message *message, enum mailer_wire wire,
                                    size_t *size)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    struct mailer_error error = MAILER_ERROR_INIT;
    if (mailer_message_write(message, wire, fileno(file), &error) != 0)
        fail_msg("%s", error.text);
    uint64_t told = 0;
    assert_int_equal(mailer_message_size(message, wire, &told, NULL), 0);
    char *bytes = malloc((size_t)told + 1);
    assert_non_null(bytes);
    rewind(file);
    assert_int_equal(fread(bytes, 1, (size_t)told + 1, file), told);
    bytes[told] = '\0';
    fclose(file);
    *size = (size_t)told;
    return bytes;
}

/** Seals a message and reads it back; for read_free(). */
static inline struct read_entity *sealed_and_read(struct mailer_message *message)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    if (mailer_message_seal(message, &error) != 0)
        fail_msg("%s", error.text);
    size_t size = 0;
    char *bytes = written_message(message, MAILER_WIRE_7BIT, &size);
    struct read_entity *entity = read_entity((uint8_t *)bytes, size);
    if (entity->problem != NULL)
        fail_msg("%s", entity->problem);
    free(bytes);
    return entity;
}

/** The decoded value of the only field of that name; NULL: there is none. For the caller to free.
 */
static inline char *read_decoded(struct read_entity *entity, const char *name)
{
    char *value = read_field(entity, name);
    assert_null(entity->problem);
    char *decoded = value == NULL ? NULL : read_words(value);
    free(value);
    return decoded;
}

static inline void assert_field(struct read_entity *entity, const char *name, const char *expected)
{
    char *value = read_decoded(entity, name);
    if (expected == NULL)
        assert_null(value);
    else if (value == NULL || strcmp(value, expected) != 0)
        fail_msg("%s is \"%s\"", name, value == NULL ? "missing" : value);
    free(value);
}

static inline void assert_octets(const struct read_entity *entity, const char *expected)
{
    assert_int_equal(entity->size, strlen(expected));
    assert_memory_equal(entity->octets, expected, entity->size);
}

#endif
