/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "random.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Takes the place of the C library's, to fail when told to. */
static bool fails;

int getentropy(void *bytes, size_t size)
{
    if (fails) {
        errno = ENOSYS;
        return -1;
    }
    return syscall(SYS_getrandom, bytes, size, 0) == (long)size ? 0 : -1;
}

static void texts_are_of_small_letters_and_digits_and_differ(void **state)
{
    (void)state;
    char before[RANDOM_TEXT_SIZE] = "";
    size_t seen[256] = {0};
    for (size_t round = 0; round < 1000; round++) {
        char text[RANDOM_TEXT_SIZE];
        assert_int_equal(random_text(text, NULL), 0);
        assert_int_equal(strlen(text), RANDOM_TEXT_SIZE - 1);
        assert_int_equal(strspn(text, "0123456789abcdefghijklmnopqrstuv"), RANDOM_TEXT_SIZE - 1);
        assert_string_not_equal(text, before);
        memcpy(before, text, sizeof before);
        for (size_t i = 0; text[i] != '\0'; i++)
            seen[(unsigned char)text[i]]++;
    }
    /* 26,000 in 32 kinds: about 812 each; 600 is more than seven deviations below that. */
    for (const char *c = "0123456789abcdefghijklmnopqrstuv"; *c != '\0'; c++)
        assert_in_range(seen[(unsigned char)*c], 600, 1030);
}

static void a_child_says_nothing_that_its_parent_says(void **state)
{
    (void)state;
    enum { TEXTS = 30 };
    char texts[TEXTS][RANDOM_TEXT_SIZE];
    char others[TEXTS][RANDOM_TEXT_SIZE];
    int ends[2];
    assert_int_equal(random_text(texts[0], NULL), 0);
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    char(*own)[RANDOM_TEXT_SIZE] = child == 0 ? others : texts;
    for (size_t i = 0; i < TEXTS; i++)
        assert_int_equal(random_text(own[i], NULL), 0);
    if (child == 0)
        _exit(write(ends[1], others, sizeof others) != sizeof others);
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(read(ends[0], others, sizeof others), sizeof others);
    close(ends[0]);
    close(ends[1]);
    for (size_t i = 0; i < TEXTS; i++)
        for (size_t k = 0; k < TEXTS; k++)
            assert_string_not_equal(texts[i], others[k]);
}

static void without_entropy_it_fails(void **state)
{
    (void)state;
    char text[RANDOM_TEXT_SIZE];
    struct mailer_error error = MAILER_ERROR_INIT;
    fails = true;
    /* Some may be had without asking the system. */
    int result = 0;
    for (size_t round = 0; round < 1000 && result == 0; round++)
        result = random_text(text, &error);
    fails = false;
    assert_int_equal(result, MAILER_SYSTEM);
    assert_int_equal(error.system_code, ENOSYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_of_small_letters_and_digits_and_differ),
        cmocka_unit_test(a_child_says_nothing_that_its_parent_says),
        cmocka_unit_test(without_entropy_it_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
