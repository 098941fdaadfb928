# SPDX-License-Identifier: ISC
"""A Kerberos realm (MIT) inside a server's root directory: a key for it, and a ticket for its user."""
from debian import DOMAIN, PASSWORD, USER, free_ports

REALM = DOMAIN.upper()
CLIENT = """
[libdefaults]
default_realm = {REALM}
dns_lookup_kdc = false
dns_lookup_realm = false
dns_canonicalize_hostname = false
rdns = false
[realms]
{REALM} = {{
    kdc = 127.0.0.1:{port}
}}
"""
CENTER = """
[kdcdefaults]
kdc_listen = 127.0.0.1:{port}
kdc_tcp_listen = 127.0.0.1:{port}
[realms]
{REALM} = {{
    database_name = /realm/principal
    key_stash_file = /realm/stash
}}
"""
ADDITIONS = f"""
addprinc -pw {PASSWORD} {USER}
addprinc -randkey smtp/localhost
ktadd -k /keytab smtp/localhost
"""


def start(server):
    """Starts the realm; returns the client's environment, which holds the ticket."""
    [port] = free_ports(1)
    server.own("root", "realm")
    server.write("etc/krb5.conf", CLIENT.format(REALM=REALM, port=port))
    server.write("etc/krb5kdc/kdc.conf", CENTER.format(REALM=REALM, port=port))
    server.inside("kdb5_util", "create", "-s", "-r", REALM, "-P", PASSWORD)
    server.inside("kadmin.local", text=ADDITIONS)
    server.own("dovecot", "keytab")
    server.spawn("/usr/sbin/krb5kdc", "-n", ports=[port])
    server.inside("kinit", "-c", "FILE:/ticket", USER, text=PASSWORD + "\n")
    # What libgsasl makes of a name leaks in libgssglue, each time, and is nothing of ours.
    server.write("leaks", "leak:libgssapi_krb5.so\nleak:libgssglue.so\n")
    return {"KRB5_CONFIG": server.path("etc/krb5.conf"),
            "KRB5CCNAME": "FILE:" + server.path("ticket"),
            "LSAN_OPTIONS": f"print_suppressions=0:suppressions={server.path('leaks')}"}
