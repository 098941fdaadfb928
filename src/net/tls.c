/* SPDX-License-Identifier: ISC */
#include "tls.h"

#include "connection_private.h"
#include "text.h"
#include "tls_private.h"

#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Records are gathered up to this size before they are given to the system. */
enum { GATHER_SIZE = 128 * 1024, GATHER_LIMIT = 2 * GATHER_SIZE };

/* As many octets are read in one go. OpenSSL does not come back while tickets and changes of keys
 * arrive, and whoever reads has deadlines to keep. */
enum { READ_LIMIT = 64 * 1024 };

static int transport_read(BIO *bio, char *bytes, int room)
{
    struct net_connection *connection = BIO_get_data(bio);
    struct net_tls *tls = connection->tls;
    size_t got = 0;
    BIO_clear_retry_flags(bio);
    if (tls->read_left == 0) {
        tls->below_result = NET_WAITING;
        BIO_set_retry_read(bio);
        return -1;
    }
    if ((size_t)room > tls->read_left)
        room = (int)tls->read_left;
    tls->below_result = tls->below->read(connection, bytes, (size_t)room, &got, &tls->below_error);
    if (tls->below_result == NET_READY) {
        size_t kept = TLS_HEAD_SIZE - tls->head_size;
        kept = got < kept ? got : kept;
        memcpy(tls->head + tls->head_size, bytes, kept);
        tls->head_size += kept;
        tls->read_left -= got;
        return (int)got;
    }
    if (tls->below_result == NET_WAITING)
        BIO_set_retry_read(bio);
    return tls->below_result == NET_CLOSED ? 0 : -1;
}

/* Always takes everything; flush() gives it to the connection below. */
static int transport_write(BIO *bio, const char *bytes, int size)
{
    struct net_connection *connection = BIO_get_data(bio);
    struct net_tls *tls = connection->tls;
    BIO_clear_retry_flags(bio);
    if (!tls->unwritable && !buffer_append(&tls->gathered, bytes, (size_t)size))
        return -1;
    return size;
}

static long transport_control(BIO *bio, int command, long number, void *pointer)
{
    (void)number;
    (void)pointer;
    const struct net_connection *connection = BIO_get_data(bio);
    switch (command) {
    case BIO_CTRL_EOF:
        return connection->tls->below_result == NET_CLOSED;
    case BIO_CTRL_FLUSH:
        return 1;
    default:
        return 0;
    }
}

BIO_METHOD *net_tls_transport_new(void)
{
    BIO_METHOD *transport = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "connection");
    if (transport == NULL || !BIO_meth_set_read(transport, transport_read) ||
        !BIO_meth_set_write(transport, transport_write) ||
        !BIO_meth_set_ctrl(transport, transport_control)) {
        BIO_meth_free(transport);
        return NULL;
    }
    return transport;
}

/* Gives gathered records to the system. After a failure there is only reading. */
static int flush(struct net_connection *connection, struct mailer_error *error)
{
    struct net_tls *tls = connection->tls;
    int result = NET_READY;
    while (tls->flushed < tls->gathered.size && result == NET_READY) {
        size_t taken = 0;
        result = tls->below->write(connection, tls->gathered.bytes + tls->flushed,
                                   tls->gathered.size - tls->flushed, &taken, error);
        tls->flushed += taken;
    }
    if (result == NET_WAITING)
        return result;
    if (result != NET_READY) {
        tls->unwritable = true;
        while (tls->record_count > 0 && tls->records[tls->record_count - 1].end > tls->flushed)
            tls->record_count--;
    }
    tls->gathered.size = 0;
    tls->flushed = 0;
    return result;
}

static int broken(struct net_connection *connection, struct mailer_error *error)
{
    struct net_tls *tls = connection->tls;
    net_tls_forget_session(tls->context);
    if (tls->gathered.failed)
        return error_set_memory(error);
    if (ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED)
        return error_set(error, MAILER_TLS, MAILER_STAGE_TLS,
                         "%s wants to see a client certificate: give one",
                         tls->context->server_name);
    char reason[TLS_REASON_SIZE];
    net_tls_reason(reason);
    return error_set(error, MAILER_TLS, MAILER_STAGE_TLS, "TLS with %s broke off: %s",
                     tls->context->server_name, reason);
}

