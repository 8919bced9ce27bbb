"""What people type about a device, and what is wrong with it. Pure."""

import re


def imei_digits(imei: str) -> str:
    return re.sub(r"[\s/.-]", "", imei)


def imei_is_valid(imei: str) -> bool:
    """Fifteen figures, of which the last checks the others (Luhn)."""
    digits = imei_digits(imei)
    if not re.fullmatch("[0-9]{15}", digits):
        return False
    total = 0
    for place_from_right, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place_from_right % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def imei_remark(imei: str) -> str:
    """What is wrong with an IMEI that was written down, as a sentence; nothing where it fits."""
    if not imei or imei_is_valid(imei):
        return ""
    digits = imei_digits(imei)
    if re.fullmatch("[0-9]{15}", digits):
        return "The check digit does not fit: read it again, do not unlock the device."
    return "An IMEI has 15 figures: read it again, do not unlock the device."


_WORD_FOR_IT = (
    r"(?:pass[\s-]?codes?|pass[\s-]?words?|passphrases?|pins?(?:\s(?:code|number))?|patterns?"
    r"|(?:un)?lock(?:ing|\sscreen)?\scodes?|code\sto\s(?:un)?lock(?:\sit)?)"
)
# Figures that are something else: a time, a date, a number of figures, or named before as a number
# of another thing.
_ELSEWHERE = re.compile(
    r"\b\d{1,2}[:.]\d{2}\b|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b"
    r"|\b\d{1,2}\s(?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december)(?:\s\d{4})?\b"
    r"|\b\d+[\s-]?(?:digits?|figures?|characters?|letters?|numbers?)\b"
    r"|\b(?:seal|bag|cabinet|safe|locker|drawer|room|imei|receipt|collar|exhibit|reference|case"
    r"|(?:tele)?phone)(?:\s(?:no\.?|number))?[\s:#]{1,3}[a-z]{0,3}\d(?:[\s/-]?\d)*",
    re.IGNORECASE,
)
_FIGURES = r"(?<!\d)\d(?:[\s.-]?\d){3,15}"
_PASSCODE = re.compile(
    rf"\b{_WORD_FOR_IT}\b[^.;!?]{{0,40}}?{_FIGURES}"
    rf"|{_FIGURES}[^.;!?]{{0,25}}?\b{_WORD_FOR_IT}\b"
    rf"|\b{_WORD_FOR_IT}\b[ \t]*(?:is|was|:|=|–|-)[ \t]*[“\"'‘]?[^\s\d]{{0,40}}\d",
    re.IGNORECASE,
)


def looks_like_passcode(text: str) -> bool:
    """Whether figures stand close to a word for what unlocks a device."""
    return _PASSCODE.search(_ELSEWHERE.sub(" ", text)) is not None
