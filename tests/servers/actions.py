# SPDX-License-Identifier: ISC
"""What a scripted server can do at a step, beside sending a reply. Each takes the Dialogue."""
import select
import socket
import struct

DEFAULT = object()  # in a scenario: what a server in good order says here


class Ended(Exception):
    """The connection is over."""


def hang(dialogue):
    """Neither reads nor writes any more, until the client has gone."""
    dialogue.flush()
    poll = select.poll()
    poll.register(dialogue.socket, select.POLLRDHUP | select.POLLHUP | select.POLLERR)
    while not dialogue.server.stopping.is_set() and not poll.poll(100):
        pass
    raise Ended


def close(dialogue):
    dialogue.flush()
    raise Ended


def reset(dialogue):
    """Ends the connection by RST."""
    linger_not = struct.pack("ii", 1, 0)
    dialogue.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
    raise Ended


def keep(dialogue):
    """Takes responsibility for the message without a word."""
    dialogue.keep()


def half_close(dialogue):
    """Says nothing any more, and goes on to read."""
    dialogue.flush()
    dialogue.socket.shutdown(socket.SHUT_WR)


def pause(seconds):
    """Waits before it goes on."""
    def wait(dialogue):
        if dialogue.server.stopping.wait(seconds):
            raise Ended
    return wait


def slowly(text, seconds):
    """Says it with a pause after each octet."""
    def say(dialogue):
        for octet in text.encode("latin-1") + b"\r\n":
            dialogue.socket.sendall(bytes([octet]))
            if dialogue.server.stopping.wait(seconds):
                raise Ended
    return say


def endlessly(octets):
    """Repeats them until the client has gone."""
    def say(dialogue):
        while not dialogue.server.stopping.is_set():
            dialogue.socket.sendall(octets)
        raise Ended
    return say
