/* SPDX-License-Identifier: ISC */
/**
 * @file smtp_server.h
 * A server in a thread of the test, on loopback, that does as it is told: by itself it is a good
 * one, and at each moment of the dialogue the test may say something else for it.
 *
 * What it has seen may be read after smtp_server_stop() only.
 */
#ifndef TESTS_SMTP_SERVER_H
#define TESTS_SMTP_SERVER_H

#include "harness/harness.h"

#include "buffer.h"
#include "text.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum smtp_server_moment {
    AT_GREETING = 0,
    AT_EHLO,
    AT_HELO,
    AT_STARTTLS,
    AT_AUTH,
    AT_RESPONSE, /**< a line in answer to a challenge */
    AT_MAIL,
    AT_RCPT,
    AT_DATA,
    AT_BODY, /**< the first line of a body by DATA has come: what is said now is the answer to it */
    AT_END,  /**< the dot, or BDAT LAST with its octets */
    AT_CHUNK,
    AT_RSET,
    AT_QUIT,
    AT_NONSENSE
};

/** What a server says may end in one of these; before them it may be nothing. */
#define THEN_CLOSE "\x04"
#define THEN_RESET "\x18"

struct smtp_server_mail {
    char *recipients; /**< a space behind each */
    struct buffer body;
    size_t connection;
    bool by_chunks;
};

struct smtp_server {
    /* What it is to do; set before smtp_server_start(). */

    const char *capabilities; /**< with bars between, such as "PIPELINING|SIZE 1000" */
    /**
     * What it says: lines with LF between; "" for nothing at all; NULL for what a good server says.
     * A refusal is also done, as is 250 in place of it.
     */
    const char *(*answer)(struct smtp_server *server, enum smtp_server_moment moment,
                          const char *line);
    void *context;
    void (*prelude)(struct smtp_server *server); /**< what comes before the greeting; or NULL */
    bool lmtp;    /**< it speaks LMTP (RFC 2033): AT_END comes for each recipient */
    SSL_CTX *tls; /**< for STARTTLS, or from the start */
    bool implicit;
    int patience;         /**< milliseconds that it waits for more before it answers */
    size_t send_limit;    /**< octets it sends over a connection; then it only reads. 0: none */
    size_t receive_limit; /**< octets it reads from a connection; then it closes. 0: none */
    size_t send_piece;    /**< octets in a segment; 0: all */
    int receive_buffer;   /**< SO_RCVBUF; 0: as the system has it */
    unsigned read_delay;  /**< microseconds before each read */
    unsigned short shown_port; /**< the client takes it for this one; 0: for what it is */

    /* What it has seen. */

    unsigned short port;
    size_t connections;
    size_t turns; /**< how often it answered because nothing more came */
    struct smtp_server_mail *mails;
    size_t mail_count;
    struct buffer heard; /**< commands, a line each, of all connections */
    size_t sent;         /**< octets, over the last connection */
    size_t received;
    size_t bare_line_feeds;
    size_t told; /**< octets sent when the end of the last mail was answered in full */

    /* Its inside. */

    int listener;
    int stop[2];
    pthread_t thread;
    int descriptor;
    SSL *ssl;
    bool over;
    bool mute;
    bool mail_open;
    char *recipients;
    size_t accepted;
    struct buffer body;
    struct buffer out;
    char in[64 * 1024];
    size_t in_size;
    size_t in_taken;
};

