# SPDX-License-Identifier: ISC
"""A SOCKS 5 (RFC 1928, 1929) or HTTP proxy on loopback, which keeps what it was asked for.

Whatever host it is asked for, it connects to 127.0.0.1 and the port asked for: so names that no DNS
knows can be used, and it is seen that the proxy looks them up.
"""
import base64
import select
import socket
import threading


class Ended(Exception):
    """The client has gone, or is not wanted."""


class Proxy:
    """Listens while the `with` block runs. `login` is "user:password", or None for no login;
    `answer` is said in place of the answer to the request."""

    def __init__(self, kind, login=None, answer=None):
        self.kind, self.login, self.answer = kind, login, answer
        self.asked, self.logins, self.threads = [], [], []
        self.stopping = threading.Event()

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.acceptor = threading.Thread(target=self.accept, daemon=True)
        self.acceptor.start()
        return self

    def __exit__(self, *_exception):
        self.stopping.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in [*self.threads, self.acceptor]:
            thread.join(10)

    def accept(self):
        while True:
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self.serve, args=(connection,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def serve(self, connection):
        with connection:
            try:
                port = (self.socks if self.kind == "socks5" else self.http)(connection)
                with socket.create_connection(("127.0.0.1", port)) as server:
                    self.open(connection, server)
            except (Ended, OSError, ValueError, IndexError):
                pass  # what was asked is kept

    def open(self, connection, server):
        connection.sendall(b"\5\0\0\1\x7f\0\0\1\0\0" if self.kind == "socks5"
                           else b"HTTP/1.1 200 Connection established\r\nVia: 1.1 x\r\n\r\n")
        ends = {connection: server, server: connection}
        while not self.stopping.is_set():
            for end in select.select(list(ends), [], [], 0.1)[0]:
                octets = end.recv(1 << 16)
                if not octets:
                    return
                ends[end].sendall(octets)

    def refuse(self, connection, answer):
        connection.sendall(answer)
        raise Ended

    @staticmethod
    def read(connection, size):
        octets = b""
        while len(octets) < size:
            octets += connection.recv(size - len(octets)) or b""
            if not octets:
                raise Ended
        return octets

    def read_counted(self, connection):
        return self.read(connection, self.read(connection, 1)[0])

    def socks(self, connection):
        assert self.read(connection, 1) == b"\5"
        wanted = 2 if self.login else 0
        if wanted not in self.read_counted(connection):
            self.refuse(connection, b"\5\xff")
        connection.sendall(bytes([5, wanted]))
        if self.login:
            assert self.read(connection, 1) == b"\1"
            login = b":".join([self.read_counted(connection), self.read_counted(connection)])
            self.logins.append(login.decode())
            if login.decode() != self.login:
                self.refuse(connection, b"\1\1")
            connection.sendall(b"\1\0")
        kind = self.read(connection, 4)[3]
        host = (self.read_counted(connection).decode() if kind == 3 else
                socket.inet_ntop(socket.AF_INET if kind == 1 else socket.AF_INET6,
                                 self.read(connection, 4 if kind == 1 else 16)))
        port = int.from_bytes(self.read(connection, 2), "big")
        self.asked.append(host)
        if self.answer is not None:
            self.refuse(connection, self.answer)
        return port

    def http(self, connection):
        request = b""
        while not request.endswith(b"\r\n\r\n"):
            request += self.read(connection, 1)
        lines = request.decode().split("\r\n")
        method, target, version = lines[0].split(" ")
        assert (method, version, lines[1]) == ("CONNECT", "HTTP/1.1", "Host: " + target)
        self.asked.append(target.rpartition(":")[0])
        if self.login:
            given = [line for line in lines if line.startswith("Proxy-Authorization: Basic ")]
            self.logins += [base64.b64decode(line.split(" ")[2]).decode() for line in given]
            if self.logins != [self.login]:
                self.refuse(connection, b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
        if self.answer is not None:
            self.refuse(connection, self.answer)
        return int(target.rpartition(":")[2])
