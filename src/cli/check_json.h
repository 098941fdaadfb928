/* SPDX-License-Identifier: ISC */
/**
 * @file check_json.h
 * What a check has found out, for programs: one line with one object. Its members are ok,
 * exit_code, error, advice, stage, code, enhanced, host, port, address, by_proxy, tls_version,
 * tls_cipher, trust, certificates, offers, used, on_request, not_offered, size_limit, mechanisms,
 * user, mechanism, logged_in and warnings; a text or number that there is none of is null. What
 * will be used is told of a server that would take messages.
 */
#ifndef CLI_CHECK_JSON_H
#define CLI_CHECK_JSON_H

#include "check_words.h"

#include <stdio.h>

void check_json_write(FILE *out, const struct check_outcome *outcome);

#endif
