/* SPDX-License-Identifier: ISC */
#include "content/digest.h"
#include "harness/harness.h"

#include <stdio.h>

static struct mime_blob *blob_of(const char *bytes, size_t size)
{
    struct mime_blob *blob;
    assert_int_equal(mime_blob_from_memory(&blob, bytes, size, NULL), 0);
    return blob;
}

static void assert_digest(const char *text, struct mime_blob *blob, const char *expected)
{
    unsigned char hash[MIME_DIGEST_SIZE];
    char digits[2 * MIME_DIGEST_SIZE + 1];
    struct mime_digest digest = mime_digest_start();
    mime_digest_add_text(&digest, text);
    assert_int_equal(mime_digest_add_blob(&digest, blob, NULL), 0);
    assert_int_equal(mime_digest_finish(&digest, hash, NULL), 0);
    for (int i = 0; i < MIME_DIGEST_SIZE; i++)
        snprintf(digits + 2 * i, 3, "%02x", hash[i]);
    assert_string_equal(digits, expected);
    mime_blob_release(blob);
}

/* printf 'a\0\3\0\0\0\0\0\0\0xyz' | sha256sum; printf '\377\0\0\0\0\0\0\0\0' | sha256sum */
static void a_digest_is_the_same_for_ever(void **state)
{
    (void)state;
    assert_digest("a", blob_of("xyz", 3),
                  "b279332c152c40d213540c7f7e1cddcf4660af6b67890f7e9e81f0a59371a529");
    assert_digest(NULL, blob_of("", 0),
                  "706590b13eb1c33d4a62744a4615e95e6841cdec4aeb6479412f0744fe9c57a5");
}

/* head -c 200000 /dev/zero with the size, 0x30d40, in front */
static void a_blob_of_several_reads_counts_whole(void **state)
{
    (void)state;
    char *zeros = calloc(200000, 1);
    struct mime_blob *blob = blob_of(zeros, 200000);
    free(zeros);
    assert_digest("", blob, "a391fcbb6870e8f6b11978d76136ac9e687f88351d5fd9f47b3d7ee009607313");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_digest_is_the_same_for_ever),
        cmocka_unit_test(a_blob_of_several_reads_counts_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
