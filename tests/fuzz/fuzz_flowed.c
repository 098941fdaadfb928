/* SPDX-License-Identifier: ISC */
/* A text is flowed at once and in pieces, with the same outcome, which must read back as the text
 * that it was. The first octet says whether spaces are deleted and how the text is cut. */
#include "harness/unflow.h"

#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static struct mime_spool flow(const uint8_t *data, size_t size, bool delete_space, size_t piece)
{
    struct mime_flow flow = mime_flow_start(delete_space);
    struct mime_spool_writer writer = mime_spool_start("it", NULL);
    struct mime_spool spool;
    for (size_t at = 0; at < size; at += piece) {
        size_t step = piece < size - at ? piece : size - at;
        uint8_t *exact = malloc(step);
        require(exact != NULL);
        memcpy(exact, data + at, step);
        require(mime_flow_add(&flow, exact, step, &writer, NULL) == 0);
        free(exact);
    }
    require(mime_flow_finish(&flow, &writer, NULL) == 0);
    require(mime_spool_finish(&writer, &spool, NULL) == 0);
    return spool;
}

static void require_reads_back(const char *text, size_t size, const struct mime_spool *spool,
                               bool delete_space)
{
    struct buffer expected = unflow_expect(text, size);
    struct buffer found = unflow_read(spool->bytes, (size_t)spool->size, delete_space);
    require(expected.size == found.size);
    require(found.size == 0 || memcmp(expected.bytes, found.bytes, found.size) == 0);
    require(unflow_fits(spool->bytes, (size_t)spool->size));
    buffer_free(&expected);
    buffer_free(&found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    bool delete_space = data[0] & 1;
    size_t piece = 1 + data[0] / 2;
    data++;
    size--;
    struct mime_spool whole = flow(data, size, delete_space, size);
    struct mime_spool pieces = flow(data, size, delete_space, piece);
    /* What is longer lies in a file, and is compared by the tests. */
    if (whole.bytes != NULL) {
        require(whole.size == pieces.size);
        require(memcmp(whole.bytes, pieces.bytes, (size_t)whole.size) == 0);
        require_reads_back((const char *)data, size, &whole, delete_space);
    }
    if (whole.descriptor >= 0)
        close(whole.descriptor);
    if (pieces.descriptor >= 0)
        close(pieces.descriptor);
    free(whole.bytes);
    free(pieces.bytes);
    return 0;
}
