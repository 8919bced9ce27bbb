"""Forms for second factors: a code that is typed, a loss that is told, a colleague who is seen."""

from portal.staff.factors import recovery
from portal.web.fields import Line, LongText, Tick
from portal.web.form_base import Form


class OneTime(Line):
    """A code that is good once, or for a moment: never sent back to the page."""

    @property
    def typed(self) -> str:
        return ""


class CodeForm(Form):
    code = OneTime(
        "Code from your authenticator app",
        hint="Six digits. The app shows a new code every 30 seconds.",
        required="Enter the six digits that your app shows now",
        maximum=20,
        width=10,
        inputmode="numeric",
        autocomplete="one-time-code",
    )


class RecoveryForm(Form):
    recovery = OneTime(
        "Recovery code",
        hint="16 letters and figures from the paper you printed. Capitals, spaces and hyphens do "
        "not matter.",
        required="Enter one of your recovery codes",
        maximum=60,
        width=20,
    )


class LostForm(Form):
    reason = LongText(
        "What happened to it",
        hint="A sentence is enough, such as: new telephone since Saturday, the old one was wiped.",
        required="Say in a sentence what happened to it",
        rows=3,
        maximum=1000,
    )


class ToldCodeForm(Form):
    code = OneTime(
        "The code that you were told",
        hint=f"{recovery.SHORT} letters and figures, in two groups.",
        required="Enter the code that you were told",
        maximum=60,
        width=20,
    )


class ApproveForm(Form):
    seen = Tick(
        "I have seen this person, or spoken to them on a number that I knew before",
        required="Tick this once you have seen or spoken to them. A message is not enough.",
    )
    how = Line(
        "How you recognised them",
        hint="Such as: came to my office; rang her on the number in the staff list, and know her "
        "voice.",
        required="Say how you knew that it was them",
        maximum=200,
    )
