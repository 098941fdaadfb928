# SPDX-License-Identifier: ISC
"""Sends many mails over one connection by Python's smtplib, each built by its email.

    smtplib_many.py PORT COUNT [CA [FILE]]
"""
import email.utils
import smtplib
import ssl
import sys
from email.message import EmailMessage

port, count = int(sys.argv[1]), int(sys.argv[2])
authorities = sys.argv[3] if len(sys.argv) > 3 else ""
octets = open(sys.argv[4], "rb").read() if len(sys.argv) > 4 else b""
LINE = "Here the quick brown fox jumps over the lazy dog, again and again.\n"

with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test") as client:
    if authorities:
        client.starttls(context=ssl.create_default_context(cafile=authorities))
    for number in range(count):
        message = EmailMessage()
        message["From"] = "Ann <ann@example.test>"
        message["To"] = f"Reader {number} <reader{number}@example.test>"
        message["Subject"] = f"Your news, number {number}"
        message["Date"] = email.utils.localtime()
        message["Message-ID"] = email.utils.make_msgid(domain="example.test")
        message.set_content(f"Dear reader {number},\n\n" + LINE * 13)
        if octets:
            message.add_attachment(octets, maintype="image", subtype="png", filename="image.png")
        client.send_message(message)
