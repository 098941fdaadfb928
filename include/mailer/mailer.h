/* SPDX-License-Identifier: ISC */
/** @file mailer.h  All of libmailer. */
#ifndef MAILER_MAILER_H
#define MAILER_MAILER_H

#include <mailer/batch.h>
#include <mailer/check.h>
#include <mailer/error.h>
#include <mailer/lint.h>
#include <mailer/message.h>
#include <mailer/send.h>
#include <mailer/sender.h>
#include <mailer/trace.h>
#include <mailer/version.h>

#endif
