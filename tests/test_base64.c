/* SPDX-License-Identifier: ISC */
#include "codec/base64.h"
#include "codec/base64_kernels.h"
#include "harness/codec.h"
#include "harness/decode.h"
#include "harness/harness.h"

#include <openssl/evp.h>
#include <sys/mman.h>
#include <unistd.h>

static void fill(uint8_t *bytes, size_t size, uint64_t seed)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)harness_random(&seed);
}

/* What OpenSSL makes of it, broken into lines here. */
static struct codec_output reference(const uint8_t *bytes, size_t size)
{
    unsigned char *text = malloc(size / 3 * 4 + 5);
    struct codec_output output = {malloc(size * 2 + 8), 0};
    assert_non_null(text);
    assert_non_null(output.bytes);
    size_t length = size > 0 ? (size_t)EVP_EncodeBlock(text, bytes, (int)size) : 0;
    for (size_t i = 0; i < length; i += 76) {
        size_t line = length - i < 76 ? length - i : 76;
        memcpy(output.bytes + output.size, text + i, line);
        memcpy(output.bytes + output.size + line, "\r\n", 2);
        output.size += line + 2;
    }
    free(text);
    return output;
}

static void the_vectors_of_rfc_4648_are_encoded(void **state)
{
    (void)state;
    static const struct {
        const char *octets;
        const char *text;
    } cases[] = {{"", ""},
                 {"f", "Zg=="},
                 {"fo", "Zm8="},
                 {"foo", "Zm9v"},
                 {"foob", "Zm9vYg=="},
                 {"fooba", "Zm9vYmE="},
                 {"foobar", "Zm9vYmFy"},
                 {"\xFB\xFF\xBF", "+/+/"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t length = strlen(cases[i].text);
        char *in = harness_exact(cases[i].octets, strlen(cases[i].octets));
        char *out = harness_exact(cases[i].text, length);
        memset(out, '!', length);
        assert_int_equal(mime_base64_encode(out, in, strlen(cases[i].octets)), length);
        assert_memory_equal(out, cases[i].text, length);
        free(in);
        free(out);
    }
}

static void encoding_without_lines_agrees_with_openssl(void **state)
{
    (void)state;
    uint8_t bytes[400];
    unsigned char expected[540];
    fill(bytes, sizeof bytes, 1);
    for (size_t size = 0; size <= sizeof bytes; size++) {
        size_t length = (size + 2) / 3 * 4;
        char *in = harness_exact(bytes, size);
        char *out = malloc(length > 0 ? length : 1);
        assert_non_null(out);
        assert_int_equal(mime_base64_encode(out, in, size), length);
        EVP_EncodeBlock(expected, bytes, (int)size);
        assert_memory_equal(out, expected, length);
        free(in);
        free(out);
    }
}

static void lines_agree_with_openssl_at_all_lengths(void **state)
{
    (void)state;
    uint8_t bytes[400];
    uint8_t decoded[600];
    fill(bytes, sizeof bytes, 2);
    for (size_t size = 0; size <= sizeof bytes; size++) {
        struct codec_output expected = reference(bytes, size);
        struct codec_output got = codec_output_at_once(MIME_CODEC_BASE64, bytes, size);
        codec_assert_same(got, expected);
        assert_int_equal(mime_codec_output_size(MIME_CODEC_BASE64, size), expected.size);
        assert_int_equal(decode_base64(decoded, got.bytes, got.size), size);
        assert_memory_equal(decoded, bytes, size);
        free(got.bytes);
        got = codec_output_in_pieces(MIME_CODEC_BASE64, bytes, size,
                                     (struct codec_pieces){0, 0, size});
        codec_assert_same(got, expected);
        free(got.bytes);
        free(expected.bytes);
    }
}

static void room_for_just_the_rest_is_enough(void **state)
{
    (void)state;
    uint8_t bytes[200];
    fill(bytes, sizeof bytes, 3);
    for (size_t size = 0; size <= sizeof bytes; size++) {
        struct codec_output expected = reference(bytes, size);
        uint8_t *out = malloc(expected.size > 0 ? expected.size : 1);
        assert_non_null(out);
        struct mime_codec codec = mime_codec_start(MIME_CODEC_BASE64);
        struct mime_codec_step step = mime_codec_run(&codec, bytes, size, true, out, expected.size);
        assert_true(codec.finished);
        assert_int_equal(step.consumed, size);
        assert_int_equal(step.produced, expected.size);
        assert_memory_equal(out, expected.bytes, expected.size);
        free(out);
        free(expected.bytes);
    }
}

static void splits_do_not_change_the_lines(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 3, 56, 57, 58, 113, 114, 115, 171, 500, 1000};
    uint8_t bytes[1000];
    fill(bytes, sizeof bytes, 4);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        codec_assert_splits_agree(MIME_CODEC_BASE64, bytes, sizes[i]);
}

