"""Forms about the school: setting it up, its details, and who covers when."""

from datetime import time
from typing import Any

from wtforms import ValidationError

from portal.staff import passwords
from portal.staff.models import School
from portal.web.addresses import is_mail_address, is_web_address
from portal.web.fields import Day, Line, Number, Radios, Secret, Select, Tick, TimeOfDay
from portal.web.form_base import Form

NATIONS = (
    ("england", "England"),
    ("wales", "Wales"),
    ("scotland", "Scotland"),
    ("northern_ireland", "Northern Ireland"),
)
UNITS = (("hours", "Hours"), ("working_days", "Working days"))
AUTHORITY = (
    "social_care_name",
    "social_care_day",
    "social_care_hours",
    "social_care_night",
    "social_care_form",
    "social_care_email",
    "written_within",
    "written_unit",
)
PERSON = ("name", "username", "email", "new_password", "again")


class CodeForm(Form):
    code = Line(
        "One-time code",
        hint="It stands in the window in which the portal was started, under the address.",
        required="Enter the one-time code",
        width=20,
    )


class SchoolForm(Form):
    """The school’s details, but for children’s social care, which the leads keep."""

    name = Line("Name of the school", maximum=120, required="Enter the name of the school")
    nation = Radios("Nation", choices=NATIONS, required="Choose the nation the school is in")
    school_phone = Line("Telephone of the school", maximum=40, width=20)
    school_email = Line("E-mail address of the school", maximum=120)
    dsl_phone = Line(
        "Telephone of the DSL",
        hint="Shown to whoever records that a child may be in danger. A number that is answered.",
        maximum=40,
        width=20,
        required="Enter a telephone number on which the DSL is reached",
    )
    lado_phone = Line(
        "Telephone of the LADO",
        hint="The local authority designated officer, for allegations about people who work here.",
        maximum=40,
        width=20,
    )
    chair_of_governors = Line(
        "Chair of governors and how to reach them",
        hint="Given to whoever has an allegation about the head. Name and telephone number.",
    )
    day_starts = TimeOfDay(
        "The working day starts", required="Enter when the working day starts", default=time(8)
    )
    day_ends = TimeOfDay(
        "The working day ends", required="Enter when the working day ends", default=time(17)
    )
    pickup_minutes = Number(
        "Minutes in which a disclosure is to be picked up",
        hint="After this much working time it also goes to the deputies, and then to the head.",
        minimum=5,
        maximum=240,
        default=30,
        required="Enter a number of minutes",
    )

    def validate_day_ends(self, field: TimeOfDay) -> None:
        if self.day_starts.data and field.data and field.data <= self.day_starts.data:
            raise ValidationError("The working day must end after it starts")

    def details(self) -> dict[str, Any]:
        """What is kept of the school."""
        names = [field.name for field in self if hasattr(School, field.name)]
        kept = {name: self[name].data for name in names if name not in {"version", "name"}}
        kept["day_starts"] = f"{self.day_starts.data:%H:%M}"
        kept["day_ends"] = f"{self.day_ends.data:%H:%M}"
        return kept


class SocialCareForm(Form):
    """What is needed of children’s social care from the first day on."""

    social_care_name = Line(
        "What it is called here",
        hint="For example: Oakshire Multi-Agency Safeguarding Hub.",
        maximum=120,
    )
    social_care_day = Line(
        "Telephone by day",
        hint="Shown to a member of staff whose disclosure has not been picked up in time.",
        maximum=40,
        width=20,
        required="Enter the number of children’s social care in office hours",
    )
    social_care_night = Line(
        "Telephone at night and at weekends",
        hint="The emergency duty team. It may be the same number.",
        maximum=40,
        width=20,
        required="Enter the number of children’s social care outside office hours",
    )


