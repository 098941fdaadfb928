/* SPDX-License-Identifier: ISC */
#include "transaction.h"

#include "message_private.h"

#include <inttypes.h>

static enum mailer_wire widest_wire(const struct smtp_capabilities *can, enum mailer_wire limit)
{
    enum mailer_wire wire = can->eight_bit_mime ? MAILER_WIRE_8BIT : MAILER_WIRE_7BIT;
    if (can->chunking && can->binary_mime && can->eight_bit_mime)
        wire = MAILER_WIRE_BINARY;
    return wire < limit ? wire : limit;
}

static int check_times(const struct message_envelope *envelope, const struct smtp_capabilities *can,
                       struct mailer_error *error)
{
    if (envelope->is_timed && !can->deliver_by)
        return error_set(error, MAILER_UNSUPPORTED, MAILER_STAGE_SENDER,
                         "the message has a time by which to be delivered, and this server does "
                         "not offer that (DELIVERBY): send without, or by another server");
    if (envelope->returned_after > 0 && (uint64_t)envelope->returned_after < can->deliver_by_least)
        return error_set(error, MAILER_UNSUPPORTED, MAILER_STAGE_SENDER,
                         "the message is to be delivered within %" PRId64 " seconds, and this "
                         "server takes no less than %" PRIu64,
                         envelope->returned_after, can->deliver_by_least);
    if (envelope->has_priority && !can->mt_priority)
        return error_set(error, MAILER_UNSUPPORTED, MAILER_STAGE_SENDER,
                         "the message has a priority in the transfer, and this server does not "
                         "offer that (MT-PRIORITY): send without, or by another server");
    return 0;
}

int transaction_check(const struct mailer_message *message, const struct smtp_capabilities *can,
                      bool trusted, bool logged_in, struct mailer_error *error)
{
    const struct message_envelope *envelope = &message->envelope;
    if (envelope->needs_dsn && !can->dsn)
        return error_set(error, MAILER_UNSUPPORTED, MAILER_STAGE_SENDER,
                         "delivery status notifications are asked for, and this server does not "
                         "offer them (DSN): send without, or by another server");
    if (envelope->holds && !can->future_release)
        return error_set(error, MAILER_UNSUPPORTED, MAILER_STAGE_SENDER,
                         "the message is to be held, and this server does not offer that "
                         "(FUTURERELEASE): send it when it is time");
    if (envelope->require_tls && !trusted)
        return error_set(error, MAILER_UNSUPPORTED, MAILER_STAGE_SENDER,
                         "TLS is required all the way, and the way to this server has none with a "
                         "checked certificate");
    if (envelope->require_tls && !can->require_tls)
        return error_set(error, MAILER_UNSUPPORTED, MAILER_STAGE_SENDER,
                         "TLS is required all the way, and this server does not promise it "
                         "(REQUIRETLS)");
    if (envelope->has_submitter && !logged_in)
        return error_set(error, MAILER_UNSUPPORTED, MAILER_STAGE_SENDER,
                         "the submitter is told to a server only after a login: give a user too");
    return check_times(envelope, can, error);
}

int transaction_plan(struct mime_plan **plan, const struct mailer_message *message,
                     const struct smtp_capabilities *can, enum mailer_wire widest,
                     struct mailer_error *error)
{
    *plan = NULL;
    if (message_needs_utf8(message) && !can->smtputf8)
        return error_set(error, MAILER_UNSUPPORTED, MAILER_STAGE_SENDER,
                         "an address is not US-ASCII and needs SMTPUTF8, which this server does "
                         "not offer: use another address or another server");
    int result = message_plan(plan, message, widest_wire(can, widest), error);
    if (result != 0)
        return result;
    if (can->size_limit > 0 && (*plan)->size > can->size_limit) {
        result = error_set(error, MAILER_UNSUPPORTED, MAILER_STAGE_BODY,
                           "the message has %" PRIu64 " octets and this server takes %" PRIu64
                           ": send less, or a link",
                           (*plan)->size, can->size_limit);
        mime_plan_free(*plan);
        *plan = NULL;
    }
    return result;
}
