/* SPDX-License-Identifier: ISC */
#include "options.h"

#include "configuration/configure.h"
#include "environment.h"

#include <limits.h>
#include <stdlib.h>

enum section { SECTION_MESSAGE, SECTION_SERVER, SECTION_OUTPUT };

/* Which have a part of the table. */
enum { COMMAND_CHECK = 1 };

static const char *const sections[] = {"Message", "Server", "Output"};

static int add_file(struct send_options *options, char *argument, bool is_picture,
                    struct problem *problem)
{
    size_t count = options->attachment_count;
    struct attachment_option *attachments =
        realloc(options->attachments, (count + 1) * sizeof *attachments);
    if (attachments == NULL)
        return problem_set_memory(problem);
    attachments[count] = options->next_attachment;
    attachments[count].argument = argument;
    attachments[count].is_picture = is_picture;
    options->attachments = attachments;
    options->attachment_count = count + 1;
    options->next_attachment = (struct attachment_option){0};
    return 0;
}

static int add_attachment(void *values, char *argument, struct problem *problem)
{
    return add_file(values, argument, false, problem);
}

static int add_picture(void *values, char *argument, struct problem *problem)
{
    return add_file(values, argument, true, problem);
}

#define AT(member)  .offset = offsetof(struct send_options, member)
#define MESSAGE     .section = SECTION_MESSAGE
#define SERVER      .commands = COMMAND_CHECK, .section = SECTION_SERVER
#define OUTPUT      .section = SECTION_OUTPUT
#define CHECK       .commands = COMMAND_CHECK
#define ENVIRONMENT .in_environment = true