static int tls_read(struct net_connection *connection, void *bytes, size_t room, size_t *got,
                    struct mailer_error *error)
{
    struct net_tls *tls = connection->tls;
    ERR_clear_error();
    tls->read_left = READ_LIMIT;
    int good = SSL_read_ex(tls->ssl, bytes, room, got);
    int why = good ? SSL_ERROR_NONE : SSL_get_error(tls->ssl, good);
    tls->incomplete = why == SSL_ERROR_WANT_READ;
    /* Reading may have made answers, such as to a change of keys. They wait behind the caller's own
     * records, of which only tls_write() tells what is out. */
    if (tls->record_count == 0)
        flush(connection, NULL);
    if (good)
        return NET_READY;
    if (why == SSL_ERROR_WANT_READ)
        return NET_WAITING;
    if (why == SSL_ERROR_ZERO_RETURN)
        return NET_CLOSED;
    if (tls->below_result == NET_CLOSED) {
        connection->truncated = true;
        return NET_CLOSED;
    }
    return tls->below_result < 0 ? error_pass(error, &tls->below_error) : broken(connection, error);
}

/* Encrypts into gathered records. */
static int encrypt(struct net_connection *connection, const char *bytes, size_t size,
                   struct mailer_error *error)
{
    struct net_tls *tls = connection->tls;
    size_t encrypted = 0;
    ERR_clear_error();
    while (encrypted < size && tls->gathered.size < GATHER_SIZE &&
           tls->record_count < TLS_RECORDS) {
        size_t count = 0;
        int good = SSL_write_ex(tls->ssl, bytes + encrypted, size - encrypted, &count);
        if (!good && SSL_get_error(tls->ssl, good) == SSL_ERROR_WANT_READ)
            return NET_WAITING;
        if (!good)
            return broken(connection, error);
        encrypted += count;
        tls->records[tls->record_count++] = (struct net_tls_record){count, tls->gathered.size};
    }
    return NET_READY;
}

/* The caller's octets in the records that are out: the other end may have read and answered them.
 */
static size_t take_records(struct net_tls *tls)
{
    size_t size = 0;
    size_t out = 0;
    for (; out < tls->record_count; out++) {
        if (tls->gathered.size > 0 && tls->records[out].end > tls->flushed)
            break;
        size += tls->records[out].size;
    }
    tls->record_count -= out;
    memmove(tls->records, tls->records + out, tls->record_count * sizeof *tls->records);
    return size;
}

static int tls_write(struct net_connection *connection, const void *bytes, size_t size,
                     size_t *taken, struct mailer_error *error)
{
    struct net_tls *tls = connection->tls;
    if (tls->unwritable)
        return NET_CLOSED;
    struct mailer_error cause = MAILER_ERROR_INIT;
    int result = NET_READY;
    if (tls->record_count == 0)
        result = encrypt(connection, bytes, size, error);
    if (result < 0) {
        tls->record_count = 0;
        tls->unwritable = true;
        return result;
    }
    result = flush(connection, &cause);
    /* What has gone out before a failure counts; the failure comes back with the next call. */
    *taken = take_records(tls);
    if (*taken > 0)
        return NET_READY;
    if (result < 0)
        return error_pass(error, &cause);
    return result == NET_CLOSED ? NET_CLOSED : NET_WAITING;
}

static void tls_wants(const struct net_connection *connection, bool writing, struct net_wait *wait)
{
    const struct net_tls *tls = connection->tls;
    tls->below->wants(connection, writing || tls->gathered.size > 0, wait);
}

static bool tls_has_input(const struct net_connection *connection)
{
    const struct net_tls *tls = connection->tls;
    return SSL_has_pending(tls->ssl) && !tls->incomplete;
}

static bool tls_is_secure(const struct net_connection *connection)
{
    const SSL *ssl = connection->tls->ssl;
    /* Where there is no certificate, its check has succeeded too. */
    bool is_good =
        SSL_get0_peer_certificate(ssl) != NULL && SSL_get_verify_result(ssl) == X509_V_OK;
    return SSL_is_init_finished(ssl) && (is_good || SSL_get_verify_mode(ssl) == SSL_VERIFY_NONE);
}

static void tls_rest(struct net_connection *connection)
{
    struct net_tls *tls = connection->tls;
    if (tls->gathered.size == 0 && !tls->gathered.failed)
        buffer_free(&tls->gathered);
}

static void tls_close(struct net_connection *connection)
{
    struct net_tls *tls = connection->tls;
    if (SSL_is_init_finished(tls->ssl) && !tls->unwritable) {
        SSL_shutdown(tls->ssl);
        flush(connection, NULL);
        ERR_clear_error();
    }
    SSL_free(tls->ssl);
    buffer_free(&tls->gathered);
    tls->below->close(connection);
    free(tls);
}

static const struct net_connection_methods tls_methods = {
    .read = tls_read,
    .write = tls_write,
    .wants = tls_wants,
    .has_input = tls_has_input,
    .is_secure = tls_is_secure,
    .rest = tls_rest,
    .close = tls_close,
};

