/* SPDX-License-Identifier: ISC */
/*
 * The least work that can send a mail: no options worth the name, no MIME, no errors but giving up.
 * Not a mailer, but how near one is to what the machine can do.
 *
 *   floor [--ca FILE|DIRECTORY] [--bulk N] [--data yes] PORT TEXT [ATTACHMENT]
 *
 * TEXT alone goes by BDAT, with everything behind EHLO in one write; with ATTACHMENT, in base64, by
 * DATA. With --ca by STARTTLS. The base64 is the project's own, which is as fast as copying.
 * With --bulk the same N times over one connection: TEXT by BDAT, gathered and with many on the
 * way, or with --data by DATA, a round trip each.
 */
#include "codec/base64.h"
#include "codec/base64_kernels.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LINES = 4096, /* 228 KiB of a file, 312 KiB of base64 */
    TEXT_SIZE = 64 * 1024,
    /* Mails are gathered to so many octets, and so many blocks of them are on the way. */
    BLOCK_SIZE = 48 * 1024,
    WINDOW = 16
};

static const char envelope[] = "MAIL FROM:<from@example.org>\r\nRCPT TO:<to@example.org>\r\n";
static const char head[] = "From: <from@example.org>\r\nTo: <to@example.org>\r\nSubject: test\r\n"
                           "MIME-Version: 1.0\r\n"
                           "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n";
static const char part[] = "\r\n--b\r\nContent-Type: application/octet-stream\r\n"
                           "Content-Transfer-Encoding: base64\r\n\r\n";
static const char tail[] = "\r\n--b--\r\n";

static int descriptor;
static SSL *ssl;

static _Noreturn void stop(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static void say(const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t count = ssl != NULL ? SSL_write(ssl, bytes, (int)size)
                                    : send(descriptor, bytes, size, MSG_NOSIGNAL);
        if (count <= 0)
            stop("send");
        bytes += count;
        size -= (size_t)count;
    }
}

/* Waits for so many replies. */
static void hear(int replies)
{
    static char input[8192];
    static size_t size;
    for (;;) {
        char *line = input;
        char *line_end;
        while (replies > 0 &&
               (line_end = memchr(line, '\n', size - (size_t)(line - input))) != NULL) {
            if (line[0] > '3')
                exit(EXIT_FAILURE);
            replies -= line[3] != '-';
            line = line_end + 1;
        }
        size -= (size_t)(line - input);
        memmove(input, line, size);
        if (replies == 0)
            return;
        ssize_t count = ssl != NULL ? SSL_read(ssl, input + size, (int)(sizeof input - size))
                                    : recv(descriptor, input + size, sizeof input - size, 0);
        if (count <= 0)
            stop("recv");
        size += (size_t)count;
    }
}

static void secure(const char *authorities)
{
    SSL_CTX *settings = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(settings, SSL_VERIFY_PEER, NULL);
    struct stat status;
    if (stat(authorities, &status) != 0)
        stop(authorities);
    if ((S_ISDIR(status.st_mode) ? SSL_CTX_load_verify_dir
                                 : SSL_CTX_load_verify_file)(settings, authorities) != 1)
        stop(authorities);
    SSL *made = SSL_new(settings);
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(made), "127.0.0.1");
    SSL_set_fd(made, descriptor);
    if (SSL_connect(made) != 1)
        stop("TLS");
    ssl = made;
}

static void open_connection(const char *port, const char *authorities)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)atoi(port)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int on = 1;
    descriptor = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0)
        stop("connect");
    hear(1);
    say("EHLO c\r\n", 8);
    hear(1);
    if (authorities == NULL)
        return;
    say("STARTTLS\r\n", 10);
    hear(1);
    secure(authorities);
    say("EHLO c\r\n", 8);
    hear(1);
}

/* The text of a file with CR LF, behind the head. */
static size_t read_text(const char *path, char *out)
{
    static char text[TEXT_SIZE / 4];
    int file = open(path, O_RDONLY);
    ssize_t count = read(file, text, sizeof text);
    size_t size = sizeof head - 1;
    memcpy(out, head, size);
    for (ssize_t i = 0; i < count; i++) {
        if (text[i] == '\n')
            out[size++] = '\r';
        out[size++] = text[i];
    }
    close(file);
    return size;
}