static inline void smtp_server_close(struct smtp_server *server, bool reset)
{
    const struct linger linger = {.l_onoff = 1, .l_linger = 0};
    if (reset)
        setsockopt(server->descriptor, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    server->over = true;
}

static inline void smtp_server_send(struct smtp_server *server, const char *bytes, size_t size)
{
    if (server->mute || server->over)
        return;
    if (server->send_limit > 0 && size > server->send_limit - server->sent) {
        size = server->send_limit - server->sent;
        server->mute = true;
    }
    for (size_t at = 0; at < size;) {
        size_t piece = size - at;
        if (server->send_piece > 0 && piece > server->send_piece)
            piece = server->send_piece;
        ssize_t count = server->ssl != NULL
                            ? (ssize_t)SSL_write(server->ssl, bytes + at, (int)piece)
                            : send(server->descriptor, bytes + at, piece, MSG_NOSIGNAL);
        if (count <= 0) {
            server->over = true;
            return;
        }
        at += (size_t)count;
        server->sent += (size_t)count;
    }
    if (server->mute)
        shutdown(server->descriptor, SHUT_WR);
}

static inline void smtp_server_flush(struct smtp_server *server)
{
    smtp_server_send(server, server->out.bytes, server->out.size);
    server->out.size = 0;
}

/* Says something; gives its first digit, or 0 for silence. */
static inline char smtp_server_say(struct smtp_server *server, const char *text)
{
    size_t size = strlen(text);
    char last = size > 0 ? text[size - 1] : '\0';
    bool closes = last == THEN_CLOSE[0] || last == THEN_RESET[0];
    size -= closes;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\n')
            buffer_append_char(&server->out, '\r');
        buffer_append_char(&server->out, text[i]);
    }
    if (size > 0)
        buffer_append(&server->out, "\r\n", 2);
    if (closes) {
        smtp_server_flush(server);
        smtp_server_close(server, last == THEN_RESET[0]);
    }
    return size > 0 ? text[0] : '\0';
}

/* What is said at a moment: what the test wants, or else what is usual. */
static inline char smtp_server_answer(struct smtp_server *server, enum smtp_server_moment moment,
                                      const char *line, const char *usual)
{
    const char *text = server->answer != NULL ? server->answer(server, moment, line) : NULL;
    return smtp_server_say(server, text != NULL ? text : usual);
}

/* Reads more; answers first what was asked. False: there is no more. */
static inline bool smtp_server_fill(struct smtp_server *server)
{
    struct pollfd readable = {.fd = server->descriptor, .events = POLLIN};
    bool buffered = server->ssl != NULL && SSL_pending(server->ssl) > 0;
    if (server->out.size > 0 && !buffered && poll(&readable, 1, server->patience) == 0) {
        server->turns++;
        smtp_server_flush(server);
    }
    size_t room = sizeof server->in;
    if (server->receive_limit > 0 && room > server->receive_limit - server->received)
        room = server->receive_limit - server->received;
    if (room == 0)
        smtp_server_flush(server);
    if (room == 0 || server->over)
        return false;
    usleep(server->read_delay);
    ssize_t count = server->ssl != NULL ? (ssize_t)SSL_read(server->ssl, server->in, (int)room)
                                        : recv(server->descriptor, server->in, room, 0);
    server->in_taken = 0;
    server->in_size = count > 0 ? (size_t)count : 0;
    server->received += server->in_size;
    return count > 0;
}

static inline bool smtp_server_octet(struct smtp_server *server, char *octet)
{
    if (server->over || (server->in_taken == server->in_size && !smtp_server_fill(server)))
        return false;
    *octet = server->in[server->in_taken++];
    return true;
}

/* Reads a line without its CR LF. */
static inline bool smtp_server_line(struct smtp_server *server, struct buffer *line)
{
    line->size = 0;
    char octet;
    while (smtp_server_octet(server, &octet)) {
        if (octet == '\n') {
            server->bare_line_feeds += line->size == 0 || line->bytes[line->size - 1] != '\r';
            line->size -= line->size > 0;
            line->bytes[line->size] = '\0';
            return true;
        }
        buffer_append_char(line, octet);
    }
    return false;
}

static inline void smtp_server_forget(struct smtp_server *server)
{
    server->mail_open = false;
    server->accepted = 0;
    server->recipients[0] = '\0';
    server->body.size = 0;
}

