/* SPDX-License-Identifier: ISC */
/** @file options.h  The options of sending: the table, and what it fills. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "configuration/configuration.h"
#include "option/option.h"
#include "password/secret.h"

/** An -a or -I with the options that stood before it. NULL: not given. */
struct attachment_option {
    const char *argument;
    bool is_picture; /**< -I */
    const char *type;
    const char *name;
    const char *content_id;
    char *note; /**< what the text says in its place; NULL: it is attached. Owned */
};

/** The choices of --tls, --tls-verify and --wire, in the order of the table's words. */
enum { TLS_NOT_GIVEN, TLS_REQUIRED, TLS_IMPLICIT, TLS_OPPORTUNISTIC, TLS_OFF };
enum { VERIFY_NOT_GIVEN, VERIFY_YES, VERIFY_NO };
enum { MINIMUM_NOT_GIVEN, MINIMUM_1_2, MINIMUM_1_3 };
enum { WIRE_NOT_GIVEN, WIRE_7BIT, WIRE_8BIT, WIRE_BINARY };

enum { RETURN_NOT_GIVEN, RETURN_FULL, RETURN_HEADERS };
enum { PRIORITY_NOT_GIVEN, PRIORITY_HIGH, PRIORITY_NORMAL, PRIORITY_LOW };

enum { MISSING_NOT_GIVEN, MISSING_FAIL, MISSING_NOTE };

/** Groups of options that exclude each other. */
enum { GROUP_NONE, GROUP_PASSWORD, GROUP_KEY_PASSWORD, GROUP_FAMILY };

struct send_options {
    struct option_state state;

    const char *subject;
    const char *from;
    const char *envelope_sender;
    const char *full_name;
    const char *domain;
    const char *text_file;
    const char *typed_text; /**< the text itself, which somebody has typed */
    size_t typed_size;
    bool use_editor;
    const char *html_file;
    const char *input_type;
    struct text_list to;
    struct text_list cc;
    struct text_list bcc;
    struct text_list reply_to;
    struct text_list headers;
    const char *notify;
    unsigned returned;
    const char *envelope_id;
    bool require_tls_everywhere;
    const char *hold_until;
    const char *deliver_by;
    int mt_priority;
    const char *submitter;
    const char *charset;
    bool flowed;
    const char *calendar_file;
    const char *report_type;
    const char *in_reply_to;
    const char *references;
    const char *thread;
    unsigned priority;
    struct text_list unsubscribe;
    bool read_recipients; /**< -t */
    const char *message_file;
    struct attachment_option *attachments;
    size_t attachment_count;
    struct attachment_option next_attachment; /**< of the -a or -I that is still to come */
    bool archive;
    unsigned on_missing_attachment;

    const char *account;
    const char *config_file;
    bool skip_system_file;
    struct text_list settings;          /**< -S */
    struct configuration configuration; /**< lends its values to the options */

    struct text_list servers;
    struct text_list server_urls; /**< of them all, ended by NULL; made by server_settings() */
    char *sender_address;         /**< the user, where the server was found by it; owned */
    unsigned tls;
    unsigned tls_verify;
    const char *ca_file;
    struct text_list tls_pins;
    unsigned tls_minimum;
    const char *tls_ciphers;
    const char *client_cert;
    const char *client_key;
    const char *client_key_password_file;
    const char *client_key_password_command;
    const char *user;
    const char *auth;
    const char *password_file;
    int password_descriptor; /**< -1: none */
    const char *password_command;
    struct secret password;
    bool allow_clear_password;
    const char *hello_name;
    struct secret proxy; /**< its URL may hold a password */
    const char *source;
    bool ipv4_only;
    bool ipv6_only;
    int timeout_seconds; /**< 0: the library's */

    unsigned verbose;
    bool skip_empty;
    const char *only_if_changed;
    bool dry_run;
    bool check; /**< --check */
    bool json;
    bool progress;
    const char *log_file;
    unsigned wire;
    bool version;
    bool help;
};

/** All options of sending. */
extern const struct option_set send_option_set;

/** Those of them that `mailer check` has too. */
extern const struct option_set check_option_set;

/** Nothing given. */
struct send_options send_options_empty(void);

/**
 * Reads the command line, then for what it does not give the environment, then the configuration.
 * @return 0, or the exit code of the problem.
 */
int send_options_read(struct send_options *options, int count, char **arguments,
                      struct problem *problem);

/** The same for `mailer check`, whose only other word is the URL of a server. */
int check_options_read(struct send_options *options, int count, char **arguments,
                       struct problem *problem);

/** Whether an existing message is to be sent: -t, --eml. */
bool send_options_have_message(const struct send_options *options);

/** Gives back what it holds; passwords are wiped. */
void send_options_free(struct send_options *options);

#endif