static void a_copy_gives_the_same_rest(void **state)
{
    (void)state;
    uint8_t bytes[300];
    fill(bytes, sizeof bytes, 5);
    codec_assert_copies_agree(MIME_CODEC_BASE64, bytes, sizeof bytes);
}

static void the_last_kernel_is_the_portable_one(void **state)
{
    (void)state;
    size_t count = 0;
    while (mime_base64_kernel(count) != NULL)
        count++;
    assert_true(count >= 1);
    assert_string_equal(mime_base64_kernel(count - 1)->name, "portable");
    assert_null(mime_base64_kernel(count + 1));
}

static void each_kernel_agrees_with_openssl(void **state)
{
    (void)state;
    enum { LINES = 40 };
    uint8_t bytes[LINES * MIME_BASE64_LINE_INPUT];
    const struct mime_base64_kernel *kernel;
    for (size_t index = 0; (kernel = mime_base64_kernel(index)) != NULL; index++) {
        for (size_t lines = 0; lines <= LINES; lines++) {
            fill(bytes, sizeof bytes, index * 1000 + lines);
            size_t size = lines * MIME_BASE64_LINE_INPUT;
            struct codec_output expected = reference(bytes, size);
            char *in = harness_exact(bytes, size);
            uint8_t *out = malloc(expected.size > 0 ? expected.size : 1);
            assert_non_null(out);
            kernel->encode_lines(out, (uint8_t *)in, lines);
            assert_memory_equal(out, expected.bytes, expected.size);
            free(in);
            free(out);
            free(expected.bytes);
        }
    }
}

/* All values of 6 bits at all places of a line, so that no column of a kernel's tables is left out.
 */
static void each_kernel_has_every_character_at_every_place(void **state)
{
    (void)state;
    const struct mime_base64_kernel *kernel;
    for (size_t index = 0; (kernel = mime_base64_kernel(index)) != NULL; index++) {
        for (unsigned value = 0; value < 64; value++) {
            uint8_t in[MIME_BASE64_LINE_INPUT];
            uint8_t out[MIME_BASE64_LINE_OUTPUT];
            for (size_t i = 0; i < sizeof in; i += 3) {
                in[i] = (uint8_t)(value << 2 | value >> 4);
                in[i + 1] = (uint8_t)(value << 4 | value >> 2);
                in[i + 2] = (uint8_t)(value << 6 | value);
            }
            kernel->encode_lines(out, in, 1);
            for (size_t i = 0; i < 76; i++)
                assert_int_equal(out[i], mime_base64_alphabet[value]);
            assert_memory_equal(out + 76, "\r\n", 2);
        }
    }
}

/* Two readable pages with one on each side that may not be touched. No sanitizer sees all that
 * vector instructions read; the processor does. */
static uint8_t *guarded_pages(size_t page)
{
    uint8_t *map = mmap(NULL, 4 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(map != MAP_FAILED);
    assert_int_equal(mprotect(map + page, 2 * page, PROT_READ | PROT_WRITE), 0);
    return map + page;
}

static void no_kernel_touches_what_is_beside(void **state)
{
    (void)state;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *in = guarded_pages(page);
    uint8_t *out = guarded_pages(page);
    const struct mime_base64_kernel *kernel;
    for (size_t index = 0; (kernel = mime_base64_kernel(index)) != NULL; index++) {
        for (size_t lines = 0; lines <= 20; lines++) {
            size_t in_size = lines * MIME_BASE64_LINE_INPUT;
            size_t out_size = lines * MIME_BASE64_LINE_OUTPUT;
            memset(out, '!', 2 * page);
            kernel->encode_lines(out, in, lines);
            for (size_t i = out_size; i < 2 * page; i++)
                assert_int_equal(out[i], '!');
            memset(out, '!', 2 * page);
            kernel->encode_lines(out + 2 * page - out_size, in + 2 * page - in_size, lines);
            for (size_t i = 0; i < 2 * page - out_size; i++)
                assert_int_equal(out[i], '!');
        }
    }
    assert_int_equal(munmap(in - page, 4 * page), 0);
    assert_int_equal(munmap(out - page, 4 * page), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_rfc_4648_are_encoded),
        cmocka_unit_test(encoding_without_lines_agrees_with_openssl),
        cmocka_unit_test(lines_agree_with_openssl_at_all_lengths),
        cmocka_unit_test(room_for_just_the_rest_is_enough),
        cmocka_unit_test(splits_do_not_change_the_lines),
        cmocka_unit_test(a_copy_gives_the_same_rest),
        cmocka_unit_test(the_last_kernel_is_the_portable_one),
        cmocka_unit_test(each_kernel_agrees_with_openssl),
        cmocka_unit_test(each_kernel_has_every_character_at_every_place),
        cmocka_unit_test(no_kernel_touches_what_is_beside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