static inline void smtp_server_keep(struct smtp_server *server, bool by_chunks)
{
    server->mails = realloc(server->mails, (server->mail_count + 1) * sizeof *server->mails);
    struct smtp_server_mail *mail = &server->mails[server->mail_count++];
    *mail = (struct smtp_server_mail){.recipients = strdup(server->recipients),
                                      .body = server->body,
                                      .connection = server->connections,
                                      .by_chunks = by_chunks};
    server->body = buffer_empty(SIZE_MAX);
}

/* The same of LMTP: kept for each recipient before a word is said of it. With 421 it is over:
 * nobody behind that one has it (RFC 5321 3.8). */
static inline void smtp_server_end_each(struct smtp_server *server, bool by_chunks)
{
    char *everybody = strdup(server->recipients);
    char *rest = everybody;
    size_t left = server->accepted;
    bool goes_on = true;
    server->recipients[0] = '\0';
    for (char *one; goes_on && left > 0 && (one = strsep(&rest, " ")) != NULL; left--) {
        const char *text = server->answer != NULL ? server->answer(server, AT_END, one) : NULL;
        if (text == NULL || text[0] < '0' || text[0] == '2')
            strcat(strcat(server->recipients, one), " ");
        smtp_server_say(server, text != NULL ? text : "250 2.0.0 taken");
        goes_on = text == NULL || strncmp(text, "421", 3) != 0;
    }
    free(everybody);
    if (server->recipients[0] != '\0')
        smtp_server_keep(server, by_chunks);
    smtp_server_forget(server);
    server->told = server->sent + server->out.size;
}

/* The end has come: the message is kept before a word is said, as a real server does. */
static inline void smtp_server_end(struct smtp_server *server, bool by_chunks)
{
    if (server->lmtp && server->accepted > 0) {
        smtp_server_end_each(server, by_chunks);
        return;
    }
    const char *text = server->answer != NULL ? server->answer(server, AT_END, "") : NULL;
    bool taken = text == NULL || text[0] < '0' || text[0] == '2';
    if (taken && server->accepted > 0)
        smtp_server_keep(server, by_chunks);
    smtp_server_forget(server);
    smtp_server_say(server, text != NULL ? text : "250 2.0.0 taken");
    server->told = server->sent + server->out.size;
}

static inline void smtp_server_data(struct smtp_server *server)
{
    const char *usual = server->accepted > 0 ? "354 go on" : "554 5.5.1 no valid recipients";
    if (smtp_server_answer(server, AT_DATA, "", usual) != '3')
        return;
    struct buffer line = buffer_empty(SIZE_MAX);
    const char *text = NULL;
    bool first = true;
    while (smtp_server_line(server, &line)) {
        if (first && server->answer != NULL)
            text = server->answer(server, AT_BODY, "");
        if (first && text != NULL) {
            smtp_server_say(server, text);
            smtp_server_flush(server);
        }
        first = false;
        if (line.size == 1 && line.bytes[0] == '.') {
            if (text == NULL)
                smtp_server_end(server, false);
            smtp_server_forget(server);
            break;
        }
        size_t dot = line.size > 0 && line.bytes[0] == '.';
        buffer_append(&server->body, line.bytes + dot, line.size - dot);
        buffer_append(&server->body, "\r\n", 2);
    }
    buffer_free(&line);
}

static inline void smtp_server_chunk(struct smtp_server *server, const char *line)
{
    char *end = NULL;
    size_t size = strtoul(line + 5, &end, 10);
    bool last = strcasecmp(end, " LAST") == 0;
    while (size > 0) {
        if (server->over || (server->in_taken == server->in_size && !smtp_server_fill(server)))
            return;
        size_t piece = server->in_size - server->in_taken;
        piece = piece < size ? piece : size;
        buffer_append(&server->body, server->in + server->in_taken, piece);
        server->in_taken += piece;
        size -= piece;
    }
    if (!server->mail_open || server->accepted == 0)
        smtp_server_answer(server, last ? AT_END : AT_CHUNK, line, "503 5.5.1 nobody to get it");
    else if (last)
        smtp_server_end(server, true);
    else if (smtp_server_answer(server, AT_CHUNK, line, "250 octets received") != '2')
        smtp_server_forget(server);
}