/* clang-format off */
static const struct option options_table[] = {
    {"subject", "s", "TEXT", "the subject",
     MESSAGE, OPTION_TEXT, AT(subject), .once = true, .may_be_empty = true},
    {"attach", "aA", "FILE", "attach a file; NAME=FILE renames it, NAME=- reads standard input",
     MESSAGE, OPTION_CUSTOM, .store = add_attachment},
    {"inline", "I", "FILE", "show a picture in the body; HTML refers to it as cid:FILE or by its name",
     MESSAGE, OPTION_CUSTOM, .store = add_picture},
    {"archive", NULL, NULL, "send directories given to -a as .tar.zst",
     MESSAGE, OPTION_FLAG, AT(archive)},
    {"on-missing-attachment", NULL, "fail|note", "send nothing, or say so in the text",
     MESSAGE, OPTION_CHOICE, AT(on_missing_attachment), ENVIRONMENT},
    {"type", NULL, "TYPE", "media type of the -a or -I that follows",
     MESSAGE, OPTION_TEXT, AT(next_attachment.type)},
    {"name", NULL, "NAME", "file name shown for the -a or -I that follows",
     MESSAGE, OPTION_TEXT, AT(next_attachment.name)},
    {"cid", NULL, "ID", "Content-ID of the -a or -I that follows",
     MESSAGE, OPTION_TEXT, AT(next_attachment.content_id)},
    {"to", NULL, "ADDR", "a recipient, as the words without a dash are",
     MESSAGE, OPTION_LIST, AT(to)},
    {"cc", "c", "ADDR", "a recipient of a copy",
     MESSAGE, OPTION_LIST, AT(cc)},
    {"bcc", "b", "ADDR", "a recipient whom the others do not see",
     MESSAGE, OPTION_LIST, AT(bcc)},
    {"from", "r", "ADDR", "the author and envelope sender; Name <addr> works too",
     MESSAGE, OPTION_TEXT, AT(from), .once = true, ENVIRONMENT, CHECK},
    {NULL, "f", "ADDR", "the envelope sender, to which bounces go",
     MESSAGE, OPTION_TEXT, AT(envelope_sender), .once = true, .may_be_empty = true},
    {NULL, "F", "NAME", "the author's full name",
     MESSAGE, OPTION_TEXT, AT(full_name), .once = true},
    {"domain", NULL, "DOMAIN", "of addresses without one: root becomes root@DOMAIN",
     MESSAGE, OPTION_TEXT, AT(domain), .once = true, ENVIRONMENT},
    {"reply-to", NULL, "ADDR", "where answers go",
     MESSAGE, OPTION_LIST, AT(reply_to)},
    {"header", "H", "'Name: value'", "one more header field",
     MESSAGE, OPTION_LIST, AT(headers)},
    {"text", "q", "FILE", "the plain text, from a file instead of standard input",
     MESSAGE, OPTION_TEXT, AT(text_file), .once = true},
    {"html", NULL, "FILE", "the HTML; its local pictures come along, and a text is made of it "
     "unless --text gives one",
     MESSAGE, OPTION_TEXT, AT(html_file), .once = true},
    {NULL, "M", "TYPE", "media type of standard input, such as text/html",
     MESSAGE, OPTION_TEXT, AT(input_type), .once = true},
    {"calendar", NULL, "FILE", "an invitation (.ics), shown as such and attached",
     MESSAGE, OPTION_TEXT, AT(calendar_file), .once = true},
    {"report-type", NULL, "TYPE", "multipart/report, such as delivery-status; its parts by -a",
     MESSAGE, OPTION_TEXT, AT(report_type), .once = true},
    {"charset", NULL, "IN[=OUT]", "charset of the text, and the one to send it in",
     MESSAGE, OPTION_TEXT, AT(charset), .once = true, ENVIRONMENT},
    {"flowed", NULL, NULL, "let readers wrap the text's long lines (format=flowed)",
     MESSAGE, OPTION_FLAG, AT(flowed)},
    {"thread", NULL, "NAME", "one thread for all reports of that name",
     MESSAGE, OPTION_TEXT, AT(thread), .once = true},
    {"in-reply-to", NULL, "ID", "the Message-ID that this answers",
     MESSAGE, OPTION_TEXT, AT(in_reply_to), .once = true},
    {"references", NULL, "ID...", "the Message-IDs of the thread before",
     MESSAGE, OPTION_TEXT, AT(references), .once = true},
    {"priority", NULL, "high|normal|low", "how urgent it is",
     MESSAGE, OPTION_CHOICE, AT(priority)},
    {"notify", "N", "never|success,failure,delay", "tell the sender of the delivery (DSN)",
     MESSAGE, OPTION_TEXT, AT(notify), .once = true},
    {"return", "R", "full|hdrs", "what of the message comes back with that news",
     MESSAGE, OPTION_CHOICE, AT(returned)},
    {"envid", NULL, "ID", "an identifier that comes back with that news",
     MESSAGE, OPTION_TEXT, AT(envelope_id), .once = true},
    {"require-tls-everywhere", NULL, NULL, "TLS on every step of the way, or no delivery",
     MESSAGE, OPTION_FLAG, AT(require_tls_everywhere)},
    {"hold-until", NULL, "MOMENT", "the server keeps it till then: 2030-12-24T18:00, with Z or +01:00 "
     "behind it or in local time",
     MESSAGE, OPTION_TEXT, AT(hold_until), .once = true},
    {"deliver-by", NULL, "SECONDS[,notify]", "what is not delivered by then comes back; with notify it is "
     "only told",
     MESSAGE, OPTION_TEXT, AT(deliver_by), .once = true},
    {"mt-priority", NULL, "-9..9", "how urgent it is to the servers on its way",
     MESSAGE, OPTION_NUMBER, AT(mt_priority), .minimum = -9, .maximum = 9},
    {"submitter", NULL, "ADDR", "who hands it in, told after a login (AUTH=); empty: nobody known",
     MESSAGE, OPTION_TEXT, AT(submitter), .once = true, .may_be_empty = true},
    {"unsubscribe", NULL, "URL", "how to get off the list: https: (one click), mailto:",
     MESSAGE, OPTION_LIST, AT(unsubscribe)},
    {NULL, "t", NULL, "read a message with its header from standard input, and recipients from there",
     MESSAGE, OPTION_FLAG, AT(read_recipients)},
    {"eml", NULL, "FILE", "send an existing message as it is; with -t to those in its header too",
     MESSAGE, OPTION_TEXT, AT(message_file), .once = true},
    {NULL, "E", NULL, "send nothing when there is no text and nothing attached",
     MESSAGE, OPTION_FLAG, AT(skip_empty)},
    {"only-if-changed", NULL, "STATE", "send nothing when text and files are as last time, which "
     "the file STATE remembers",
     MESSAGE, OPTION_TEXT, AT(only_if_changed), .once = true},
    {"editor", NULL, NULL, "write the text with $VISUAL or $EDITOR, at a terminal",
     MESSAGE, OPTION_FLAG, AT(use_editor)},
    /* What scripts pass to sendmail. A lone dot never ends the text here. */
    {NULL, "iG", NULL, NULL, MESSAGE, OPTION_IGNORED},
    {NULL, "oBL", "VALUE", NULL, MESSAGE, OPTION_IGNORED},

    {"account", NULL, "NAME", "the account of the configuration; else the sender's",
     SERVER, OPTION_TEXT, AT(account), ENVIRONMENT},
    {"config", NULL, "FILE", "the configuration, instead of the usual files",
     SERVER, OPTION_TEXT, AT(config_file), ENVIRONMENT},
    {NULL, "n", NULL, "leave out the system's configuration",
     SERVER, OPTION_FLAG, AT(skip_system_file)},
    {NULL, "S", "KEY=VALUE", "a setting of the configuration; s-nail's names work too",
     SERVER, OPTION_LIST, AT(settings)},
    {"server", NULL, "URL", "smtp://[user@]host[:587], smtps://host[:465], lmtp://host:port, "
     "lmtp+unix:/path, host:port, srv:maildomain, or a provider such as "
     "gmail; several are tried in turn",
     SERVER, OPTION_LIST, AT(servers), ENVIRONMENT},
    {"tls", NULL, "required|implicit|opportunistic|off", "when to encrypt",
     SERVER, OPTION_CHOICE, AT(tls), ENVIRONMENT},
    {"tls-verify", NULL, "yes|no", "whether the server's certificate must be right",
     SERVER, OPTION_CHOICE, AT(tls_verify), ENVIRONMENT},
    {"ca-file", NULL, "FILE", "certificates to trust instead of the system's; or a directory",
     SERVER, OPTION_TEXT, AT(ca_file), ENVIRONMENT},
    {"tls-pin", NULL, "sha256:DIGEST", "the server's key; or cert-sha256:DIGEST, its certificate; "
     "then nothing else of it matters, unless --ca-file is given",
     SERVER, OPTION_LIST, AT(tls_pins), ENVIRONMENT},
    {"tls-min", NULL, "1.2|1.3", "the oldest TLS to speak",
     SERVER, OPTION_CHOICE, AT(tls_minimum), ENVIRONMENT},
    {"tls-ciphers", NULL, "LIST", "ciphers to use, as OpenSSL names them, with : between",
     SERVER, OPTION_TEXT, AT(tls_ciphers), ENVIRONMENT},
    {"client-cert", NULL, "FILE", "certificate to show to the server, PEM or PKCS#12 (.p12)",
     SERVER, OPTION_TEXT, AT(client_cert), ENVIRONMENT},
    {"client-key", NULL, "FILE", "its key, where that is in another file",
     SERVER, OPTION_TEXT, AT(client_key), ENVIRONMENT},
    {"client-key-password-file", NULL, "FILE", "the key's pass phrase is the file's first line",
     SERVER, OPTION_TEXT, AT(client_key_password_file), .group = GROUP_KEY_PASSWORD, ENVIRONMENT},
    {"client-key-password-command", NULL, "COMMAND", "a shell command prints it",
     SERVER, OPTION_TEXT, AT(client_key_password_command), .group = GROUP_KEY_PASSWORD, ENVIRONMENT},
    {"user", NULL, "NAME", "log in as",
     SERVER, OPTION_TEXT, AT(user), ENVIRONMENT},
    {"auth", NULL, "MECH[,MECH...]", "the only ways to log in that are allowed; with "
     "XOAUTH2 or OAUTHBEARER the password is the token",
     SERVER, OPTION_TEXT, AT(auth), ENVIRONMENT},
    {"password-file", NULL, "FILE", "the password is the file's first line",
     SERVER, OPTION_TEXT, AT(password_file), .group = GROUP_PASSWORD, ENVIRONMENT},
    {"password-fd", NULL, "N", "read it from an open descriptor",
     SERVER, OPTION_NUMBER, AT(password_descriptor), .minimum = 0, .maximum = INT_MAX,
     .group = GROUP_PASSWORD},
    {"password-command", NULL, "COMMAND", "a shell command prints it",
     SERVER, OPTION_TEXT, AT(password_command), .group = GROUP_PASSWORD, ENVIRONMENT},
    {"password", NULL, "TEXT", "visible to others for a moment; MAILER_PASSWORD is better",
     SERVER, OPTION_SECRET, AT(password), .group = GROUP_PASSWORD, ENVIRONMENT},
    {"allow-clear-password", NULL, NULL, "send it without TLS if need be",
     SERVER, OPTION_FLAG, AT(allow_clear_password)},
    {"helo", NULL, "NAME", "how to greet the server",
     SERVER, OPTION_TEXT, AT(hello_name), ENVIRONMENT},
    {"proxy", NULL, "URL", "connect through socks5://[user:password@]host:port, or http://...",
     SERVER, OPTION_SECRET, AT(proxy), ENVIRONMENT},
    {"source", NULL, "ADDR", "connect from this address of this machine",
     SERVER, OPTION_TEXT, AT(source), ENVIRONMENT},
    {NULL, "4", NULL, "connect over IPv4 only",
     SERVER, OPTION_FLAG, AT(ipv4_only), .group = GROUP_FAMILY},
    {NULL, "6", NULL, "connect over IPv6 only",
     SERVER, OPTION_FLAG, AT(ipv6_only), .group = GROUP_FAMILY},
    {"timeout", NULL, "SECONDS", "how long to wait for one reply",
     SERVER, OPTION_NUMBER, AT(timeout_seconds), .minimum = 1, .maximum = 86400, ENVIRONMENT},

    {"verbose", "v", NULL, "show the dialogue on standard error; twice: the message too",
     OUTPUT, OPTION_COUNT, AT(verbose), CHECK},
    {"dry-run", "d", NULL, "write the message to standard output, send nothing",
     OUTPUT, OPTION_FLAG, AT(dry_run)},
    {"check", NULL, NULL, "say what would go wrong with the message, send nothing; with -d no "
     "server is asked",
     OUTPUT, OPTION_FLAG, AT(check)},
    {"wire", NULL, "7bit|8bit|binary", "the widest encoding to use; with -d 7bit",
     OUTPUT, OPTION_CHOICE, AT(wire), ENVIRONMENT},
    {"json", NULL, NULL, "the outcome as JSON on standard output; of sending, a line for each "
     "recipient",
     OUTPUT, OPTION_FLAG, AT(json), CHECK},
    {"progress", NULL, NULL, "show how far it is; on a terminal that is done when it takes long",
     OUTPUT, OPTION_FLAG, AT(progress)},
    {"log", NULL, "FILE", "add a line for each message to a file",
     OUTPUT, OPTION_TEXT, AT(log_file), ENVIRONMENT},
    {"version", "V", NULL, "show the version",
     OUTPUT, OPTION_FLAG, AT(version)},
    {"help", "h", NULL, "show this help",
     OUTPUT, OPTION_FLAG, AT(help), CHECK},
};
/* clang-format on */

