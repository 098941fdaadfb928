# SPDX-License-Identifier: ISC
"""A name server over UDP, which knows what it is given."""
import socket
import struct
import threading

A, SRV = 1, 33


def encode(name):
    """A name as it goes over the wire (RFC 1035 3.1)."""
    labels = [label.encode("ascii") for label in name.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def address(text):
    return A, socket.inet_aton(text)


def service(priority, weight, port, host):
    return SRV, struct.pack(">HHH", priority, weight, port) + encode(host)


class NameServer:
    """Answers while the `with` block runs. `records` has for each name a list of what address() or
    service() gives; other names do not exist. `asked` is the names and types that were asked for."""

    def __init__(self, records, port=53):
        self.records, self.port, self.asked = records, port, []

    def __enter__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", self.port))
        self.socket.settimeout(0.1)
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_exception):
        self.stopping.set()
        self.thread.join(10)
        self.socket.close()

    def serve(self):
        while not self.stopping.is_set():
            try:
                query, client = self.socket.recvfrom(512)
            except TimeoutError:
                continue
            self.socket.sendto(self.answer(query), client)

    def answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode("latin-1"))
            at += 1 + query[at]
        name, question = ".".join(labels).lower(), query[12:at + 5]
        wanted = struct.unpack(">H", query[at + 1:at + 3])[0]
        self.asked.append((name, wanted))
        found = [octets for kind, octets in self.records.get(name, ()) if kind == wanted]
        code = 0 if name in self.records else 3
        header = query[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(found), 0, 0)
        return header + question + b"".join(
            struct.pack(">HHHIH", 0xC00C, wanted, 1, 60, len(octets)) + octets for octets in found)