static inline void smtp_server_hello(struct smtp_server *server, const char *line)
{
    char text[4096] = "250";
    bool extended = server->capabilities != NULL && server->capabilities[0] != '\0';
    snprintf(text, sizeof text, "250%cserver.test", extended ? '-' : ' ');
    for (const char *at = server->capabilities; extended && *at != '\0';) {
        size_t length = strcspn(at, "|");
        bool more = at[length] == '|';
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "\n250%c%.*s", more ? '-' : ' ', (int)length, at);
        at += length + more;
    }
    smtp_server_forget(server);
    smtp_server_answer(server, AT_EHLO, line, text);
}

static inline void smtp_server_start_tls(struct smtp_server *server)
{
    smtp_server_flush(server);
    server->ssl = SSL_new(server->tls);
    SSL_set_fd(server->ssl, server->descriptor);
    if (SSL_accept(server->ssl) != 1)
        server->over = true;
}

static inline void smtp_server_log_in(struct smtp_server *server, const char *line)
{
    bool login = strncasecmp(line, "AUTH LOGIN", 10) == 0;
    bool initial = strchr(line + 5, ' ') != NULL;
    const char *usual = !login && initial ? "235 2.7.0 in"
                        : initial         ? "334 UGFzc3dvcmQ6"
                        : login           ? "334 VXNlcm5hbWU6"
                                          : "334 ";
    char said = smtp_server_answer(server, AT_AUTH, line, usual);
    struct buffer response = buffer_empty(SIZE_MAX);
    for (int left = login && !initial ? 1 : 0; said == '3'; left--) {
        if (!smtp_server_line(server, &response))
            break;
        buffer_append(&server->heard, response.bytes, response.size);
        buffer_append_char(&server->heard, '\n');
        said = smtp_server_answer(server, AT_RESPONSE, response.bytes,
                                  left > 0 ? "334 UGFzc3dvcmQ6" : "235 2.7.0 in");
    }
    buffer_free(&response);
}

static inline void smtp_server_recipient(struct smtp_server *server, const char *line)
{
    if (smtp_server_answer(server, AT_RCPT, line,
                           server->mail_open ? "250 2.1.5 ok" : "503 5.5.1 MAIL first") != '2' ||
        !server->mail_open)
        return;
    server->accepted++;
    const char *address = strchr(line, '<') + 1;
    size_t used = strlen(server->recipients);
    size_t length = strcspn(address, ">");
    server->recipients = realloc(server->recipients, used + length + 2);
    memcpy(server->recipients + used, address, length);
    memcpy(server->recipients + used + length, " ", 2);
}

static inline void smtp_server_obey(struct smtp_server *server, const char *line)
{
    if (strncasecmp(line, server->lmtp ? "LHLO " : "EHLO ", 5) == 0) {
        smtp_server_hello(server, line);
    } else if (strncasecmp(line, "HELO ", 5) == 0) {
        smtp_server_answer(server, AT_HELO, line, "250 server.test");
    } else if (strcasecmp(line, "STARTTLS") == 0) {
        if (smtp_server_answer(server, AT_STARTTLS, line, "220 go") == '2' && !server->over)
            smtp_server_start_tls(server);
    } else if (strncasecmp(line, "AUTH ", 5) == 0) {
        smtp_server_log_in(server, line);
    } else if (strncasecmp(line, "MAIL FROM:", 10) == 0) {
        const char *usual = server->mail_open ? "503 5.5.1 one at a time" : "250 2.1.0 ok";
        bool taken = smtp_server_answer(server, AT_MAIL, line, usual) == '2';
        server->mail_open = server->mail_open || taken;
    } else if (strncasecmp(line, "RCPT TO:", 8) == 0) {
        smtp_server_recipient(server, line);
    } else if (strcasecmp(line, "DATA") == 0) {
        smtp_server_data(server);
    } else if (strncasecmp(line, "BDAT ", 5) == 0) {
        smtp_server_chunk(server, line);
    } else if (strcasecmp(line, "RSET") == 0) {
        if (smtp_server_answer(server, AT_RSET, line, "250 2.0.0 forgotten") == '2')
            smtp_server_forget(server);
    } else if (strcasecmp(line, "QUIT") == 0) {
        smtp_server_answer(server, AT_QUIT, line, "221 2.0.0 bye" THEN_CLOSE);
    } else {
        smtp_server_answer(server, AT_NONSENSE, line, "500 5.5.2 what?");
    }
}