enum { COUNT = sizeof options_table / sizeof *options_table };

_Static_assert((int)COUNT <= (int)OPTION_SET_LIMIT,
               "struct option_state has no room for the table");

enum { SECTIONS = sizeof sections / sizeof *sections };

const struct option_set send_option_set = {options_table, COUNT, sections, SECTIONS, 0};
const struct option_set check_option_set = {options_table, COUNT, sections, SECTIONS,
                                            COMMAND_CHECK};

struct send_options send_options_empty(void)
{
    return (struct send_options){.password_descriptor = -1};
}

bool send_options_have_message(const struct send_options *options)
{
    return options->read_recipients || options->message_file != NULL;
}

/* What an existing message has already. */
static int check_existing(const struct send_options *options, struct problem *problem)
{
    const char *body = options->text_file != NULL       ? "--text"
                       : options->html_file != NULL     ? "--html"
                       : options->input_type != NULL    ? "-M"
                       : options->calendar_file != NULL ? "--calendar"
                       : options->report_type != NULL   ? "--report-type"
                       : options->flowed                ? "--flowed"
                       : options->on_missing_attachment == MISSING_NOTE
                           ? "--on-missing-attachment note"
                           : NULL;
    if (!send_options_have_message(options) || body == NULL)
        return 0;
    return problem_set(problem, EXIT_CODE_USAGE,
                       "%s is for a body, and %s gives a message that has one", body,
                       options->message_file != NULL ? "--eml" : "-t");
}

