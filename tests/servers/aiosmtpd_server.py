#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Python's aiosmtpd on loopback; it keeps each message octet for octet.

    aiosmtpd_server.py start FOLDER   prints PORT=, TLSPORT=, CA=, MAILDIR=, USER=, PASS=, RECIPIENT=
    aiosmtpd_server.py stop FOLDER

Needs Debian's python3-aiosmtpd. Beside a message NAME in MAILDIR/new lies its envelope, as
FOLDER/envelopes/NAME.json.
"""
import asyncio
import itertools
import json
import os
import signal
import ssl
import subprocess
import sys
import time

import certificates

USER, PASSWORD = "test", "S3cret-pass"


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


async def serve(folder):
    from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword  # pylint: disable=import-error

    def check(_server, _session, _envelope, _mechanism, login):
        good = login == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=good)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(folder, "tls", "good.pem"),
                            os.path.join(folder, "tls", "good.key"))
    keeper = Keeper(folder)

    def protocol(starttls):
        return SMTP(keeper, hostname="mail.example.test", data_size_limit=1 << 28,
                    enable_SMTPUTF8=True, tls_context=context if starttls else None,
                    authenticator=check, auth_require_tls=starttls)

    loop = asyncio.get_running_loop()
    plain = await loop.create_server(lambda: protocol(True), "127.0.0.1", 0)
    secure = await loop.create_server(lambda: protocol(False), "127.0.0.1", 0, ssl=context)
    ports = [server.sockets[0].getsockname()[1] for server in (plain, secure)]
    lines = [f"PORT={ports[0]}", f"TLSPORT={ports[1]}", f"CA={folder}/tls/ca.pem",
             f"MAILDIR={folder}/mail", f"USER={USER}", f"PASS={PASSWORD}",
             "RECIPIENT=test@example.test", f"PID={os.getpid()}"]
    with open(os.path.join(folder, "new-env"), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    os.rename(os.path.join(folder, "new-env"), os.path.join(folder, "env"))
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()


def start(folder):
    for name in ("envelopes", "mail/tmp", "mail/new", "mail/cur"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    certificates.make(os.path.join(folder, "tls"))
    with open(os.path.join(folder, "log"), "wb") as log:
        child = subprocess.Popen([sys.executable, __file__, "serve", folder], stdout=log,
                                 stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
    ready = os.path.join(folder, "env")
    for _ in range(300):
        if os.path.exists(ready):
            with open(ready, encoding="utf-8") as file:
                print(file.read(), end="")
            return
        if child.poll() is not None:
            break
        time.sleep(0.05)
    with open(os.path.join(folder, "log"), encoding="utf-8", errors="replace") as file:
        sys.exit("aiosmtpd does not start: " + file.read())


def stop(folder):
    with open(os.path.join(folder, "env"), encoding="utf-8") as file:
        settings = dict(line.rstrip("\n").split("=", 1) for line in file)
    os.kill(int(settings["PID"]), signal.SIGTERM)
    os.unlink(os.path.join(folder, "env"))


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("start", "stop", "serve"):
        sys.exit(__doc__)
    target = os.path.abspath(sys.argv[2])
    if sys.argv[1] == "serve":
        asyncio.run(serve(target))
    else:
        {"start": start, "stop": stop}[sys.argv[1]](target)
