"""Forms for signing in, and for the password again."""

from portal.web.fields import Line, Secret
from portal.web.form_base import Form


class SignInForm(Form):
    username = Line(
        "Sign-in name or e-mail address",
        required="Enter your sign-in name or e-mail address",
        autocomplete="username",
    )
    password = Secret("Password", required="Enter your password")


class ConfirmForm(Form):
    password = Secret("Your password", required="Enter your password")
