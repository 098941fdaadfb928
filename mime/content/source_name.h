/* SPDX-License-Identifier: ISC */
/** @file source_name.h  The name of a file or stream, short enough for an error text. */
#ifndef MIME_SOURCE_NAME_H
#define MIME_SOURCE_NAME_H

/** Printable, and short enough that the reason behind it is not cut off. */
struct mime_source_name {
    char text[256];
};

/** Of a long name the end is shown, which tells more than its beginning. */
struct mime_source_name mime_source_name(const char *name);

#endif
