/* SPDX-License-Identifier: ISC */
#include "provider.h"

#include "text.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define APP_PASSWORD "wants an app password, made in the account's security settings"
#define SWITCHED_ON  "wants access by SMTP (POP3 and IMAP) switched on in the account's settings"
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
    {"gmx", "mail.gmx.net", "smtps://mail.gmx.net:465", "GMX " SWITCHED_ON},
    {"webde", "smtp.web.de", "smtp://smtp.web.de:587", "WEB.DE " SWITCHED_ON},
    {"t-online", "securesmtp.t-online.de", "smtps://securesmtp.t-online.de:465",
     "T-Online wants the password for e-mail programs, which is set apart from that of the "
     "account"},
    {"yandex", "smtp.yandex.com", "smtps://smtp.yandex.com:465", "Yandex " APP_PASSWORD},
    {"proton", "smtp.protonmail.ch", "smtp://smtp.protonmail.ch:587",
     "Proton wants a token for SMTP and the address it is for; without one use Proton Mail Bridge"},
    {"ses", "email-smtp.amazonaws.com", NULL,
     "Amazon SES wants the user and the password made for SMTP in this region, not the access key"},
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

/* Further hosts; a star stands for one label or more. */
static const struct {
    const char *host;
    const char *name;
} hosts[] = {
    {"smtp.googlemail.com", "gmail"},
    {"smtp-relay.gmail.com", "gmail"},
    {"mail.gmx.com", "gmx"},
    {"smtp.gmx.com", "gmx"},
    {"smtp.yandex.ru", "yandex"},
    {"smtp.zoho.*", "zoho"},
    {"smtppro.zoho.*", "zoho"},
    {"email-smtp.*.amazonaws.com", "ses"},
    {"smtp.eu.mailgun.org", "mailgun"},
    {"smtp-broadcasts.postmarkapp.com", "postmark"},
    {"in.mailjet.com", "mailjet"},
};

enum { HOST_COUNT = sizeof hosts / sizeof *hosts };

static const struct provider *find(const char *name)
{
    for (size_t i = 0; i < COUNT; i++)
        if (text_same(providers[i].name, name))
            return &providers[i];
    return NULL;
}

static bool fits(const char *pattern, const char *host)
{
    const char *star = strchr(pattern, '*');
    if (star == NULL)
        return text_same(pattern, host);
    size_t before = (size_t)(star - pattern);
    size_t after = strlen(star + 1);
    size_t length = strlen(host);
    return length > before + after && strncasecmp(pattern, host, before) == 0 &&
           text_same(star + 1, host + length - after);
}

const char *provider_name(size_t index)
{
    for (size_t i = 0; i < COUNT; i++)
        if (providers[i].url != NULL && index-- == 0)
            return providers[i].name;
    return NULL;
}

const struct provider *provider_by_name(const char *name)
{
    const struct provider *provider = find(name);
    return provider != NULL && provider->url != NULL ? provider : NULL;
}

const struct provider *provider_by_host(const char *host)
{
    for (size_t i = 0; i < COUNT; i++)
        if (text_same(providers[i].host, host))
            return &providers[i];
    for (size_t i = 0; i < HOST_COUNT; i++)
        if (fits(hosts[i].host, host))
            return find(hosts[i].name);
    return NULL;
}
