"""Codings of answers over HTTP: which one a client takes (RFC 9110 12.5.3), and bytes in each."""

import gzip
import re
from typing import Literal

import brotli

Coding = Literal["br", "gzip", "identity"]

# Measured on tiles and answers of a city: higher levels take several times as long for some per cent.
GZIP_LEVEL = 5
BROTLI_QUALITY = 5
# For what somebody waits for and is sent once: a fifth of the time for a tenth more bytes.
HASTY_LEVEL = 1
NO_QUALITY = re.compile(r"q\s*=\s*0(\.0{0,3})?")


def best_coding(accepted: str) -> Coding:
    """Return the smallest coding that an Accept-Encoding allows.

    >>> best_coding("gzip, deflate, br"), best_coding("br;q=0, gzip;q=0.5"), best_coding("gzip; q=0.000")
    ('br', 'gzip', 'identity')
    >>> best_coding("*"), best_coding("")
    ('identity', 'identity')
    """
    allowed = set()
    for choice in accepted.lower().split(","):
        name, _, parameters = choice.partition(";")
        if not NO_QUALITY.fullmatch(parameters.strip()):
            allowed.add(name.strip())
    return "br" if "br" in allowed else "gzip" if "gzip" in allowed else "identity"


def coded(body: bytes, coding: Coding, *, hasty: bool = False) -> bytes:
    """Return ``body`` in a coding, ``hasty`` when it is sent once; the same bytes always give the same."""
    if coding == "br":
        return bytes(brotli.compress(body, quality=HASTY_LEVEL if hasty else BROTLI_QUALITY))
    if coding == "gzip":
        return gzip.compress(body, HASTY_LEVEL if hasty else GZIP_LEVEL, mtime=0)
    return body
