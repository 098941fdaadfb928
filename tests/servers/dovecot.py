# SPDX-License-Identifier: ISC
"""Dovecot: submission, whose mail goes on to a sink of our own, and LMTP into a Maildir."""
import base64
import hmac
import json
import time

import kerberos
from aiosmtpd_sink import Aiosmtpd
from debian import DOMAIN, PASSWORD, USER, Server, free_ports

TOKEN_KEY = b"the key that signs the tokens"
CONFIGURATION = """
base_dir = /run/dovecot
state_dir = /var/lib/dovecot
log_path = /log
protocols = submission lmtp
listen = 127.0.0.1
default_internal_user = dovecot
default_internal_group = dovecot
default_login_user = dovenull
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:/mail/%n
mail_plugins = quota
ssl = yes
ssl_cert = </tls/server.pem
ssl_key = </tls/server.key
disable_plaintext_auth = yes
auth_mechanisms = {mechanisms}
auth_username_format = %n
auth_gssapi_hostname = "$ALL"
auth_krb5_keytab = /keytab
auth_failure_delay = 0
# The common name of a client's certificate is its user, and a ticket names one.
ssl_ca = </tls/ca.pem
ssl_verify_client_cert = yes
ssl_require_crl = no
ssl_cert_username_field = commonName
auth_ssl_username_from_cert = yes
passdb {{
  driver = static
  mechanisms = external gssapi
  args = nopassword=y
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = /oauth2.conf
}}
passdb {{
  driver = passwd-file
  mechanisms = {with_password}
  args = /users
}}
userdb {{
  driver = passwd-file
  args = /users
  default_fields = uid=vmail gid=vmail home=/mail/%n
}}
plugin {{
  quota = maildir:User quota
}}
hostname = mail.{DOMAIN}
submission_relay_host = 127.0.0.1
submission_relay_port = {relay}
submission_max_mail_size = 64M
lmtp_rcpt_check_quota = no
service submission-login {{
  chroot =
  inet_listener submission {{
    port = {starttls}
  }}
  inet_listener submissions {{
    port = {tls}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
  unix_listener lmtp {{
    mode = 0666
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""

OAUTH2 = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=/keys/
username_attribute = sub
"""


def token(user, key):
    """A token (JWT, RFC 7519) by which its bearer is that user, signed with a key."""
    def encode(octets):
        return base64.urlsafe_b64encode(octets).rstrip(b"=")

    claims = {"sub": user, "exp": int(time.time()) + 3600, "iat": int(time.time()) - 60}
    signed = b".".join(encode(json.dumps(part).encode())
                       for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return signed + b"." + encode(hmac.digest(key, signed, "sha256"))


class Dovecot(Server):
    extensions = ("CHUNKING", "PIPELINING")
    with_password = ("PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256")
    mechanisms = (*with_password, "EXTERNAL", "GSSAPI", "XOAUTH2", "OAUTHBEARER")
    sink = None

    def start(self):
        self.sink = Aiosmtpd(self.path("sink"), self.tls)
        self.sink.__enter__()
        self.ports = dict(zip(("starttls", "tls", "lmtp"), free_ports(3)))
        self.write("dovecot.conf", CONFIGURATION.format(
            DOMAIN=DOMAIN, relay=self.sink.ports["plain"],
            mechanisms=" ".join(self.mechanisms),
            with_password=" ".join(self.with_password), **self.ports))
        self.write("oauth2.conf", OAUTH2)
        self.write("keys/default/HS256/default", base64.b64encode(TOKEN_KEY).decode())
        self.write("users", f"{USER}:{{PLAIN}}{PASSWORD}::::::\nlocalhost:::::::\n"
                            "full:::::::userdb_quota_rule=*:bytes=100\n")
        self.own("vmail", "mail")
        self.own("root", "run/dovecot", "var/lib/dovecot")
        self.ticket = kerberos.start(self)
        self.spawn("/usr/sbin/dovecot", "-F", "-c", "/dovecot.conf",
                   ports=[self.ports[name] for name in ("starttls", "tls", "lmtp")])

    def stop(self):
        super().stop()
        if self.sink:
            self.sink.stop()

    def messages(self):
        """What came by submission."""
        return self.sink.messages()

    def kept(self, user):
        """What came to a user by LMTP."""
        return self.maildir("mail/" + user)
