/* SPDX-License-Identifier: ISC */
#include "buffer.h"
#include "resolve.h"
#include "tls_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CIPHERS_LIMIT = 16 * 1024 };

/* Whether a directory has an entry such as "0a1b2c3d.0", as X509_LOOKUP_hash_dir(3) looks for. */
static bool has_hashed_names(const char *directory)
{
    DIR *opened = opendir(directory);
    if (opened == NULL)
        return false;
    bool found = false;
    for (struct dirent *entry; !found && (entry = readdir(opened)) != NULL;)
        found = strspn(entry->d_name, "0123456789abcdef") == 8 && entry->d_name[8] == '.' &&
                strspn(entry->d_name + 9, "0123456789") > 0;
    closedir(opened);
    return found;
}

static int trust_file(SSL_CTX *settings, const char *file, struct mailer_error *error)
{
    if (SSL_CTX_load_verify_file(settings, file))
        return 0;
    int opened = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (opened < 0)
        return error_set_system(error, MAILER_TLS, MAILER_STAGE_TLS, errno,
                                "cannot read certificates of authorities from %s", file);
    close(opened);
    char reason[TLS_REASON_SIZE];
    net_tls_reason(reason);
    return error_set(error, MAILER_TLS, MAILER_STAGE_TLS,
                     "cannot read certificates of authorities from %s: %s", file, reason);
}

static int trust_directory(SSL_CTX *settings, const char *directory, struct mailer_error *error)
{
    if (!has_hashed_names(directory))
        return error_set(error, MAILER_TLS, MAILER_STAGE_TLS,
                         "the directory %s has no certificates under hashed names: run openssl "
                         "rehash on it",
                         directory);
    return SSL_CTX_load_verify_dir(settings, directory) ? 0 : error_set_memory(error);
}

static int trust(SSL_CTX *settings, const char *ca_file, struct mailer_error *error)
{
    if (ca_file != NULL) {
        /* Whatever the user names is trusted, also an authority below another one. */
        X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(settings), X509_V_FLAG_PARTIAL_CHAIN);
        struct stat status;
        bool is_directory = stat(ca_file, &status) == 0 && S_ISDIR(status.st_mode);
        return is_directory ? trust_directory(settings, ca_file, error)
                            : trust_file(settings, ca_file, error);
    }
    if (has_hashed_names(X509_get_default_cert_dir()))
        return trust_directory(settings, X509_get_default_cert_dir(), error);
    return trust_file(settings, X509_get_default_cert_file(), error);
}

/* Makes the certificate be checked against the name, by RFC 9525. */
static bool demand_name(const struct net_tls_context *context)
{
    X509_VERIFY_PARAM *checks = SSL_CTX_get0_param(context->settings);
    X509_VERIFY_PARAM_set_hostflags(checks, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
                                                X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (!X509_VERIFY_PARAM_set_purpose(checks, X509_PURPOSE_SSL_SERVER))
        return false;
    if (!context->is_address)
        return X509_VERIFY_PARAM_set1_host(checks, context->server_name, 0);
    /* A scope is this machine's own, no certificate has it. */
    size_t length = strcspn(context->server_name, "%");
    char *address = strndup(context->server_name, length);
    bool good = address != NULL && X509_VERIFY_PARAM_set1_ip_asc(checks, address);
    free(address);
    return good;
}

/*
 * As SSL_CTX_sess_set_new_cb() has it; 0 says that it is not ours. Ours is a copy: OpenSSL spoils
 * its own when a server hangs up without close_notify, which is no reason not to resume (RFC 8446
 * 6.1).
 */
static int keep_session(SSL *ssl, SSL_SESSION *session)
{
    struct net_tls_context *context = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    SSL_SESSION_free(context->session);
    context->session = SSL_SESSION_dup(session);
    return 0;
}

void net_tls_forget_session(struct net_tls_context *context)
{
    SSL_SESSION_free(context->session);
    context->session = NULL;
}

static bool set_up(struct net_tls_context *context, const char *server_name)
{
    context->server_name = strdup(server_name);
    if (context->server_name == NULL)
        return false;
    size_t length = strlen(context->server_name);
    if (length > 1 && context->server_name[length - 1] == '.')
        context->server_name[length - 1] = '\0';
    context->is_address = net_host_is_address(context->server_name);
    context->transport = net_tls_transport_new();
    context->settings = SSL_CTX_new(TLS_client_method());
    if (context->transport == NULL || context->settings == NULL)
        return false;
    /* The system's policy may ask for more, never for less. */
    if (SSL_CTX_get_min_proto_version(context->settings) < TLS1_2_VERSION &&
        !SSL_CTX_set_min_proto_version(context->settings, TLS1_2_VERSION))
        return false;
    SSL_CTX_set_options(context->settings, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(context->settings, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                            SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                            SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context->settings, 1);
    SSL_CTX_set_app_data(context->settings, context);
    SSL_CTX_set_session_cache_mode(context->settings,
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context->settings, keep_session);
    return true;
}

/* OpenSSL passes over suites of TLS 1.3 that it does not know. */
static bool has_suite_of_1_3(const SSL_CTX *settings)
{
    const STACK_OF(SSL_CIPHER) *ciphers = SSL_CTX_get_ciphers(settings);
    for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); i++)
        if (strcmp(SSL_CIPHER_get_version(sk_SSL_CIPHER_value(ciphers, i)), "TLSv1.3") == 0)
            return true;
    return false;
}

