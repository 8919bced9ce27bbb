"""When something happened, as a person remembers it. Knows nothing of the present time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Happened:
    """When something happened, as a person remembers it: a local day, perhaps a time."""

    on: date
    at: time | None = None
    about: bool = False

    @property
    def moment(self) -> datetime:
        """The latest moment it can mean, as UTC: the end of the day where no time is known."""
        return datetime.combine(self.on, self.at or time(23, 59, 59), ZONE).astimezone(UTC)

    @classmethod
    def of(cls, moment: datetime) -> "Happened":
        """The exact local minute of a moment."""
        here = moment.astimezone(ZONE)
        return cls(here.date(), here.time().replace(second=0, microsecond=0))
