/* SPDX-License-Identifier: ISC */
/**
 * @file container.h
 * What is in files that hold others, by the names in their first octets. Nothing is unpacked.
 */
#ifndef MIME_CONTAINER_H
#define MIME_CONTAINER_H

#include <stddef.h>

/** A zip, by its first entries: the Office formats, EPUB, programs of Java and Android. @return
 * MIME_TYPE_ZIP when they say nothing. Static, as all of these. */
const char *mime_container_zip(const char *bytes, size_t size);

/** An OLE 2 container, by the names of its streams, as far as its directory is within bytes.
 * @return MIME_TYPE_ENCRYPTED for an Office file with a password; MIME_TYPE_OLE when unknown. */
const char *mime_container_ole(const char *bytes, size_t size);

/** A file with "ftyp" (ISO 14496-12), by its brands: pictures (HEIF, AVIF), sound, film. */
const char *mime_container_film(const char *bytes, size_t size);

#endif