class AuthorityForm(SocialCareForm):
    """The front door of children’s social care, and how soon it wants a call confirmed."""

    social_care_hours = Line(
        "Office hours", hint="For example: Monday to Friday, 8.30 am to 5 pm.", maximum=120
    )
    social_care_form = Line(
        "Web address of the referral form",
        hint="The portal never opens it. It is shown as text, to be copied into a browser.",
        maximum=300,
    )
    social_care_email = Line(
        "E-mail address for referrals",
        hint="Where the authority gives one. Most take referrals by secure e-mail only.",
        maximum=120,
        input_type="email",
    )
    written_within = Number(
        "A referral by telephone is confirmed in writing within",
        hint="24 hours, 48 hours and 2 working days are usual. Look up which it is here.",
        minimum=1,
        maximum=240,
        required="Enter a number, such as 24",
    )
    written_unit = Radios(
        "Counted in", choices=UNITS, inline=True, required="Choose hours or working days"
    )

    def validate_social_care_form(self, field: Line) -> None:
        if field.data and not is_web_address(field.data):
            raise ValidationError(
                "Enter the web address like www.oakshire.gov.uk/refer, or leave it empty"
            )

    def validate_social_care_email(self, field: Line) -> None:
        if field.data and not is_mail_address(field.data):
            raise ValidationError(
                "Enter the e-mail address like refer@oakshire.gov.uk, or leave it empty"
            )


class SetUpForm(SocialCareForm, SchoolForm, CodeForm):
    """The school and its first people, on one page."""

    dsl_name = Line("Full name", required="Enter the full name of the DSL")
    dsl_username = Line(
        "Sign-in name", maximum=60, width=20, required="Choose a sign-in name for the DSL"
    )
    dsl_email = Line("E-mail address (optional)", input_type="email")
    dsl_new_password = Secret(
        "Password",
        hint=passwords.HINT,
        autocomplete="new-password",
        required="Choose a password for the DSL",
    )
    dsl_again = Secret(
        "Password again", autocomplete="new-password", required="Type the password a second time"
    )
    dsl_is_head = Tick(
        "The DSL is also the head", hint="Then leave out the questions about the head below."
    )
    head_name = Line("Full name")
    head_username = Line("Sign-in name", maximum=60, width=20)
    head_email = Line("E-mail address (optional)", input_type="email")
    head_new_password = Secret("First password", autocomplete="new-password")
    head_again = Secret("First password again", autocomplete="new-password")
    admin_name = Line("Full name")
    admin_username = Line("Sign-in name", maximum=60, width=20)
    admin_email = Line("E-mail address (optional)", input_type="email")
    admin_new_password = Secret("First password", autocomplete="new-password")
    admin_again = Secret("First password again", autocomplete="new-password")

    def has(self, who: str) -> bool:
        """Whether an account is wanted for `dsl`, `head` or `admin`."""
        if who == "dsl":
            return True
        if who == "head":
            return not self.dsl_is_head.data
        return any(self[f"admin_{part}"].data for part in PERSON)

    def of(self, who: str, part: str) -> str:
        return str(self[f"{who}_{part}"].data or "")


class CoverForm(Form):
    member = Select("Who covers", required="Choose who covers")
    starts = Day("First day", not_past=True, required="Enter the first day of cover")
    ends = Day("Last day", required="Enter the last day of cover")

    def validate_ends(self, field: Day) -> None:
        _not_before(self.starts, field)


class ClosureForm(Form):
    label = Line(
        "What it is",
        hint="For example: half term, training day.",
        maximum=60,
        required="Say what it is, such as half term",
    )
    starts = Day("First day closed", required="Enter the first day on which the school is closed")
    ends = Day("Last day closed", required="Enter the last day on which the school is closed")

    def validate_ends(self, field: Day) -> None:
        _not_before(self.starts, field)


def _not_before(starts: Day, ends: Day) -> None:
    if starts.data and ends.data and ends.data < starts.data:
        raise ValidationError("The last day cannot be before the first")
