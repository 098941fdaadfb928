# SPDX-License-Identifier: ISC
"""OpenSMTPD, with stunnel in front.

Debian 12 builds OpenSMTPD 6.8 with OpenSSL 3, with which it finishes no handshake as a server; and
without TLS it offers no login.
"""
import os

from debian import DOMAIN, Server, free_ports

CONFIGURATION = """
table accounts {{ test = "909:909:/mail" }}
table addresses {{ "@{DOMAIN}" = "test" }}
table unwanted {{ "nobody@{DOMAIN}" }}
smtp max-message-size "64M"
listen on 127.0.0.1 port {plain} hostname mail.{DOMAIN}
action "keep" maildir "/mail" userbase <accounts> virtual <addresses>
match from any for rcpt-to <unwanted> reject
match from any for domain "{DOMAIN}" action "keep"
"""
STUNNEL = """
foreground = yes
pid =
cert = /tls/server.pem
key = /tls/server.key
[starttls]
accept = 127.0.0.1:{starttls}
connect = 127.0.0.1:{plain}
protocol = smtp
[tls]
accept = 127.0.0.1:{tls}
connect = 127.0.0.1:{plain}
"""


class OpenSmtpd(Server):
    extensions = ("DSN",)

    def start(self):
        self.ports = dict(zip(("starttls", "tls", "plain"), free_ports(3)))
        self.write("smtpd.conf", CONFIGURATION.format(DOMAIN=DOMAIN, **self.ports), 0o600)
        self.write("stunnel.conf", STUNNEL.format(**self.ports))
        self.own("vmail", "mail")
        for name in ("var/spool/smtpd", "var/lib/opensmtpd/empty"):
            self.own("root", name)
        os.chmod(self.path("var/spool/smtpd"), 0o711)
        self.spawn("/usr/sbin/smtpd", "-d", "-f", "/smtpd.conf", ports=[self.ports["plain"]])
        self.spawn("/usr/bin/stunnel4", "/stunnel.conf",
                   ports=[self.ports["starttls"], self.ports["tls"]])