/* RFC 8446 C.4: a ticket of TLS 1.3 is used once, so that connections cannot be linked by it. */
static void resume(struct net_tls_context *context, SSL *ssl)
{
    if (context->session == NULL)
        return;
    SSL_set_session(ssl, context->session);
    if (SSL_SESSION_get_protocol_version(context->session) >= TLS1_3_VERSION)
        net_tls_forget_session(context);
}

int net_tls_start(struct net_connection *connection, struct net_tls_context *context,
                  struct mailer_error *error)
{
    ERR_clear_error();
    struct net_tls *tls = calloc(1, sizeof *tls);
    SSL *ssl = SSL_new(context->settings);
    BIO *bio = BIO_new(context->transport);
    if (tls == NULL || ssl == NULL || bio == NULL ||
        (!context->is_address && !SSL_set_tlsext_host_name(ssl, context->server_name))) {
        free(tls);
        SSL_free(ssl);
        BIO_free(bio);
        return error_set_memory(error);
    }
    resume(context, ssl);
    BIO_set_data(bio, connection);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_app_data(ssl, tls);
    SSL_set_connect_state(ssl);
    *tls = (struct net_tls){.context = context,
                            .below = connection->methods,
                            .ssl = ssl,
                            .gathered = buffer_empty(GATHER_LIMIT)};
    connection->tls = tls;
    connection->methods = &tls_methods;
    return 0;
}

/* The first octet of a record of the handshake, or of an alert (RFC 8446 5.1). */
static bool speaks_tls(const struct net_tls *tls)
{
    return tls->head_size == 0 || tls->head[0] == SSL3_RT_HANDSHAKE ||
           tls->head[0] == SSL3_RT_ALERT;
}

static int speaks_something_else(const struct net_tls *tls, struct mailer_error *error)
{
    size_t size = 0;
    while (size < tls->head_size && tls->head[size] != '\r' && tls->head[size] != '\n')
        size++;
    char words[TLS_HEAD_SIZE * 4 + 1];
    text_printable(words, sizeof words, tls->head, size);
    return error_set(
        error, MAILER_TLS, MAILER_STAGE_TLS,
        "%s does not speak TLS on this port, it said \"%s\": is it a port for STARTTLS?",
        tls->context->server_name, words);
}

static int handshake_failed(struct net_connection *connection, struct mailer_error *error)
{
    struct net_tls *tls = connection->tls;
    const char *name = tls->context->server_name;
    net_tls_forget_session(tls->context);
    if (tls->gathered.failed)
        return error_set_memory(error);
    if (tls->certificate_problem[0] != '\0')
        return error_set(error, MAILER_TLS, MAILER_STAGE_TLS, "%s", tls->certificate_problem);
    if (!speaks_tls(tls))
        return speaks_something_else(tls, error);
    if (tls->below_result == NET_CLOSED)
        return error_set(error, MAILER_NETWORK, MAILER_STAGE_TLS,
                         "%s closed the connection in the TLS handshake", name);
    if (tls->below_result < 0) {
        tls->below_error.stage = MAILER_STAGE_TLS;
        return error_pass(error, &tls->below_error);
    }
    int code = ERR_GET_REASON(ERR_peek_last_error());
    if (code == SSL_R_UNSUPPORTED_PROTOCOL || code == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION)
        return error_set(
            error, MAILER_TLS, MAILER_STAGE_TLS, "%s offers no TLS %s: it must be updated", name,
            SSL_get_min_proto_version(tls->ssl) == TLS1_3_VERSION ? "1.3" : "1.2 or newer");
    char reason[TLS_REASON_SIZE];
    net_tls_reason(reason);
    return error_set(error, MAILER_TLS, MAILER_STAGE_TLS, "the TLS handshake with %s failed: %s",
                     name, reason);
}

int net_tls_handshake(struct net_connection *connection, struct mailer_error *error)
{
    struct net_tls *tls = connection->tls;
    ERR_clear_error();
    tls->read_left = READ_LIMIT;
    int good = SSL_connect(tls->ssl);
    int why = good == 1 ? SSL_ERROR_NONE : SSL_get_error(tls->ssl, good);
    /* Whether the other end is gone is told by reading: it may have left an alert. */
    int flushed = flush(connection, NULL);
    if (good == 1)
        return flushed == NET_WAITING ? NET_WAITING : NET_READY;
    return why == SSL_ERROR_WANT_READ ? NET_WAITING : handshake_failed(connection, error);
}

void net_tls_describe(const struct net_connection *connection, char text[static 96])
{
    text[0] = '\0';
    if (connection->tls != NULL)
        snprintf(text, 96, "%s %s%s", SSL_get_version(connection->tls->ssl),
                 SSL_get_cipher_name(connection->tls->ssl),
                 SSL_session_reused(connection->tls->ssl) ? ", resumed" : "");
}
