#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""A 5 GB attachment is sent within 16 MiB of resident memory."""
import os
import subprocess
import time

import common

SIZE = 5 << 30
LIMIT = 16 << 10  # KiB


class Big(common.TestCase):
    def peak(self, process):
        """The most resident memory that it ever had, in KiB."""
        peak = 0
        while process.poll() is None:
            try:
                with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
                    for line in file:
                        if line.startswith("VmHWM:"):
                            peak = int(line.split()[1])
            except OSError:
                pass
            time.sleep(0.02)
        return peak

    def test_five_gigabytes_stay_out_of_memory(self):
        path = self.file("sparse.bin")
        os.truncate(path, SIZE)
        for wire in ("binary", "8bit"):
            with self.subTest(wire), common.Catch("", "--discard") as server:
                with subprocess.Popen(
                        [common.MAILER, "--server", f"smtp://127.0.0.1:{server.port}", "--wire",
                         wire, "--from", common.SENDER, "-a", path, "bob@example.test"],
                        stdin=subprocess.DEVNULL, env=self.environment()) as process:
                    peak = self.peak(process)
                self.assertEqual(process.returncode, 0)
                print(f"{wire}: {SIZE >> 30} GiB sent, at most {peak} KiB resident")
                if not common.SANITIZED:
                    self.assertLess(peak, LIMIT)
                    self.assertGreater(peak, 0)


if __name__ == "__main__":
    common.main()
