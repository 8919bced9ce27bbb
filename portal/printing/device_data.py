"""What papers about a device show. Importable without ReportLab.

Every value is text ready to print, worded by the caller; a value that is "" is left out.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Device:
    """A device as anybody can see it from outside. There is no passcode, and no field for one."""

    kind: str  # "Mobile telephone"
    make: str = ""
    model: str = ""
    colour: str = ""
    marks: str = ""
    imei: str = ""
    seal: str = ""  # the number on its sealed bag

    @property
    def named(self) -> str:
        """What it is, in one line: "Mobile telephone: black Apple iPhone 12"."""
        known = " ".join(filter(None, (self.colour, self.make, self.model)))
        return ": ".join(filter(None, (self.kind, known)))


@dataclass(frozen=True, slots=True)
class Taken:
    """How the device came to the school."""

    by: str
    when: str
    where: str = ""
    taken_from: str = ""  # the person who had it
    witness: str = ""
    grounds: str = ""  # never on the copy for the person
    how: str = ""  # "handed over", "asked for", "searched for"; never on the copy for the person


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the chain of custody."""

    number: str
    happened: str
    what: str  # "Stored", "Handed to the police"
    written: str = ""
    from_whom: str = ""
    to_whom: str = ""
    place: str = ""
    seal: str = ""
    reason: str = ""
    officer: str = ""  # name, collar number and force
    receipt: str = ""
    condition: str = ""  # in which condition it was received, and as whom
    late: bool = False  # written so long afterwards that the reader must know
