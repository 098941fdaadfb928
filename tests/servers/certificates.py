#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Certificates for test servers: one good for localhost, and one for each way of being bad.

    certificates.py FOLDER        makes ca.pem, and NAME.pem and NAME.key for each NAME below
"""
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone

LOCAL = "DNS:localhost,IP:127.0.0.1,IP:::1"


def raw_name(octets):
    """A subjectAltName with one dNSName of any octets (RFC 5280, 4.2.1.6), as DER."""
    name = bytes([0x82, len(octets)]) + octets
    return "DER:" + (bytes([0x30, len(name)]) + name).hex(":")


# name: (common name, subjectAltName or None, first and last day from now, extended key usage)
CERTIFICATES = {
    "good": ("mail.example.test", LOCAL, -1, 2, "serverAuth"),
    "by-name": ("x", "DNS:mail.example.test,DNS:xn--bcher-kva.example.test", -1, 2, "serverAuth"),
    "other-host": ("other.example", "DNS:other.example", -1, 2, "serverAuth"),
    "expired": ("localhost", LOCAL, -9, -2, "serverAuth"),
    "not-yet": ("localhost", LOCAL, 2, 9, "serverAuth"),
    "nul-in-name": ("x", raw_name(b"localhost\0.evil.example"), -1, 2, "serverAuth"),
    "star": ("x", "DNS:*", -1, 2, "serverAuth"),
    "partial-wildcard": ("x", "DNS:local*", -1, 2, "serverAuth"),
    "common-name-other-host": ("localhost", "DNS:other.example", -1, 2, "serverAuth"),
    "common-name-only": ("localhost", None, -1, 2, "serverAuth"),
    "client-only": ("localhost", LOCAL, -1, 2, "clientAuth"),
    "address-as-name": ("x", "DNS:127.0.0.1", -1, 2, "serverAuth"),
}

SETTINGS = """
[ca]
default_ca = test
[test]
database = index.txt
new_certs_dir = .
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
[any]
commonName = supplied
"""


def openssl(folder, *arguments):
    done = subprocess.run(["openssl", *arguments], cwd=folder, stdin=subprocess.DEVNULL,
                          capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {' '.join(arguments)}: {done.stderr.decode()}")


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="ascii") as file:
        file.write(text)


def self_signed(folder, name, subject, *extensions):
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", name + ".key", "-out", name + ".pem", "-days", "3", "-subj", subject,
            *(word for extension in extensions for word in ("-addext", extension)))


def make(folder):
    """Makes all of them in that folder, unless they are there."""
    if os.path.exists(os.path.join(folder, "complete")):
        return
    os.makedirs(folder, exist_ok=True)
    write(folder, "settings", SETTINGS)
    write(folder, "index.txt", "")
    self_signed(folder, "ca", "/CN=mailer test authority", "keyUsage=critical,keyCertSign,cRLSign")
    self_signed(folder, "self-signed", "/CN=localhost", "subjectAltName=" + LOCAL)
    openssl(folder, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "leaf.key")
    now = datetime.now(timezone.utc)
    for name, (subject, names, first, last, usage) in CERTIFICATES.items():
        extensions = f"basicConstraints=CA:FALSE\nextendedKeyUsage={usage}\n"
        extensions += f"subjectAltName={names}\n" if names else ""
        write(folder, "extensions", extensions)
        dates = [(now + timedelta(days=days)).strftime("%Y%m%d%H%M%SZ") for days in (first, last)]
        openssl(folder, "req", "-new", "-key", "leaf.key", "-subj", "/CN=" + subject,
                "-out", "request")
        openssl(folder, "ca", "-batch", "-notext", "-config", "settings", "-in", "request",
                "-cert", "ca.pem", "-keyfile", "ca.key", "-extfile", "extensions",
                "-startdate", dates[0], "-enddate", dates[1], "-out", name + ".pem")
        os.link(os.path.join(folder, "leaf.key"), os.path.join(folder, name + ".key"))
    write(folder, "complete", "")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    make(sys.argv[1])