static inline void smtp_server_serve(struct smtp_server *server)
{
    const int on = 1;
    setsockopt(server->descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    server->connections++;
    server->over = server->mute = false;
    server->sent = server->received = server->told = 0;
    server->in_size = server->in_taken = 0;
    server->out.size = 0;
    smtp_server_forget(server);
    if (server->prelude != NULL)
        server->prelude(server);
    if (server->implicit && !server->over)
        smtp_server_start_tls(server);
    if (!server->over)
        smtp_server_answer(server, AT_GREETING, "", "220 server.test ready");
    struct buffer line = buffer_empty(SIZE_MAX);
    while (smtp_server_line(server, &line)) {
        buffer_append(&server->heard, line.bytes, line.size);
        buffer_append_char(&server->heard, '\n');
        smtp_server_obey(server, line.bytes);
    }
    buffer_free(&line);
    smtp_server_flush(server);
    SSL_free(server->ssl);
    server->ssl = NULL;
    close(server->descriptor);
}

static inline void *smtp_server_run(void *context)
{
    struct smtp_server *server = context;
    for (;;) {
        struct pollfd ready[2] = {{.fd = server->stop[0], .events = POLLIN},
                                  {.fd = server->listener, .events = POLLIN}};
        poll(ready, 2, -1);
        if (ready[1].revents == 0)
            break;
        server->descriptor = accept(server->listener, NULL, NULL);
        if (server->descriptor >= 0)
            smtp_server_serve(server);
    }
    return NULL;
}

/** Starts it; the port is known then. */
static inline void smtp_server_start(struct smtp_server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001)};
    socklen_t length = sizeof address;
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (server->receive_buffer > 0)
        setsockopt(server->listener, SOL_SOCKET, SO_RCVBUF, &server->receive_buffer,
                   sizeof server->receive_buffer);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(server->listener, 16), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &length), 0);
    server->port = ntohs(address.sin_port);
    assert_int_equal(pipe(server->stop), 0);
    server->recipients = calloc(1, 1);
    server->body = server->out = server->heard = buffer_empty(SIZE_MAX);
    assert_int_equal(pthread_create(&server->thread, NULL, smtp_server_run, server), 0);
}

/** Stops it once the last client is gone; what it has seen stays until smtp_server_free(). */
static inline void smtp_server_stop(struct smtp_server *server)
{
    close(server->stop[1]);
    pthread_join(server->thread, NULL);
    close(server->stop[0]);
    close(server->listener);
    buffer_append_char(&server->heard, '\0');
}

static inline void smtp_server_free(struct smtp_server *server)
{
    for (size_t i = 0; i < server->mail_count; i++) {
        free(server->mails[i].recipients);
        buffer_free(&server->mails[i].body);
    }
    free(server->mails);
    free(server->recipients);
    buffer_free(&server->body);
    buffer_free(&server->out);
    buffer_free(&server->heard);
}

/** How often an address got a mail, of how many copies. */
static inline size_t smtp_server_copies(const struct smtp_server *server, const char *address)
{
    size_t copies = 0;
    size_t length = strlen(address);
    for (size_t i = 0; i < server->mail_count; i++) {
        const char *at = server->mails[i].recipients;
        while ((at = strstr(at, address)) != NULL) {
            bool whole = (at == server->mails[i].recipients || at[-1] == ' ') && at[length] == ' ';
            copies += whole;
            at += length;
        }
    }
    return copies;
}

#endif
