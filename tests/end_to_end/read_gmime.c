/* SPDX-License-Identifier: ISC */
/*
 * Reads messages with GMime for test_read_back.py: on standard input, for each, a line with its
 * size in octets and then the message; on standard output a line of JSON with all that was found in
 * it. Texts are in hexadecimal digits, octets by their SHA-256.
 */
#include <gmime/gmime.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void stop(const char *why)
{
    fprintf(stderr, "read_gmime: %s\n", why);
    exit(1);
}

static void put_hexadecimal(const char *key, const char *string)
{
    printf(",\"%s\":", key);
    if (string == NULL) {
        fputs("null", stdout);
        return;
    }
    putchar('"');
    for (; *string != '\0'; string++)
        printf("%02x", (unsigned)(unsigned char)*string);
    putchar('"');
}

/* People, and those in groups, behind the first so many. @return how many there are then. */
static size_t put_list(InternetAddressList *list, size_t count)
{
    for (int i = 0; i < internet_address_list_length(list); i++) {
        InternetAddress *address = internet_address_list_get_address(list, i);
        if (!INTERNET_ADDRESS_IS_MAILBOX(address)) {
            InternetAddressGroup *group = INTERNET_ADDRESS_GROUP(address);
            count = put_list(internet_address_group_get_members(group), count);
            continue;
        }
        InternetAddressMailbox *mailbox = INTERNET_ADDRESS_MAILBOX(address);
        printf("%s{\"number\":%zu", count > 0 ? "," : "", count);
        put_hexadecimal("name", internet_address_get_name(address));
        put_hexadecimal("address", internet_address_mailbox_get_idn_addr(mailbox));
        putchar('}');
        count++;
    }
    return count;
}

static void put_people(const char *key, GMimeMessage *message, GMimeAddressType kind)
{
    printf(",\"%s\":[", key);
    put_list(g_mime_message_get_addresses(message, kind), 0);
    putchar(']');
}

/* The decoded octets: their size and their sum, and those of text for reading. */
static void put_content(GMimePart *part)
{
    GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));
    GMimeStream *stream = g_mime_stream_mem_new();
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    if (content != NULL && g_mime_data_wrapper_write_to_stream(content, stream) < 0)
        stop("cannot decode a part");
    GByteArray *octets = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, octets->data, octets->len);
    printf(",\"size\":%u,\"sha256\":\"%s\"", octets->len, sum);
    g_free(sum);
    if (g_mime_content_type_is_type(type, "text", "plain") ||
        g_mime_content_type_is_type(type, "text", "html")) {
        fputs(",\"octets\":\"", stdout);
        for (guint i = 0; i < octets->len; i++)
            printf("%02x", octets->data[i]);
        putchar('"');
    }
    g_object_unref(stream);
}

static void put_message(GMimeMessage *message);

static void put_part(GMimeObject *object)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);
    char *type_name = g_mime_content_type_get_mime_type(type);
    GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(object);
    printf("{\"type\":\"%s\"", type_name);
    g_free(type_name);
    put_hexadecimal("charset", g_mime_content_type_get_parameter(type, "charset"));
    put_hexadecimal("delsp", g_mime_content_type_get_parameter(type, "delsp"));
    put_hexadecimal("type_name", g_mime_content_type_get_parameter(type, "name"));
    put_hexadecimal("id", g_mime_object_get_content_id(object));
    put_hexadecimal("disposition", disposition == NULL
                                       ? NULL
                                       : g_mime_content_disposition_get_disposition(disposition));
    put_hexadecimal("name", disposition == NULL ? NULL
                                                : g_mime_content_disposition_get_parameter(
                                                      disposition, "filename"));
    if (GMIME_IS_PART(object)) {
        put_content(GMIME_PART(object));
    } else if (GMIME_IS_MULTIPART(object)) {
        GMimeMultipart *multipart = GMIME_MULTIPART(object);
        fputs(",\"parts\":[", stdout);
        for (int i = 0; i < g_mime_multipart_get_count(multipart); i++) {
            if (i > 0)
                putchar(',');
            put_part(g_mime_multipart_get_part(multipart, i));
        }
        putchar(']');
    } else if (GMIME_IS_MESSAGE_PART(object)) {
        fputs(",\"message\":", stdout);
        put_message(g_mime_message_part_get_message(GMIME_MESSAGE_PART(object)));
    }
    putchar('}');
}

static void put_message(GMimeMessage *message)
{
    fputs("{\"reader\":\"GMime\"", stdout);
    put_hexadecimal("subject", g_mime_message_get_subject(message));
    put_people("from", message, GMIME_ADDRESS_TYPE_FROM);
    put_people("to", message, GMIME_ADDRESS_TYPE_TO);
    put_people("cc", message, GMIME_ADDRESS_TYPE_CC);
    fputs(",\"root\":", stdout);
    put_part(g_mime_message_get_mime_part(message));
    putchar('}');
}

static void read_message(const char *octets, size_t size)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(octets, size);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    if (message == NULL)
        stop("GMime finds no message");
    put_message(message);
    putchar('\n');
    fflush(stdout);
    g_object_unref(message);
    g_object_unref(parser);
    g_object_unref(stream);
}

int main(void)
{
    char line[32];
    g_mime_init();
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t size = strtoul(line, NULL, 10);
        char *octets = g_malloc(size + 1);
        if (fread(octets, 1, size, stdin) != size)
            stop("the input ends within a message");
        read_message(octets, size);
        g_free(octets);
    }
    g_mime_shutdown();
    return 0;
}
