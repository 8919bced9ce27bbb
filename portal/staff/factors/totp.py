"""The arithmetic of authenticator apps (RFC 6238): pure, with time as an argument.

Six digits, SHA-1 and 30 seconds are what every app reads; a code is taken from one step before to
one step after the server’s own, because telephones are seldom quite on time.
"""

import hmac
import io
import unicodedata
from datetime import datetime

import pyotp
import segno

SECONDS = 30
DIGITS = 6
AROUND = (0, -1, 1)


def new_secret() -> str:
    """160 bits in base 32, as RFC 4226 advises (section 4, R6)."""
    return pyotp.random_base32()


def step_at(moment: datetime) -> int:
    return int(moment.timestamp()) // SECONDS


def digits_in(typed: str) -> str:
    """The digits of a code as somebody typed it: apps show “123 456”."""
    folded = unicodedata.normalize("NFKC", typed)
    return "".join(one for one in folded if not one.isspace() and one not in "-–.")


def step_of(secret: str, typed: str, moment: datetime) -> int | None:
    """The step whose code this is, near a moment; None where it is none of theirs."""
    code = digits_in(typed)
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    app, now = pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS), step_at(moment)
    fitting = [
        now + steps for steps in AROUND if hmac.compare_digest(app.generate_otp(now + steps), code)
    ]
    return fitting[0] if fitting else None


def code_at(secret: str, moment: datetime, steps: int = 0) -> str:
    """What the app shows at a moment, or so many steps from it."""
    app = pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS)
    return app.generate_otp(step_at(moment) + steps)


def groups_of(secret: str) -> list[str]:
    """The secret in fours, to be typed by hand."""
    return [secret[start : start + 4] for start in range(0, len(secret), 4)]


def address_of(secret: str, account: str, issuer: str) -> str:
    """What the square says: the app shows the issuer and the account beside the code."""
    app = pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS)
    return app.provisioning_uri(name=account, issuer_name=issuer)


def square_of(address: str) -> bytes:
    """The address as a QR code: a picture of its own (SVG), black on white, without styles."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", scale=6, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    return out.getvalue()
