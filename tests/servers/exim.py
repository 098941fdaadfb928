# SPDX-License-Identifier: ISC
"""Exim: TLS by GnuTLS; login also by a client's certificate; PRDR, CHUNKING, SMTPUTF8, DSN."""
from debian import DOMAIN, PASSWORD, USER, Server, free_ports

CONFIGURATION = """
primary_hostname = mail.{DOMAIN}
spool_directory = /var/spool/exim4
log_file_path = /var/spool/exim4/%slog
local_interfaces = 127.0.0.1
daemon_smtp_ports = {starttls} : {tls}
tls_on_connect_ports = {tls}
tls_advertise_hosts = *
tls_certificate = /tls/server.pem
tls_privatekey = /tls/server.key
tls_try_verify_hosts = *
tls_verify_certificates = /tls/ca.pem
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
chunking_advertise_hosts = *
pipelining_advertise_hosts = *
smtputf8_advertise_hosts = *
dsn_advertise_hosts = *
prdr_enable = true
message_size_limit = 64M
smtp_accept_max = 0
smtp_accept_queue_per_connection = 0
rfc1413_query_timeout = 0s
dkim_verify_signers =
acl_smtp_mail = accept
acl_smtp_rcpt = recipient
acl_smtp_data = accept
acl_smtp_data_prdr = verdict
acl_smtp_auth = accept

begin acl
recipient:
  deny    recipients = nobody@{DOMAIN}
          message = 5.1.1 No such user
  accept  domains = {DOMAIN}
          authenticated = *
  accept  domains = {DOMAIN}
          hosts = 127.0.0.1
  deny    message = 5.7.1 No relaying
# One verdict for each recipient after the message (PRDR).
verdict:
  deny    condition = ${{if eq{{$local_part}}{{strict}}}}
          message = 5.7.1 I want none of this
  accept

begin routers
local:
  driver = accept
  domains = {DOMAIN}
  transport = maildir

begin transports
maildir:
  driver = appendfile
  directory = /mail
  maildir_format
  envelope_to_add
  return_path_add
  delivery_date_add
  user = Debian-exim

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{USER}}}}}{{eq{{$auth3}}{{{PASSWORD}}}}}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if and{{{{eq{{$auth1}}{{{USER}}}}}{{eq{{$auth2}}{{{PASSWORD}}}}}}}}}
  server_set_id = $auth1
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = ${{if eq{{$auth1}}{{{USER}}}{{{PASSWORD}}}fail}}
  server_set_id = $auth1
ntlm:
  driver = spa
  public_name = NTLM
  server_password = ${{if eq{{$auth1}}{{{USER}}}{{{PASSWORD}}}fail}}
  server_set_id = $auth1
external:
  driver = external
  public_name = EXTERNAL
  server_param2 = ${{certextract{{subject,CN}}{{$tls_in_peercert}}}}
  server_condition = ${{if and{{{{bool{{$tls_in_certificate_verified}}}}\\
                              {{eq{{$auth2}}{{localhost}}}}}}}}
  server_set_id = $auth2
"""


class Exim(Server):
    extensions = ("CHUNKING", "DSN", "PIPELINING", "SMTPUTF8")
    mechanisms = ("PLAIN", "LOGIN", "CRAM-MD5", "NTLM", "EXTERNAL")
    logs = ("log", *(f"var/spool/exim4/{name}log" for name in ("main", "reject", "panic")))

    def start(self):
        self.ports = dict(zip(("starttls", "tls"), free_ports(2)))
        self.write("exim.conf", CONFIGURATION.format(DOMAIN=DOMAIN, USER=USER, PASSWORD=PASSWORD,
                                                     **self.ports))
        self.own("Debian-exim", "var/spool/exim4", "mail")
        self.spawn("/usr/sbin/exim4", "-C", "/exim.conf", "-bdf", "-q10m",
                   ports=self.ports.values())
