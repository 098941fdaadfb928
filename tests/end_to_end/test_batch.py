#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Many messages over many connections: each arrives once, whatever the server does to them.

Environment: MAILER_SEND_BATCH  send_batch.c, built; MAILER_SAMPLES  the folder of the samples.
"""
import asyncio
import collections
import os
import re
import resource
import ssl
import subprocess
import threading
import unittest

import common

SEND_BATCH = os.environ.get("MAILER_SEND_BATCH", "")
SAMPLES = os.environ.get("MAILER_SAMPLES", "")
# KiB for a thousand connections.
MOST_MEMORY = 64 * 1024


class Crowd:
    """A server for many connections, in a thread while the `with` block runs."""

    def __init__(self, *, certificate=None, most=0, each=0, gather=0, slow=0, on_large=None):
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate + ".pem", certificate + ".key")
        self.most = most          # connections at a time; further ones are told 421
        self.each = each          # messages of a connection; then it is told 421
        self.gather = gather      # no message is answered before so many connections are there
        self.slow = slow          # seconds for each message of the first connection
        self.on_large = on_large  # called once, in the middle of a large message
        self.open = self.most_open = self.connections = self.refused = self.goodbyes = 0
        self.copies = collections.Counter()
        self.by_first = 0

    def __enter__(self):
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        started = threading.Event()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.run, args=(started,))
        self.thread.start()
        started.wait()
        return self

    def __exit__(self, *_exception):
        self.loop.call_soon_threadsafe(self.stopped.set)
        self.thread.join()

    def run(self, started):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self.serve(started))
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0.01))
        self.loop.close()

    async def serve(self, started):
        self.stopped = asyncio.Event()
        self.gathered = asyncio.Event()
        server = await asyncio.start_server(self.greet, "127.0.0.1", 0, ssl=self.context,
                                            backlog=1024)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await self.stopped.wait()
        server.close()

    async def greet(self, reader, writer):
        if self.most and self.open == self.most:
            self.refused += 1
            writer.write(b"421 4.7.0 too many\r\n")
            writer.close()
            return
        self.open += 1
        self.connections += 1
        self.most_open = max(self.open, self.most_open)
        if self.open >= self.gather:
            self.gathered.set()
        try:
            writer.write(b"220 x.test\r\n")
            await self.talk(reader, writer, self.connections == 1)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open -= 1
            writer.close()

    async def talk(self, reader, writer, is_first):
        taken, recipient = 0, ""
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                writer.write(b"250-x.test\r\n250 PIPELINING\r\n")
            elif verb == b"MAIL" and self.each and taken == self.each:
                writer.write(b"421 4.7.0 enough\r\n")
                return
            elif verb == b"RCPT":
                recipient = line.decode()[9:-3]
                writer.write(b"250 ok\r\n")
            elif verb == b"DATA":
                writer.write(b"354 go on\r\n")
                await self.body(reader)
                await self.gathered.wait()
                await asyncio.sleep(self.slow if is_first else 0)
                taken += 1
                self.by_first += is_first
                self.copies[recipient] += 1
                writer.write(b"250 2.0.0 taken\r\n")
            elif verb == b"QUIT":
                self.goodbyes += 1
                writer.write(b"221 bye\r\n")
                return
            else:
                writer.write(b"250 ok\r\n")

    async def body(self, reader):
        size = 0
        while (line := await reader.readline()) != b".\r\n":
            if not line:
                raise OSError("the message ends in its middle")
            size += len(line)
            if size > 100_000 and self.on_large:
                self.on_large()
                self.on_large = None


@unittest.skipUnless(SEND_BATCH, "MAILER_SEND_BATCH is not set")
class Batch(common.TestCase):
    def run_batch(self, server, connections, messages, *more):
        scheme = "smtps" if server.context else "smtp"
        done = subprocess.run(
            [SEND_BATCH, f"{scheme}://127.0.0.1:{server.port}", str(connections), str(messages),
             *more], capture_output=True, check=False, timeout=300, env=self.environment())
        fates = dict(re.findall(r"(\w+) (\d+)\n", done.stdout.decode()))
        self.peak = int(fates.pop("peak", 0))
        return done, {name: int(count) for name, count in fates.items()}

    def assert_all_once(self, server, done, fates, messages):
        self.assertEqual(done.stderr, b"")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(fates, {"OK": messages})
        self.assert_copies(server, messages)

    def assert_copies(self, server, messages):
        self.assertEqual(len(server.copies), messages)
        self.assertEqual(set(server.copies.values()), {1})

    def test_ten_thousand_over_twenty_connections_arrive_once_each(self):
        with Crowd() as server:
            done, fates = self.run_batch(server, 20, 10_000)
        self.assert_all_once(server, done, fates, 10_000)
        self.assertLessEqual(server.connections, 20)
        self.assertGreater(server.most_open, 5)

    def test_a_thousand_connections_need_little_memory(self):
        for certificate in (None, os.path.join(self.tls, "good")):
            with self.subTest(tls=bool(certificate)):
                with Crowd(certificate=certificate, gather=1000) as server:
                    done, fates = self.run_batch(server, 1000, 4000,
                                                 os.path.join(self.tls, "ca.pem"))
                self.assert_all_once(server, done, fates, 4000)
                self.assertEqual(server.most_open, 1000)
                if not common.SANITIZED:
                    self.assertLess(self.peak, MOST_MEMORY)

    def test_a_server_that_takes_few_connections_gets_all(self):
        with Crowd(most=4) as server:
            done, fates = self.run_batch(server, 50, 3000)
        self.assert_all_once(server, done, fates, 3000)
        self.assertEqual(server.most_open, 4)
        self.assertLess(server.refused, 20)

    def test_a_server_that_ends_each_connection_after_some_messages_gets_all(self):
        for connections in (1, 10):
            with self.subTest(connections=connections):
                with Crowd(each=25) as server:
                    done, fates = self.run_batch(server, connections, 1000)
                self.assert_all_once(server, done, fates, 1000)
                self.assertGreaterEqual(server.connections, 40)

    def test_a_slow_connection_leaves_the_work_to_the_fast_one(self):
        with Crowd(slow=0.02) as server:
            done, fates = self.run_batch(server, 2, 2000)
        self.assert_all_once(server, done, fates, 2000)
        self.assertLess(server.by_first, 1000)

    def test_a_file_that_breaks_in_the_middle_costs_its_message_alone(self):
        path = self.file("breaks", bytes(48 * 1024 * 1024))
        with Crowd(on_large=lambda: os.truncate(path, 1000)) as server:
            done, fates = self.run_batch(server, 3, 60, "", path)
        lost = fates.pop("SOURCE", 0)
        self.assertGreater(lost, 0)
        self.assertEqual(fates, {"OK": 60 - lost}, done.stderr)
        self.assert_copies(server, 60 - lost)

    def test_nobody_there_fails_one_message_and_asks_for_no_other(self):
        with Crowd() as server:
            pass
        done, fates = self.run_batch(server, 20, 100)
        self.assertEqual(fates, {"CONNECT": 1})
        self.assertEqual(done.returncode, 1)


@unittest.skipUnless(SAMPLES, "MAILER_SAMPLES is not set")
class Sample(common.TestCase):
    def test_the_sample_sends_to_each_line(self):
        addresses = "".join(f"m{n}@example.test\n" for n in range(100))
        with Crowd() as server:
            done = subprocess.run(
                [os.path.join(SAMPLES, "batch"), f"smtp://127.0.0.1:{server.port}", "4"],
                input=addresses.encode(), capture_output=True, check=False, timeout=60,
                env=self.environment())
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(len(server.copies), 100)


    def test_the_sample_with_a_loop_of_its_own_sends_lines_as_they_come(self):
        with Crowd() as server:
            with subprocess.Popen(
                    [os.path.join(SAMPLES, "loop"), f"smtp://127.0.0.1:{server.port}",
                     "bob@example.test"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                    env=self.environment()) as loop:
                for _ in range(3):
                    loop.stdin.write(b"The disk is full.\n")
                    loop.stdin.flush()
                    self.assertEqual(loop.stdout.readline(), b"sent\n")
                loop.stdin.close()
                self.assertEqual(loop.wait(60), 0)
        self.assertEqual(server.copies, {"bob@example.test": 3})
        self.assertEqual((server.connections, server.goodbyes), (1, 1))


if __name__ == "__main__":
    common.main()
