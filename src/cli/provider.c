/* SPDX-License-Identifier: ISC */
#include "provider.h"

#include "text.h"

#include <stddef.h>

#define APP_PASSWORD "wants an app password, made in the account's security settings"
#define ONLY_OAUTH                                                                                 \
    "takes no password from programs any more, only OAuth 2: use --auth XOAUTH2 with a token"

static const struct provider providers[] = {
    {"gmail", "smtp.gmail.com", "smtps://smtp.gmail.com:465",
     "Gmail " APP_PASSWORD " once two-step verification is on"},
    {"outlook", "smtp-mail.outlook.com", "smtp://smtp-mail.outlook.com:587",
     "Outlook.com " ONLY_OAUTH},
    {"hotmail", "smtp-mail.outlook.com", "smtp://smtp-mail.outlook.com:587",
     "Outlook.com " ONLY_OAUTH},
    {"office365", "smtp.office365.com", "smtp://smtp.office365.com:587",
     "Microsoft 365 takes a password only where the administrator has switched SMTP AUTH on"},
    {"yahoo", "smtp.mail.yahoo.com", "smtps://smtp.mail.yahoo.com:465", "Yahoo " APP_PASSWORD},
    {"aol", "smtp.aol.com", "smtps://smtp.aol.com:465", "AOL " APP_PASSWORD},
    {"icloud", "smtp.mail.me.com", "smtp://smtp.mail.me.com:587",
     "iCloud wants an app-specific password and the full address as the user"},
    {"fastmail", "smtp.fastmail.com", "smtps://smtp.fastmail.com:465", "Fastmail " APP_PASSWORD},
    {"zoho", "smtp.zoho.com", "smtps://smtp.zoho.com:465",
     "Zoho " APP_PASSWORD " once two-step verification is on"},
    {"gmx", "mail.gmx.net", "smtps://mail.gmx.net:465",
     "GMX wants access by SMTP switched on in the account's settings"},
    {"sendgrid", "smtp.sendgrid.net", "smtp://smtp.sendgrid.net:587",
     "SendGrid's user is the word apikey, the password is the key"},
    {"mailgun", "smtp.mailgun.org", "smtp://smtp.mailgun.org:587",
     "Mailgun wants the SMTP user of the domain, not the API key"},
    {"postmark", "smtp.postmarkapp.com", "smtp://smtp.postmarkapp.com:587",
     "Postmark takes the server token as the user and as the password"},
    {"mailjet", "in-v3.mailjet.com", "smtp://in-v3.mailjet.com:587",
     "Mailjet's user is the API key, the password is the secret key"},
    {"brevo", "smtp-relay.brevo.com", "smtp://smtp-relay.brevo.com:587",
     "Brevo wants the SMTP key, not the API key"},
};

enum { COUNT = sizeof providers / sizeof *providers };

const struct provider *provider_by_name(const char *name)
{
    for (size_t i = 0; i < COUNT; i++)
        if (text_same(providers[i].name, name))
            return &providers[i];
    return NULL;
}

const struct provider *provider_by_host(const char *host)
{
    for (size_t i = 0; i < COUNT; i++)
        if (text_same(providers[i].host, host))
            return &providers[i];
    return NULL;
}
