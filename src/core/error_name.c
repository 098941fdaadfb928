/* SPDX-License-Identifier: ISC */
#include <mailer/error.h>

#include <stdbool.h>
#include <stddef.h>

/* Names in the order of the values, with the sign of the classes turned. */
static const char *const class_names[] = {
    "OK",          "USAGE",     "DATA",      "MEMORY",  "SOURCE",   "SYSTEM",
    "RESOLVE",     "CONNECT",   "NETWORK",   "TLS",     "AUTH",     "PROTOCOL",
    "UNSUPPORTED", "TEMPORARY", "PERMANENT", "UNKNOWN", "CANCELLED"};

static const char *const stage_names[] = {"NONE",  "MESSAGE", "RESOLVE", "CONNECT", "GREETING",
                                          "HELLO", "TLS",     "AUTH",    "SENDER",  "RECIPIENT",
                                          "BODY",  "END",     "RESET",   "QUIT"};

const char *mailer_error_class_name(enum mailer_error_class error_class)
{
    const int count = sizeof class_names / sizeof *class_names;
    int value = error_class;
    return value <= 0 && value > -count ? class_names[-value] : "?";
}

const char *mailer_stage_name(enum mailer_stage stage)
{
    bool known = (size_t)stage < sizeof stage_names / sizeof *stage_names;
    return known ? stage_names[stage] : "?";
}
