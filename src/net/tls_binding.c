/* SPDX-License-Identifier: ISC */
#include "connection_private.h"
#include "tls_private.h"

#include <string.h>

enum { EXPORTER_SIZE = 32 }; /* RFC 9266 2 */

/* The Finished message that came first: the client's, but in a resumed session (RFC 5929 3.1). */
static size_t first_finished(SSL *ssl, unsigned char *bytes, size_t room)
{
    size_t size = SSL_session_reused(ssl) ? SSL_get_peer_finished(ssl, bytes, room)
                                          : SSL_get_finished(ssl, bytes, room);
    return size <= room ? size : 0;
}

struct net_tls_binding net_tls_binding(const struct net_connection *connection)
{
    static const char label[] = "EXPORTER-Channel-Binding";
    struct net_tls_binding binding = {.size = 0};
    if (!net_connection_is_secure(connection))
        return binding;
    SSL *ssl = connection->tls->ssl;
    binding.is_exporter = SSL_version(ssl) >= TLS1_3_VERSION;
    if (binding.is_exporter) {
        const unsigned char nothing = 0;
        bool made = SSL_export_keying_material(ssl, binding.bytes, EXPORTER_SIZE, label,
                                               strlen(label), &nothing, 0, 1) == 1;
        binding.size = made ? EXPORTER_SIZE : 0;
    } else if (SSL_get_extms_support(ssl) == 1) {
        binding.size = first_finished(ssl, binding.bytes, sizeof binding.bytes);
    }
    return binding;
}

bool net_tls_shows_certificate(const struct net_connection *connection)
{
    return net_connection_is_secure(connection) &&
           SSL_get_certificate(connection->tls->ssl) != NULL;
}
