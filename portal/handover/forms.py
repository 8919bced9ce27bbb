"""The form of hand-over itself; those of the questions belong to their features."""

from portal.web.fields import Secret
from portal.web.form_base import Form


class TakeBackForm(Form):
    """Whoever takes the screen back shows who they are. No browser offers to fill this in."""

    pin = Secret(
        "Your password",
        required="Enter your password",
        autocomplete="new-password",
    )

    def offer_pin(self) -> None:
        """Ask for either; a PIN is taken as well."""
        self.pin.label.text = "Your password or PIN"
        self.pin.required = "Enter your password or PIN"