/* Those of TLS 1.3 have a list of their own at OpenSSL. */
static int set_ciphers(SSL_CTX *settings, const char *ciphers, struct mailer_error *error)
{
    static const char without[] = ":!aNULL:!eNULL";
    struct buffer lists[2] = {buffer_empty(CIPHERS_LIMIT), buffer_empty(CIPHERS_LIMIT)};
    for (const char *at = ciphers; *at != '\0';) {
        size_t length = strcspn(at, ":");
        struct buffer *list = &lists[strncmp(at, "TLS_", 4) == 0];
        if (list->size > 0)
            buffer_append_char(list, ':');
        buffer_append(list, at, length);
        at += length + (at[length] == ':');
    }
    bool good = lists[0].size + lists[1].size > 0;
    /* A cipher without a certificate passes by all checks, so ALL must not bring one in. */
    if (lists[0].size > 0)
        buffer_append(&lists[0], without, strlen(without));
    buffer_append_char(&lists[0], '\0');
    buffer_append_char(&lists[1], '\0');
    good = good && !lists[0].failed && !lists[1].failed;
    if (good && lists[0].size > 1)
        good = SSL_CTX_set_cipher_list(settings, lists[0].bytes);
    if (good && lists[1].size > 1)
        good = SSL_CTX_set_ciphersuites(settings, lists[1].bytes) && has_suite_of_1_3(settings);
    buffer_free(&lists[0]);
    buffer_free(&lists[1]);
    return good ? 0
                : error_set(error, MAILER_USAGE, MAILER_STAGE_TLS,
                            "the list of ciphers \"%.200s\" has none that this machine knows: "
                            "see openssl ciphers",
                            ciphers);
}

static int demand_pins(struct net_tls_context *context, const struct net_tls_options *options,
                       struct mailer_error *error)
{
    context->only_pins = !options->verify || options->ca_file == NULL;
    SSL_CTX_set_verify(context->settings, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(context->settings, net_tls_verify_pins, context);
    return net_tls_pins_read(&context->pins, options->pins, options->pin_count, error);
}

static int demand_certificate(struct net_tls_context *context,
                              const struct net_tls_options *options, struct mailer_error *error)
{
    if (context->only_pins)
        return 0;
    SSL_CTX_set_verify(context->settings, SSL_VERIFY_PEER, net_tls_verified);
    return demand_name(context) ? trust(context->settings, options->ca_file, error)
                                : error_set_memory(error);
}

int net_tls_context_new(struct net_tls_context **context, const struct net_tls_options *options,
                        struct mailer_error *error)
{
    int result = 0;
    *context = NULL;
    ERR_clear_error();
    /* OpenSSL takes an empty name for none to check. */
    if (options->server_name[strspn(options->server_name, ".")] == '\0')
        return error_set(error, MAILER_TLS, MAILER_STAGE_TLS,
                         "the server has no name to check its certificate against");
    struct net_tls_context *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set_memory(error);
    if (!set_up(made, options->server_name)) {
        /* Besides no memory, a system's settings for OpenSSL that are broken. */
        char reason[TLS_REASON_SIZE];
        net_tls_reason(reason);
        result = error_set(error, made->server_name == NULL ? MAILER_MEMORY : MAILER_TLS,
                           MAILER_STAGE_TLS, "cannot set up TLS: %s", reason);
        goto out;
    }
    if (options->only_1_3)
        SSL_CTX_set_min_proto_version(made->settings, TLS1_3_VERSION);
    if (options->ciphers != NULL)
        result = set_ciphers(made->settings, options->ciphers, error);
    if (result == 0 && options->pin_count > 0)
        result = demand_pins(made, options, error);
    if (result == 0 && options->verify)
        result = demand_certificate(made, options, error);
    if (result == 0 && options->identity != NULL)
        result = net_tls_identity_use(made->settings, options->identity, error);

out:
    ERR_clear_error();
    if (result != 0) {
        net_tls_context_free(made);
        return result;
    }
    *context = made;
    return 0;
}

void net_tls_context_free(struct net_tls_context *context)
{
    if (context == NULL)
        return;
    SSL_SESSION_free(context->session);
    SSL_CTX_free(context->settings);
    BIO_meth_free(context->transport);
    net_tls_pins_free(&context->pins);
    free(context->server_name);
    free(context);
}
