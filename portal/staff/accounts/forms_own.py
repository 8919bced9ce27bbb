"""Forms for one’s own account: password, PIN, and the school one works in."""

from portal.staff import passwords
from portal.web.fields import Radios, Secret
from portal.web.form_base import Form


class ChangePasswordForm(Form):
    password = Secret("Your password now", required="Enter the password you use now")
    new_password = Secret(
        "New password",
        hint=passwords.HINT,
        required="Choose a new password",
        autocomplete="new-password",
    )
    again = Secret(
        "New password again",
        required="Type the new password a second time",
        autocomplete="new-password",
    )


class PinForm(Form):
    pin = Secret(
        "New PIN",
        hint="6 to 12 digits that nobody who knows you would guess.",
        required="Choose a PIN",
        autocomplete="new-password",
    )
    again = Secret(
        "New PIN again", required="Type the PIN a second time", autocomplete="new-password"
    )
    password = Secret("Your password", required="Enter your password")


class SwitchSchoolForm(Form):
    school = Radios("The school you are working in", required="Choose a school")