static int check(const struct send_options *options, struct problem *problem)
{
    const struct attachment_option *rest = &options->next_attachment;
    const char *lost = rest->type != NULL         ? "--type"
                       : rest->name != NULL       ? "--name"
                       : rest->content_id != NULL ? "--cid"
                                                  : NULL;
    if (lost != NULL)
        return problem_set(problem, EXIT_CODE_USAGE,
                           "%s is for the -a or -I that follows, and none follows", lost);
    if (options->input_type != NULL && (options->text_file != NULL || options->html_file != NULL))
        return problem_set(
            problem, EXIT_CODE_USAGE,
            "-M is for a text on standard input, and --text or --html gives another");
    if (options->thread != NULL && (options->in_reply_to != NULL || options->references != NULL))
        return problem_set(problem, EXIT_CODE_USAGE,
                           "--thread excludes --in-reply-to and --references");
    if (options->tls_verify == VERIFY_NO && options->ca_file != NULL)
        return problem_set(problem, EXIT_CODE_USAGE,
                           "--tls-verify no and --ca-file exclude each other");
    if (options->tls_verify == VERIFY_NO && options->tls_pins.count > 0)
        return problem_set(problem, EXIT_CODE_USAGE,
                           "--tls-verify no and --tls-pin exclude each other");
    if (options->dry_run && options->json)
        return problem_set(problem, EXIT_CODE_USAGE, "-d and --json exclude each other");
    if (options->client_key != NULL && options->client_cert == NULL)
        return problem_set(problem, EXIT_CODE_USAGE,
                           "--client-key is for a certificate: give --client-cert too");
    return check_existing(options, problem);
}

