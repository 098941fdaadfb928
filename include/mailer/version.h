/* SPDX-License-Identifier: ISC */
/** @file version.h  The version of libmailer and how its symbols are exported. */
#ifndef MAILER_VERSION_H
#define MAILER_VERSION_H

#define MAILER_VERSION_MAJOR 0
#define MAILER_VERSION_MINOR 1
#define MAILER_VERSION_PATCH 0
#define MAILER_VERSION       "0.1.0"

#if defined(__GNUC__)
#define MAILER_API __attribute__((visibility("default")))
#else
#define MAILER_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** The version of the library that is loaded, as "MAJOR.MINOR.PATCH". Static; do not free. */
MAILER_API const char *mailer_version(void);

#ifdef __cplusplus
}
#endif
#endif
