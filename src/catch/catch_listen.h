/* SPDX-License-Identifier: ISC */
/** @file catch_listen.h  A socket that listens. */
#ifndef CATCH_CATCH_LISTEN_H
#define CATCH_CATCH_LISTEN_H

#include <mailer/error.h>

enum { CATCH_ADDRESS_SIZE = 80 };

/**
 * Listens, without blocking.
 * @param address  "127.0.0.1:1025", "[::1]:1025", or ":1025" for 127.0.0.1. Port 0: a free one.
 * @param shown    receives the address with the port that was taken, printable.
 * @return the descriptor, or a negative error class.
 */
int catch_listen(const char *address, char shown[static CATCH_ADDRESS_SIZE],
                 struct mailer_error *error);

/** Makes a descriptor nonblocking, and keeps it from other programs. */
int catch_prepare_descriptor(int descriptor);

#endif