/* The words without a dash of `mailer check`: they stand for --server. */
static int take_url(struct send_options *options, struct problem *problem)
{
    const struct text_list *words = &options->state.operands;
    if (words->count == 0)
        return 0;
    if (words->count > 1 || options->servers.count > 0)
        return problem_set(problem, EXIT_CODE_USAGE,
                           "mailer check takes one server, as a URL or by --server, and found "
                           "\"%.200s\" besides",
                           words->items[words->count - 1]);
    for (size_t i = 0; i < COUNT; i++)
        if (options_table[i].offset == offsetof(struct send_options, servers))
            options->state.given[i] = true;
    return text_list_add(&options->servers, words->items[0], problem);
}

/* What the command line does not give, and what it may not give together. */
static int complete(struct send_options *options, struct problem *problem)
{
    int result = configure_settings(options, problem);
    if (result == 0)
        result = environment_read(&send_option_set, &options->state, options, problem);
    if (options->help || options->version)
        return result;
    if (result == 0)
        result = configure_read(options, problem);
    if (result == 0)
        result = configure_apply(options, problem);
    return result != 0 ? result : check(options, problem);
}

int send_options_read(struct send_options *options, int count, char **arguments,
                      struct problem *problem)
{
    int result =
        option_parse(&send_option_set, count, arguments, &options->state, options, problem);
    return result != 0 ? result : complete(options, problem);
}

int check_options_read(struct send_options *options, int count, char **arguments,
                       struct problem *problem)
{
    int result =
        option_parse(&check_option_set, count, arguments, &options->state, options, problem);
    if (result == 0)
        result = take_url(options, problem);
    return result != 0 ? result : complete(options, problem);
}

void send_options_free(struct send_options *options)
{
    text_list_free(&options->state.operands);
    text_list_free(&options->to);
    text_list_free(&options->cc);
    text_list_free(&options->bcc);
    text_list_free(&options->reply_to);
    text_list_free(&options->headers);
    text_list_free(&options->unsubscribe);
    text_list_free(&options->settings);
    text_list_free(&options->tls_pins);
    text_list_free(&options->servers);
    text_list_free(&options->server_urls);
    for (size_t i = 0; i < options->attachment_count; i++)
        free(options->attachments[i].note);
    free(options->attachments);
    free(options->sender_address);
    secret_free(&options->password);
    secret_free(&options->proxy);
    configuration_free(&options->configuration);
    *options = send_options_empty();
}
