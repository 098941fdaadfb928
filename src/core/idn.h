/* SPDX-License-Identifier: ISC */
/** @file idn.h  Domains of any characters as the DNS has them (IDNA 2008, RFC 5890; UTS 46). */
#ifndef CORE_IDN_H
#define CORE_IDN_H

#include "error.h"

/**
 * Writes a domain with A-labels: "bücher.example" becomes "xn--bcher-kva.example". Characters are
 * mapped as UTS 46 says, non-transitionally: upper case to lower, full-width forms to plain ones,
 * "ß" stays itself. Labels that are A-labels already must be valid ones.
 *
 * A domain of US-ASCII is copied as it is, and libidn2 is not loaded for it. So whether an A-label
 * in such a domain is one is left to the DNS, and its characters to the caller. So is a label that
 * is empty, or of which mapping leaves nothing.
 * @param domain  UTF-8.
 * @param ascii   receives a string for the caller to free, of letters, digits, "-", "_" and "."
 *                when it was converted; NULL after failure.
 * @return 0, MAILER_DATA with a text that says what is wrong with the domain, MAILER_MEMORY, or
 *         MAILER_SYSTEM when there is no libidn2.
 */
int idn_to_ascii(char **ascii, const char *domain, struct mailer_error *error);

#endif