static size_t append(char *out, size_t size, const char *text)
{
    size_t length = strlen(text);
    memcpy(out + size, text, length);
    return size + length;
}

static void send_text(char *text, size_t size)
{
    static char out[TEXT_SIZE + 1024];
    size = append(text, size, tail);
    size_t used = append(out, 0, envelope);
    used += (size_t)sprintf(out + used, "BDAT %zu LAST\r\n", size);
    memcpy(out + used, text, size);
    used = append(out, used + size, "QUIT\r\n");
    say(out, used);
    hear(4);
}

static size_t read_lines(int file, uint8_t *octets, size_t size)
{
    size_t got = 0;
    ssize_t count;
    while (got < size && (count = read(file, octets + got, size - got)) > 0)
        got += (size_t)count;
    return got;
}

/* By BDAT; the last block is of the same size, as is what follows from it. */
static void send_many(char *text, size_t size, long count)
{
    static char block[BLOCK_SIZE + TEXT_SIZE];
    size = append(text, size, tail);
    long each = 0;
    size_t used = 0;
    for (; used < BLOCK_SIZE && each < count; each++) {
        used = append(block, used, envelope);
        used += (size_t)sprintf(block + used, "BDAT %zu LAST\r\n", size);
        memcpy(block + used, text, size);
        used += size;
    }
    long blocks = (count + each - 1) / each;
    for (long i = 0; i < blocks + WINDOW; i++) {
        if (i < blocks)
            say(block, used);
        if (i >= WINDOW && i - WINDOW < blocks)
            hear((int)each * 3);
    }
}

/* By DATA: the end of one and the envelope of the next go together. */
static void send_each(char *text, size_t size, long count)
{
    static char out[TEXT_SIZE + 1024];
    size_t used = append(out, append(out, 0, envelope), "DATA\r\n");
    say(out, used);
    hear(3);
    size = append(text, append(text, size, tail), ".\r\n");
    memmove(out + size, out, used);
    memcpy(out, text, size);
    for (long i = 1; i < count; i++) {
        say(out, size + used);
        hear(4);
    }
    say(out, size);
    hear(1);
}

static void send_file(char *text, size_t size, const char *path, bool last)
{
    static uint8_t octets[LINES * MIME_BASE64_LINE_INPUT];
    static char out[LINES * MIME_BASE64_LINE_OUTPUT + 16];
    const struct mime_base64_kernel *kernel = mime_base64_kernel(0);
    say(out, append(out, append(out, 0, envelope), "DATA\r\n"));
    hear(3);
    say(text, append(text, size, part));
    int file = open(path, O_RDONLY);
    size_t got;
    while ((got = read_lines(file, octets, sizeof octets)) > 0) {
        size_t lines = got / MIME_BASE64_LINE_INPUT;
        size_t left = got % MIME_BASE64_LINE_INPUT;
        kernel->encode_lines((uint8_t *)out, octets, lines);
        size = lines * MIME_BASE64_LINE_OUTPUT;
        if (left > 0) {
            size += mime_base64_encode(out + size, octets + got - left, left);
            size = append(out, size, "\r\n");
        }
        say(out, size);
    }
    close(file);
    size = append(out, append(out, 0, tail), ".\r\n");
    say(out, append(out, size, last ? "QUIT\r\n" : ""));
    hear(last ? 2 : 1);
}

int main(int count, char **arguments)
{
    const char *authorities = NULL;
    bool by_data = false;
    long mails = 0;
    for (; count > 3 && arguments[1][0] == '-'; arguments += 2, count -= 2) {
        if (strcmp(arguments[1], "--ca") == 0)
            authorities = arguments[2];
        else if (strcmp(arguments[1], "--bulk") == 0)
            mails = atol(arguments[2]);
        else
            by_data = true;
    }
    if (count < 3)
        return EXIT_FAILURE;
    static char text[TEXT_SIZE];
    open_connection(arguments[1], authorities);
    size_t size = read_text(arguments[2], text);
    if (count > 3) {
        for (long left = mails > 0 ? mails : 1; left > 0; left--)
            send_file(text, size, arguments[3], left == 1);
    } else if (mails == 0) {
        send_text(text, size);
    } else {
        by_data ? send_each(text, size, mails) : send_many(text, size, mails);
        say("QUIT\r\n", 6);
        hear(1);
    }
    return EXIT_SUCCESS;
}
