/* SPDX-License-Identifier: ISC */
/** @file trust.h  Which authorities the environment says to trust, as OpenSSL's programs read it.
 */
#ifndef CLI_TRUST_H
#define CLI_TRUST_H

/**
 * SSL_CERT_DIR, if that is a directory: its hashed names are looked up one by one; else
 * SSL_CERT_FILE, which is read whole.
 * @return a value of the environment, or NULL: the system's own.
 */
const char *trust_from_environment(void);

#endif
