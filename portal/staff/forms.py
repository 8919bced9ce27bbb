"""Forms for signing in, for one’s own account, for members of staff, the school and the rota."""

from portal.web.fields import Checkboxes, Line, Radios, Secret
from portal.web.form_base import Form


class SignInForm(Form):
    username = Line(
        "Sign-in name or e-mail address",
        required="Enter your sign-in name or e-mail address.",
        autocomplete="username",
    )
    password = Secret("Password", required="Enter your password.")


class ConfirmForm(Form):
    password = Secret("Your password", required="Enter your password.")


class ChangePasswordForm(Form):
    password = Secret("Your password now", required="Enter the password you use now.")
    new_password = Secret(
        "New password",
        hint="At least 12 characters. Three or four unrelated words are a good way.",
        required="Choose a new password.",
        autocomplete="new-password",
    )
    again = Secret(
        "New password again",
        required="Type the new password a second time.",
        autocomplete="new-password",
    )


class PinForm(Form):
    pin = Secret(
        "New PIN",
        hint="6 to 12 digits that nobody who knows you would guess.",
        required="Choose a PIN.",
        autocomplete="new-password",
    )
    again = Secret(
        "New PIN again", required="Type the PIN a second time.", autocomplete="new-password"
    )
    password = Secret("Your password", required="Enter your password.")


class SwitchSchoolForm(Form):
    school = Radios("The school you are working in", required="Choose a school.")


class NewMemberForm(Form):
    full_name = Line("Full name", required="Enter the person’s full name.")
    username = Line(
        "Sign-in name",
        hint="What they type to sign in. Short and easy to say, such as a first initial and "
        "surname.",
        maximum=60,
        width=20,
        required="Choose a sign-in name.",
    )
    email = Line(
        "E-mail address (optional)",
        hint="They can sign in with it as well. The portal sends nothing to it.",
        input_type="email",
    )
    roles = Checkboxes(
        "Roles",
        hint="Give only what the person needs. One person may have several.",
        required="Choose at least one role.",
    )


class RolesForm(Form):
    roles = Checkboxes("Roles at this school", required="Choose at least one role.")


class ActForm(Form):
    """A button and nothing to fill in."""
