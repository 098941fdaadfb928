/* SPDX-License-Identifier: ISC */
#include "courier.h"
#include "witness.h"

#include <mailer/check.h>

#include <stdlib.h>
#include <string.h>

struct mailer_check {
    struct witness witness;
};

/* A queue with nothing in it, whose courier connects all the same. */
static int run(struct route *route, struct witness *witness, struct mailer_error *error)
{
    struct delivery_queue queue = {.exhausted = true, .witness = witness};
    struct courier *courier = NULL;
    int result = courier_new(&courier, route, &queue, error);
    if (result != 0)
        return result;
    courier_connect(courier);
    result = courier_run(courier, error);
    courier_free(courier);
    return result;
}

int mailer_check_server(const struct mailer_server *server, struct mailer_check **check,
                        struct mailer_error *error)
{
    struct route *route = NULL;
    *check = NULL;
    int result = route_new(&route, server, error);
    if (result != 0)
        return result;
    struct mailer_check *made = calloc(1, sizeof *made);
    result = made == NULL ? error_set_memory(error) : run(route, &made->witness, error);
    route_free(route);
    *check = made;
    return result;
}

int mailer_check_facts(const struct mailer_check *check, struct mailer_check_facts *facts)
{
    if (check == NULL || facts->struct_size < sizeof *facts)
        return MAILER_USAGE;
    const struct witness *witness = &check->witness;
    *facts = (struct mailer_check_facts){
        .struct_size = facts->struct_size,
        .host = witness->host,
        .port = witness->port,
        .address = witness->address,
        .by_proxy = witness->by_proxy,
        .tls_version = witness->tls_version,
        .tls_cipher = witness->tls_cipher,
        .trust = witness->trust,
        .certificate_count = witness->certificate_count,
        .extended = witness->extended,
        .line_count = witness->line_count,
        .size_limit = witness->size_limit,
        .mechanisms = witness->mechanisms,
        .user = witness->user,
        .mechanism = witness->mechanism,
        .logged_in = witness->logged_in,
        .is_ready = witness->is_ready,
    };
    return 0;
}

int mailer_check_certificate(const struct mailer_check *check, size_t index,
                             struct mailer_certificate *certificate)
{
    if (check == NULL || certificate->struct_size < sizeof *certificate ||
        index >= check->witness.certificate_count)
        return MAILER_USAGE;
    const struct net_tls_certificate *from = &check->witness.certificates[index];
    *certificate = (struct mailer_certificate){
        .struct_size = certificate->struct_size,
        .subject = from->subject,
        .issuer = from->issuer,
        .authority = from->authority,
        .names = from->names,
        .not_before = from->not_before,
        .not_after = from->not_after,
        .key_pin = from->key_pin,
        .own_pin = from->certificate_pin,
    };
    return 0;
}

const char *mailer_check_line(const struct mailer_check *check, size_t index)
{
    if (check == NULL || index >= check->witness.line_count)
        return NULL;
    return check->witness.lines[index];
}

void mailer_check_free(struct mailer_check *check)
{
    free(check);
}
