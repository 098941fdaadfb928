/* SPDX-License-Identifier: ISC */
/** @file plan_private.h  The inside of laying out: what plan.c and plan_kept.c share. */
#ifndef MIME_PLAN_PRIVATE_H
#define MIME_PLAN_PRIVATE_H

#include "tree/kept.h"
#include "tree/plan.h"

/**
 * Adds a segment; a literal behind a literal becomes one with it.
 * @param segment  its blob is taken, also after a failure.
 */
int plan_add_segment(struct mime_plan *plan, const struct mime_segment *segment,
                     struct mailer_error *error);

/** Makes what was appended to the literals since start part of the plan. */
int plan_end_literal(struct mime_plan *plan, size_t start, struct mailer_error *error);

/**
 * Appends kept content: from its body on, or, when it is the content of a message/rfc822, with the
 * header in front of it.
 * @param ends  receives whether it ends in a line end.
 */
int plan_kept(struct mime_plan *plan, const struct mime_kept *kept, bool *ends,
              struct mailer_error *error);

/**
 * Appends fields of a document or a kept part, with what describes the kept content made true.
 * @param kept  NULL: none.
 */
int plan_fields(struct mime_plan *plan, const struct mime_field *fields, size_t count,
                const struct mime_kept *kept, struct mailer_error *error);

#endif
