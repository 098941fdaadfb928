#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Python's aiosmtpd (Debian's python3-aiosmtpd); it keeps each message octet for octet.

    aiosmtpd_sink.py FOLDER PORT TLSPORT PLAINPORT

Serves STARTTLS, TLS, and without TLS or login, until it is asked to end. Beside a message NAME in
FOLDER/mail/new lies its envelope, as FOLDER/envelopes/NAME.json.
"""
import asyncio
import itertools
import json
import os
import signal
import ssl
import sys

from debian import PASSWORD, USER, Server, free_ports, read


class Keeper:
    """Stores what is accepted."""

    def __init__(self, folder):
        self.folder = folder
        self.serial = itertools.count(1)

    async def handle_DATA(self, server, session, envelope):  # pylint: disable=invalid-name
        name = f"{next(self.serial):04}"
        with open(os.path.join(self.folder, "envelopes", name + ".json"), "w",
                  encoding="ascii") as file:
            json.dump({"sender": envelope.mail_from, "recipients": envelope.rcpt_tos,
                       "parameters": envelope.mail_options, "hello": session.host_name,
                       "login": bool(session.authenticated),
                       "tls": server.transport.get_extra_info("ssl_object") is not None}, file)
        path = os.path.join(self.folder, "mail", "tmp", name)
        with open(path, "wb") as file:
            file.write(envelope.original_content)
        os.rename(path, os.path.join(self.folder, "mail", "new", name))
        return "250 2.0.0 Kept as " + name


async def serve(folder, ports):
    from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword  # pylint: disable=import-error

    def check(_server, _session, _envelope, _mechanism, login):
        good = login == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=good)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder + "/tls/server.pem", folder + "/tls/server.key")
    keeper = Keeper(folder)

    def protocol(**settings):
        return SMTP(keeper, hostname="mail.example.test", data_size_limit=1 << 28,
                    enable_SMTPUTF8=True, authenticator=check, **settings)

    loop = asyncio.get_running_loop()
    for port, tls, settings in zip(ports, (None, context, None), (
            {"tls_context": context, "auth_require_tls": True},
            {"auth_require_tls": False}, {"auth_require_tls": True})):
        await loop.create_server(lambda settings=settings: protocol(**settings), "127.0.0.1", port,
                                 ssl=tls)
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()


class Aiosmtpd(Server):
    extensions = ("SMTPUTF8",)
    mechanisms = ("PLAIN", "LOGIN")
    needs_root = False

    def make_root(self):
        for name in ("envelopes", "mail/tmp", "mail/new"):
            os.makedirs(self.path(name))

    def enter(self):
        return (sys.executable, os.path.abspath(__file__), self.root)

    def start(self):
        self.ports = dict(zip(("starttls", "tls", "plain"), free_ports(3)))
        self.spawn(*map(str, self.ports.values()), ports=self.ports.values())

    def envelopes(self):
        """Who was told to get what, in the order of the messages."""
        folder = self.path("envelopes")
        return [json.loads(read(os.path.join(folder, name))) for name in sorted(os.listdir(folder))]


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    asyncio.run(serve(sys.argv[1], [int(port) for port in sys.argv[2:]]))
