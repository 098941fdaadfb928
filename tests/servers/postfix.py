# SPDX-License-Identifier: ISC
"""Postfix, as strict as it can be; the login is Cyrus SASL's."""
from debian import DOMAIN, PASSWORD, USER, Server, free_ports

MAIN = """
compatibility_level = 3.6
maillog_file = /dev/stdout
myhostname = mail.{DOMAIN}
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
default_transport = error:5.7.1 this server never sends mail out
relay_transport = error:5.7.1 this server never sends mail out
virtual_mailbox_domains = {DOMAIN}
virtual_mailbox_maps = static:{USER}/
virtual_mailbox_base = /mail
virtual_minimum_uid = 1
virtual_uid_maps = static:909
virtual_gid_maps = static:909
virtual_mailbox_limit = 0
message_size_limit = 67108864
smtputf8_enable = yes
smtpd_tls_chain_files = /tls/server.key, /tls/server.pem
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_local_domain = {DOMAIN}
smtpd_sasl_security_options = noanonymous
cyrus_sasl_config_path = /etc/postfix/sasl
# A line that ends in LF alone is refused, and so is one that speaks early.
smtpd_forbid_bare_newline = reject
smtpd_forbid_unauth_pipelining = yes
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions =
    check_recipient_access inline:{{{{nobody@{DOMAIN}=550 5.1.1 No such user}}}}
    check_recipient_access inline:{{{{later@{DOMAIN}=450 4.2.1 Try later}}}}
    permit_sasl_authenticated, reject_unauth_destination
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_error_sleep_time = 0
"""
MASTER = """
127.0.0.1:{starttls} inet n - n - - smtpd
127.0.0.1:{tls} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
SASL = """
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: /etc/postfix/sasl/users
mech_list: {mechanisms}
"""
QUEUES = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming",
          "private", "saved", "trace", "maildrop", "public")


class Postfix(Server):
    extensions = ("CHUNKING", "DSN", "PIPELINING", "SMTPUTF8")
    mechanisms = ("PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256")

    def start(self):
        self.ports = dict(zip(("starttls", "tls"), free_ports(2)))
        self.write("etc/postfix/main.cf", MAIN.format(DOMAIN=DOMAIN, USER=USER))
        self.write("etc/postfix/master.cf", MASTER.format(**self.ports))
        self.write("etc/postfix/sasl/smtpd.conf", SASL.format(mechanisms=" ".join(self.mechanisms)))
        self.inside("saslpasswd2", "-p", "-c", "-f", "/etc/postfix/sasl/users", "-u", DOMAIN, USER,
                    text=PASSWORD)
        self.own("postfix", "etc/postfix/sasl/users", "var/lib/postfix",
                 *(f"var/spool/postfix/{name}" for name in QUEUES))
        self.own("root", "var/spool/postfix/pid")
        self.own("vmail", "mail")
        self.spawn("/usr/lib/postfix/sbin/master", "-c", "/etc/postfix", "-d",
                   ports=self.ports.values())
