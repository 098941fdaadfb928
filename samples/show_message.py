#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Shows what a message holds, as Python's email package reads it.

    show_message.py MESSAGE.eml [FILE ...]

Each FILE is one that was attached: it is compared, octet for octet, with the part of its name.
The exit code is 1 when a file did not arrive, or not as it was.
"""
import email
import email.policy
import os
import sys


def show(message, files):
    """Prints the parts; returns how many files are missing or differ."""
    for name in ("From", "To", "Subject", "Date", "Message-ID"):
        if message[name]:
            print(f"  {name + ':':12}{message[name]}")
    wanted = {os.path.basename(path): path for path in files}
    wrong = 0
    for part in message.walk():
        if part.is_multipart():
            continue
        octets, name = part.get_payload(decode=True), part.get_filename()
        line = f"  {part.get_content_type()}, {len(octets)} octets"
        line += f', "{name}"' if name else ""
        if name in wanted:
            with open(wanted.pop(name), "rb") as file:
                same = file.read() == octets
            wrong += not same
            line += ": the same octets as the file" if same else ": DIFFERS from the file"
        print(line)
        if part.get_content_type() == "text/plain" and not name:
            print("".join(f"    | {text}\n" for text in part.get_content().splitlines()), end="")
    for name in wanted:
        print(f'  "{name}": MISSING')
    return wrong + len(wanted)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    # Not email.message_from_binary_file(), which takes CR LF for LF inside binary parts too.
    with open(sys.argv[1], "rb") as file:
        message = email.message_from_bytes(file.read(), policy=email.policy.default)
    print(os.path.basename(sys.argv[1]))
    sys.exit(1 if show(message, sys.argv[2:]) or message.defects else 0)


if __name__ == "__main__":
    main()
