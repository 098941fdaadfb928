#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""An SMTP server that behaves, or misbehaves, by a scenario of scenarios.py, on loopback.

    scripted.py --list                     the scenarios
    scripted.py SCENARIO TLS-FOLDER RECORD  prints the port, serves until its standard input ends,
                                            then writes what it received to RECORD, as JSON

The record is {"connections": [...], "messages": [...]}. A connection has the octets that came
"clear" and those that came "secure" (the first 64 KiB of each), the "commands", the "logins",
whether it ended by "quit", what came "early", behind STARTTLS, within TLS whether it was "resumed",
the "cipher", the name in the "client" certificate, and "turns": how often the server
had to answer before the client sent more (counted where a scenario says patient=True). A message is
one that the server took responsibility for: its "sender", "recipients", "raw" octets as they came
over the wire, "octets" without dot-stuffing, and whether it came "chunked", by BDAT.
"""
import base64
import hashlib
import hmac
import json
import os
import select
import socket
import ssl
import sys
import threading
import time

import certificates
import digests
import scenarios
from actions import DEFAULT, Ended

USER, PASSWORD = "test", "S3cret-pass"
KEPT = 1 << 16


class Dialogue:
    """One connection, from the greeting to its end."""

    def __init__(self, server, connection):
        self.server = server
        self.scenario = server.scenario
        self.socket = connection
        self.buffer = b""
        self.held = b""
        self.counts = {}
        self.reset()
        self.body, self.chunked, self.kept, self.local = b"", False, False, False
        self.record = {"clear": b"", "secure": b"", "commands": [], "logins": [], "turns": 0,
                       "early": b"", "tls": False, "quit": False}

    # Octets in and out

    def receive(self):
        """Waits for more octets; what was held back is sent first, and that is a turn."""
        if self.held and not select.select([self.socket], [], [], 0.1)[0]:
            self.record["turns"] += 1
            self.flush()
        if self.scenario.reads_slowly:
            time.sleep(0.002)
        octets = self.socket.recv(1 << 15 if self.scenario.reads_slowly else 1 << 18)
        if not octets:
            raise Ended
        kind = "secure" if self.record["tls"] else "clear"
        self.record[kind] += octets[:max(0, KEPT - len(self.record[kind]))]
        return octets

    def read_line(self):
        while b"\n" not in self.buffer:
            self.buffer += self.receive()
            if len(self.buffer) > 1 << 20:
                raise Ended
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.removesuffix(b"\r").decode("latin-1")

    def read(self, size):
        pieces, missing = [self.buffer[:size]], size - len(self.buffer)
        self.buffer = self.buffer[size:]
        while missing > 0:
            octets = self.receive()
            pieces.append(octets[:missing])
            self.buffer = octets[missing:]
            missing -= len(octets)
        return b"".join(pieces)

    def send(self, octets):
        if self.scenario.patient:
            self.held += octets
        elif self.scenario.octet_by_octet:
            for octet in octets:
                self.socket.sendall(bytes([octet]))
                time.sleep(0.0005)
        else:
            self.socket.sendall(octets)

    def flush(self):
        held, self.held = self.held, b""
        self.socket.sendall(held)

    # Answers

    def reset(self):
        self.sender, self.recipients = None, []

    def answer(self, step):
        """Does what the scenario says for a step; returns the code of the first reply, or 0."""
        wanted = self.scenario.answers.get(step, DEFAULT)
        if isinstance(wanted, list):
            count = self.counts[step] = self.counts.get(step, 0) + 1
            wanted = wanted[min(count, len(wanted)) - 1]
        code = 0
        for action in wanted if isinstance(wanted, tuple) else (wanted,):
            if action is DEFAULT:
                action = self.default(step)
            if callable(action):
                action(self)
                continue
            octets = action if isinstance(action, bytes) else action.encode("latin-1") + b"\r\n"
            self.send(octets)
            code = code or (int(octets[:3]) if octets[:3].isdigit() else 0)
        return code

    def default(self, step):
        if step == "ehlo":
            offered = self.scenario.secure if self.record["tls"] else self.scenario.capabilities
            lines = ("mail.example.test", *offered)
            return b"".join(b"250%c%s\r\n" % (b" -"[line != lines[-1]], line.encode("latin-1"))
                            for line in lines)
        if step == "rcpt" and self.sender is None:
            return "503 5.5.1 MAIL first"
        if step == "data" and not self.recipients:
            return "554 5.5.1 No valid recipients"
        return scenarios.DEFAULTS[step]

    def keep(self):
        """Takes responsibility for the message."""
        self.kept = True
        octets = self.body
        if not self.chunked:
            octets = (b"\r\n" + octets).replace(b"\r\n.", b"\r\n")[2:]
        self.server.keep({"sender": self.sender, "recipients": self.recipients,
                          "raw": self.body, "octets": octets, "chunked": self.chunked})

    # Commands

    def run(self):
        if self.scenario.implicit_tls:
            self.handshake()
        self.answer("greeting")
        while True:
            line = self.read_line()
            self.record["commands"].append(line)
            verb, _, argument = line.partition(" ")
            command = getattr(self, "do_" + verb.lower(), None)
            if command:
                command(argument)
            else:
                self.answer("unknown")

    def do_ehlo(self, _argument):
        self.reset()
        self.answer("ehlo")

    def do_helo(self, _argument):
        self.reset()
        self.answer("helo")

    def do_starttls(self, _argument):
        if self.answer("starttls") == 220:
            self.record["early"] += self.buffer
            self.buffer = b""
            if "handshake" in self.scenario.answers:
                self.answer("handshake")
            self.handshake()

    def handshake(self):
        if self.held:
            self.record["turns"] += 1
            self.flush()
        self.socket = self.server.tls_context().wrap_socket(self.socket, server_side=True,
                                                            suppress_ragged_eofs=False)
        shown = self.socket.getpeercert() or {}
        self.record["tls"] = True
        self.record["resumed"] = self.socket.session_reused
        self.record["cipher"] = self.socket.cipher()
        self.record["client"] = dict(pair[0] for pair in shown.get("subject", ())).get("commonName")

    def do_auth(self, argument):
        mechanism, _, initial = argument.partition(" ")
        if "auth" in self.scenario.answers:
            self.answer("auth")
        elif mechanism in self.scenario.too_weak:
            self.send(b"538 5.7.11 Encryption is needed\r\n")
        elif mechanism == "LOGIN":
            user = self.prompt("334 VXNlcm5hbWU6", initial)
            self.log_in(mechanism, user, self.prompt("334 UGFzc3dvcmQ6", ""))
        elif mechanism == "PLAIN":
            blob = self.prompt("334 ", "" if self.scenario.always_prompts else initial)
            _, user, password = blob.split("\0") if blob.count("\0") == 2 else ("", "", "")
            self.log_in(mechanism, user, password)
        elif mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"):
            self.scram(mechanism, initial)
        elif mechanism in ("XOAUTH2", "OAUTHBEARER"):
            self.token(mechanism, initial)
        elif mechanism in ("CRAM-MD5", "DIGEST-MD5"):
            self.digest(mechanism)
        elif mechanism == "EXTERNAL":
            user = self.prompt("334 ", initial)
            self.log_in(mechanism, user, PASSWORD)
        else:
            self.send(b"504 5.5.4 Unknown mechanism\r\n")

    def prompt(self, text, given):
        if not given:
            self.send(text.encode("ascii") + b"\r\n")
            given = self.read_line()
            self.record["commands"].append(given)
        return base64.b64decode(given).decode("utf-8")

    def log_in(self, mechanism, user, password):
        good = (user, password) == (USER, PASSWORD)
        self.record["logins"].append([mechanism, user, good])
        self.send(b"235 2.7.0 Welcome\r\n" if good else b"535 5.7.8 Wrong name or password\r\n")

    def ask(self, text):
        return self.prompt("334 " + base64.b64encode(text.encode()).decode(), "")

    def digest(self, mechanism):
        if mechanism == "CRAM-MD5":
            user, _, proof = self.ask(digests.CRAM_CHALLENGE).rpartition(" ")
            good = proof == digests.cram_md5(PASSWORD)
        else:
            fields = digests.digest_fields(self.ask(digests.digest_challenge()))
            user = fields["username"]
            good = fields["response"] == digests.digest_md5(fields, USER, PASSWORD)
            proof = "rspauth=" + digests.digest_md5(fields, USER, PASSWORD, "")
            if good and self.ask("" if self.scenario.no_proof else proof) != "":
                raise Ended
        self.log_in(mechanism, user, PASSWORD if good else "")

    def token(self, mechanism, initial):
        """RFC 7628: a refusal is a challenge first, which the client must acknowledge."""
        message = self.prompt("334 ", initial)
        head = {"XOAUTH2": f"user={USER}\1",
                "OAUTHBEARER": f"n,a={USER},\1host=localhost\1port={self.server.port}\1"}[mechanism]
        good = message == f"{head}auth=Bearer {PASSWORD}\1\1" and not self.scenario.token_error
        self.record["logins"].append([mechanism, USER, good])
        if not good:
            reason = base64.b64encode(self.scenario.token_error.encode()).decode()
            answer = self.prompt("334 " + reason, None)
            if answer != {"XOAUTH2": "", "OAUTHBEARER": "\1"}[mechanism]:
                self.send(b"500 5.5.2 What is this?\r\n")
                return
        self.send(b"235 2.7.0 Welcome\r\n" if good else b"535 5.7.8 The token is not good\r\n")

    def scram(self, mechanism, initial):
        """RFC 5802, with the deviations that the scenario asks for."""
        bends = self.scenario.scram
        first = self.prompt("334 ", initial)
        header, binding = "n,,", b""
        if mechanism.endswith("-PLUS"):
            header, binding = "p=tls-unique,,", self.socket.get_channel_binding("tls-unique")
            if bends.get("in_between"):  # as on another connection, which somebody passes on
                binding = binding[::-1]
        if not first.startswith(header):
            raise ValueError(first)
        first = first.removeprefix(header)
        nonce = ("" if bends.get("foreign_nonce") else first.split(",r=")[1]) + "server"
        salt, rounds = b"0123456789abcdef", bends.get("iterations", 4096)
        reply = f"r={nonce},s={base64.b64encode(salt).decode()},i={rounds}"
        reply = bends.get("reply", "{}").format(reply)
        final = self.prompt("334 " + base64.b64encode(reply.encode()).decode(), "")
        bare, _, proof = final.rpartition(",p=")

        def sign(key, text):
            return hmac.new(key, text, "sha256").digest()

        salted = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt, min(rounds, 1 << 20))
        transcript = ",".join([first, reply, bare]).encode()
        client_key = sign(salted, b"Client Key")
        signature = sign(hashlib.sha256(client_key).digest(), transcript)
        good = bytes(a ^ b for a, b in zip(client_key, signature)) == base64.b64decode(proof)
        bound = base64.b64encode(header.encode() + binding).decode()
        good = good and bare.split(",")[0] == "c=" + bound
        self.record["logins"].append([mechanism, first.split(",")[0][2:], good])
        if not good:
            self.send(b"535 5.7.8 Wrong name or password\r\n")
            return
        verifier = sign(sign(salted, b"Server Key"), transcript)
        if bends.get("wrong_signature"):
            verifier = verifier[::-1]
        if not self.scenario.no_proof:
            self.ask("v=" + base64.b64encode(verifier).decode())
        for _ in range(bends.get("empty_challenges", 0)):
            self.ask("")
        self.send(b"235 2.7.0 Welcome\r\n")

    def do_mail(self, argument):
        if self.answer("mail") // 100 == 2:
            self.sender, self.body, self.chunked = argument, b"", False

    def do_rcpt(self, argument):
        if self.answer("rcpt") // 100 == 2:
            self.recipients.append(argument)

    def do_data(self, _argument):
        if self.answer("data") != 354:
            return
        self.chunked = False
        if "body" in self.scenario.answers:
            self.body = self.read(self.scenario.body_after)
            self.answer("body")
        pieces, tail = [self.body, self.buffer], b"\r\n" + self.body[-5:] + self.buffer
        self.buffer = b""
        while b"\r\n.\r\n" not in tail:
            octets = self.receive()
            pieces.append(octets)
            tail = (tail + octets)[-len(octets) - 5:]
        whole = b"\r\n" + b"".join(pieces)
        end = whole.index(b"\r\n.\r\n")
        self.body, self.buffer = whole[2:end + 2], whole[end + 5:]
        self.finish()

    def forget(self):
        """Loses what the client has sent behind the command."""
        self.buffer = b""

    def do_bdat(self, argument):
        if "bdat_unread" in self.scenario.answers:
            self.answer("bdat_unread")
            return
        size, _, last = argument.partition(" ")
        octets = self.read(int(size))
        self.chunked = True
        if not self.recipients:
            self.send(b"554 5.5.1 No valid recipients\r\n")
            return
        self.body += octets
        if last.upper() == "LAST":
            self.finish()
        else:
            self.answer("bdat")

    def do_lhlo(self, _argument):
        self.local = True
        self.reset()
        self.answer("ehlo")

    def finish_each(self):
        """The end of a message by LMTP: one reply for each recipient (RFC 2033 4.2)."""
        self.recipients, all_of_them = [], self.recipients
        for recipient in all_of_them:
            if self.answer("end") // 100 == 2:
                self.recipients.append(recipient)
        if self.recipients:
            self.keep()
        self.reset()

    def finish(self):
        if self.local:
            self.finish_each()
            return
        self.kept = False
        if self.answer("end") // 100 == 2 and not self.kept:
            self.keep()
        self.reset()

    def do_rset(self, _argument):
        self.reset()
        self.answer("rset")

    def do_noop(self, _argument):
        self.send(b"250 2.0.0 Ok\r\n")

    def do_quit(self, _argument):
        self.record["quit"] = True
        self.answer("quit")
        self.flush()
        if self.record["tls"] and self.scenario.close_notify:
            self.socket.settimeout(1)
            self.socket.unwrap()
        raise Ended


class Server:
    """Listens on a free port, or a local socket, while the `with` block runs."""

    def __init__(self, scenario, tls_folder, path=None):
        self.path, self.port = path, None
        self.scenario = scenarios.SCENARIOS[scenario] if isinstance(scenario, str) else scenario
        self.tls_folder = tls_folder
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self.context = None
        self.connections, self.messages, self.threads, self.sockets = [], [], [], []

    def __enter__(self):
        self.listener = socket.socket(socket.AF_UNIX if self.path else socket.AF_INET)
        if self.scenario.reads_slowly or "body" in self.scenario.answers:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        self.listener.bind(self.path or ("127.0.0.1", 0))
        self.listener.listen(16)
        if not self.path:
            self.port = self.listener.getsockname()[1]
        self.acceptor = threading.Thread(target=self.accept, daemon=True)
        self.acceptor.start()
        return self

    def __exit__(self, *_exception):
        # What the client has sent before it ended is still read, unless the scenario hangs.
        for thread in self.threads:
            thread.join(2)
        self.stopping.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.sockets:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        for thread in self.threads + [self.acceptor]:
            thread.join(10)

    def accept(self):
        while True:
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return
            if not self.path:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            thread = threading.Thread(target=self.serve, args=(connection,), daemon=True)
            self.sockets.append(connection)
            self.threads.append(thread)
            thread.start()

    def serve(self, connection):
        dialogue = Dialogue(self, connection)
        with self.lock:
            self.connections.append(dialogue.record)
        try:
            dialogue.run()
        except (Ended, OSError, ValueError, IndexError):
            pass  # the client left, or sent what nobody understands: the record tells
        finally:
            dialogue.socket.close()
            connection.close()

    def tls_context(self):
        """One for all connections, so that sessions can be resumed."""
        with self.lock:
            if self.context is None:
                self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                path = os.path.join(self.tls_folder, self.scenario.certificate)
                self.context.load_cert_chain(path + ".pem", path + ".key")
                if self.scenario.binds:
                    # Python has no tls-exporter.
                    self.context.maximum_version = ssl.TLSVersion.TLSv1_2
                if self.scenario.old_tls:
                    self.context.set_ciphers("ALL:@SECLEVEL=0")
                    self.context.minimum_version = ssl.TLSVersion.TLSv1
                    self.context.maximum_version = ssl.TLSVersion.TLSv1_1
                if self.scenario.wants_certificate:
                    self.context.verify_mode = ssl.CERT_REQUIRED
                    self.context.load_verify_locations(os.path.join(self.tls_folder, "ca.pem"))
            return self.context

    def keep(self, message):
        with self.lock:
            self.messages.append(message)

    def record(self):
        return {"connections": self.connections, "messages": self.messages}


def main(arguments):
    if arguments == ["--list"]:
        for name, scenario in scenarios.SCENARIOS.items():
            print(f"{name:22}{scenario.mode:12}{scenario.about}")
        return
    if len(arguments) != 3 or arguments[0] not in scenarios.SCENARIOS:
        sys.exit(__doc__)
    certificates.make(arguments[1])
    with Server(arguments[0], arguments[1]) as server:
        print(server.port, flush=True)
        sys.stdin.read()
    with open(arguments[2], "w", encoding="ascii") as file:
        json.dump(server.record(), file, indent=1, default=lambda octets: octets.decode("latin-1"))


if __name__ == "__main__":
    main(sys.argv[1:])
