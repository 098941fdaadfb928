/* SPDX-License-Identifier: ISC */
#include "completion/completion.h"
#include "harness/harness.h"
#include "options.h"
#include "verbs.h"

#include <stdio.h>

static const struct option *find(const char *name)
{
    for (size_t i = 0; i < send_option_set.count; i++)
        if (send_option_set.options[i].name != NULL &&
            strcmp(send_option_set.options[i].name, name) == 0)
            return &send_option_set.options[i];
    fail_msg("no option --%s", name);
    return NULL;
}

static void the_kind_of_an_argument_is_known_by_its_name(void **state)
{
    (void)state;
    static const struct {
        const char *option;
        enum completion_kind kind;
    } rows[] = {
        {"subject", COMPLETION_NOTHING},
        {"verbose", COMPLETION_NOTHING},
        {"attach", COMPLETION_FILES},
        {"ca-file", COMPLETION_FILES},
        {"password-command", COMPLETION_COMMANDS},
        {"tls", COMPLETION_WORDS},
        {"notify", COMPLETION_WORDS},
        {"server", COMPLETION_WORDS},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(completion_kind(find(rows[i].option)), rows[i].kind);
    const struct option directory = {.name = "dir", .argument = "DIR"};
    assert_int_equal(completion_kind(&directory), COMPLETION_DIRECTORIES);
    const struct option account = {.name = "account", .argument = "NAME"};
    assert_int_equal(completion_kind(&account), COMPLETION_ACCOUNTS);
}

static void the_words_of_an_argument_are_told_apart(void **state)
{
    (void)state;
    struct buffer text = buffer_empty(4096);
    completion_append_words(&text, find("notify"));
    buffer_append_char(&text, '\0');
    assert_string_equal(text.bytes, "never success failure delay");
    buffer_free(&text);
    completion_append_words(&text, find("server"));
    buffer_append_char(&text, '\0');
    assert_non_null(strstr(text.bytes, " gmail "));
    buffer_free(&text);
}

static void each_verb_that_is_built_is_named(void **state)
{
    (void)state;
    struct buffer text = buffer_empty(4096);
    completion_append_verbs(&text, "|");
    buffer_append_char(&text, '\0');
    size_t size = strlen("catch");
    assert_true(text.size >= size && strncmp(text.bytes, "catch", size) == 0);
    for (size_t i = 0; i + 1 < text.size; i += size + 1) {
        char name[64];
        size = strcspn(text.bytes + i, "|");
        snprintf(name, sizeof name, "%.*s", (int)size, text.bytes + i);
        const struct verb *verb = verb_find(name);
        assert_true(verb != NULL && verb->run != NULL);
    }
    buffer_free(&text);
}

static void a_file_without_room_fails_as_a_whole(void **state)
{
    (void)state;
    void (*const appends[])(struct buffer *) = {completion_append_bash, completion_append_zsh,
                                                completion_append_fish, completion_append_list};
    for (size_t i = 0; i < sizeof appends / sizeof *appends; i++) {
        struct buffer small = buffer_empty(64), large = buffer_empty(1024 * 1024);
        appends[i](&small);
        appends[i](&large);
        assert_true(small.failed);
        assert_false(large.failed);
        buffer_free(&small);
        buffer_free(&large);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_kind_of_an_argument_is_known_by_its_name),
        cmocka_unit_test(the_words_of_an_argument_are_told_apart),
        cmocka_unit_test(each_verb_that_is_built_is_named),
        cmocka_unit_test(a_file_without_room_fails_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
