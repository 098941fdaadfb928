# SPDX-License-Identifier: ISC
"""Dovecot: submission, whose mail goes on to a sink of our own, and LMTP into a Maildir."""
from aiosmtpd_sink import Aiosmtpd
from debian import DOMAIN, PASSWORD, USER, Server, free_ports

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
auth_failure_delay = 0
passdb {{
  driver = passwd-file
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


class Dovecot(Server):
    mechanisms = ("PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256")
    sink = None

    def start(self):
        self.sink = Aiosmtpd(self.path("sink"), self.tls)
        self.sink.__enter__()
        self.ports = dict(zip(("starttls", "tls", "lmtp"), free_ports(3)))
        self.write("dovecot.conf", CONFIGURATION.format(
            DOMAIN=DOMAIN, relay=self.sink.ports["plain"],
            mechanisms=" ".join(self.mechanisms), **self.ports))
        full = "userdb_quota_rule=*:storage=1"
        self.write("users", f"{USER}:{{PLAIN}}{PASSWORD}::::::\n"
                            f"full:{{PLAIN}}{PASSWORD}::::::{full}\n")
        self.own("vmail", "mail")
        self.own("root", "run/dovecot", "var/lib/dovecot")
        self.spawn("/usr/sbin/dovecot", "-F", "-c", "/dovecot.conf",
                   ports=[self.ports[name] for name in ("starttls", "tls", "lmtp")])

    def stop(self):
        super().stop()
        if self.sink:
            self.sink.stop()

    def messages(self):
        """What came by submission."""
        return self.sink.messages()
