"""The key of HMAC, ready to begin a hash."""

import hashlib

HMAC_BLOCK = 64


def hmac_pads(secret: str) -> tuple[bytes, bytes]:
    """Return HMAC's inner and outer pads (RFC 2104), so that each hash begins with the key mixed in."""
    key = secret.encode()
    if len(key) > HMAC_BLOCK:
        key = hashlib.sha256(key).digest()
    key = key.ljust(HMAC_BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in key), bytes(byte ^ 0x5C for byte in key)
