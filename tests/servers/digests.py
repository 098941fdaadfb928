# SPDX-License-Identifier: ISC
"""The server's side of the digests, CRAM-MD5 (RFC 2195) and DIGEST-MD5 (RFC 2831)."""
import hashlib
import hmac
import re

CRAM_CHALLENGE = "<1896.697170952@mail.example.test>"
NONCE, REALM = "OA6MG9tEQGm2hh", "mail.example.test"


def cram_md5(password):
    """What the client answers, behind its name."""
    return hmac.new(password.encode(), CRAM_CHALLENGE.encode(), "md5").hexdigest()


def digest_challenge():
    return f'realm="{REALM}",nonce="{NONCE}",qop="auth",algorithm=md5-sess,charset=utf-8'


def digest_fields(response):
    return {name: quoted or bare
            for name, quoted, bare in re.findall(r'([\w-]+)=(?:"([^"]*)"|([^",]*))', response)}


def digest_md5(fields, user, password, prefix="AUTHENTICATE"):
    """The client's proof; with an empty prefix the server's."""
    def digest(octets):
        return hashlib.md5(octets).hexdigest()

    secret = hashlib.md5(f"{user}:{REALM}:{password}".encode()).digest()
    first = digest(secret + f":{NONCE}:{fields['cnonce']}".encode())
    second = digest(f"{prefix}:{fields['digest-uri']}".encode())
    return digest(f"{first}:{NONCE}:{fields['nc']}:{fields['cnonce']}:auth:{second}".encode())
