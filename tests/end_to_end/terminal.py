# SPDX-License-Identifier: ISC
"""A terminal of its own for a program, and somebody at the keyboard."""
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time


class Terminal:
    """Runs a program at a new terminal, while the `with` block runs."""

    def __init__(self, words, environment, columns=80, input_file=None):
        """input_file: a path, for standard input in place of the terminal."""
        self.seen, self.taken, self.code = "", 0, None
        self.process, self.descriptor = pty.fork()
        if self.process == 0:
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
            if input_file is not None:
                os.dup2(os.open(input_file, os.O_RDONLY), 0)
            os.execve(words[0], words, environment)

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        if self.code is None:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        os.close(self.descriptor)

    def take(self, seconds):
        """Takes what is shown; whether the program can still show something."""
        if not select.select([self.descriptor], [], [], seconds)[0]:
            return True
        try:
            octets = os.read(self.descriptor, 65536)
        except OSError:
            return False
        self.seen += octets.decode("utf-8", "replace")
        return bool(octets)

    def expect(self, text, seconds=20):
        """Waits until a text is shown behind what was expected before."""
        end = time.monotonic() + seconds
        while text not in self.seen[self.taken:]:
            if not self.take(0.2) or time.monotonic() > end:
                raise AssertionError(f"{text!r} was not shown: {self.seen[self.taken:]!r}")
        self.taken = self.seen.index(text, self.taken) + len(text)

    def type(self, text):
        # A prompt is shown a moment before the terminal is set for what follows.
        time.sleep(0.1)
        os.write(self.descriptor, text.encode("utf-8"))

    def answer(self, question, text):
        self.expect(question)
        self.type(text + "\n")

    def end(self, seconds=20):
        """Waits for the program to end; returns its exit code."""
        end = time.monotonic() + seconds
        while self.take(0.2):
            if time.monotonic() > end:
                raise AssertionError(f"it does not end: {self.seen[self.taken:]!r}")
        self.code = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        return self.code
