"""Whether a text reads as a telephone number, an e-mail address or a web address. Pure.

Nothing is rung, fetched or turned into a link: these only catch what was typed in the wrong box.
"""

import re

_WEB = re.compile(
    r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,24}(?::\d{1,5})?(?:[/?#]\S*)?", re.IGNORECASE
)
_MAIL = re.compile(r"[^@\s,;]+@(?:[\w-]+\.)+[a-z]{2,24}", re.IGNORECASE)


def is_web_address(text: str) -> bool:
    return _WEB.fullmatch(text.strip()) is not None


def is_mail_address(text: str) -> bool:
    return _MAIL.fullmatch(text.strip()) is not None


def is_number(text: str) -> bool:
    """Three figures at least, as in 999; words such as “option 2” may stand beside them."""
    return sum(letter.isdecimal() for letter in text) >= 3
