"""Forms of passkeys. What the browser’s passkey answers comes in a field that a script fills in."""

from portal.staff.factors.passkey_rules import LONGEST_ANSWER
from portal.web.fields import Hidden, Line
from portal.web.form_base import Form


class PasskeyForm(Form):
    passkey = Hidden("The answer of the passkey", maximum=LONGEST_ANSWER)


class NewPasskeyForm(PasskeyForm):
    label = Line(
        "A name for it",
        hint="So that you know which one it is: “Work laptop”, “My telephone” or “Blue key”.",
        required="Give the passkey a name, such as “Work laptop”",
        maximum=40,
        width=20,
    )
