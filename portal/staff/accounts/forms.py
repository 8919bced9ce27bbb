"""Forms about who works here: new people, their roles, invitations, and a word on a role."""

from wtforms import ValidationError

from portal.staff import passwords
from portal.staff.roles import READERS, Role
from portal.web.fields import Checkboxes, Line, LongText, Radios, Secret, Tick
from portal.web.form_base import Form

ALONE = "Say why this role is needed now, although nobody else can agree to it"


class _AsksForRoles(Form):
    """`alone` where nobody else at the school could agree to a role; `held` are theirs already."""

    alone = False
    held: frozenset[Role] = frozenset()

    reason = LongText(
        "Why a role that reads cases is needed now",
        hint="Nobody else here can agree to one, so your reason is kept, and the role is marked as "
        "given by one person. Leave this empty where you give no such role.",
        rows=3,
        maximum=2000,
    )

    def validate_reason(self, field: LongText) -> None:
        asked = set(self["roles"].data or ()) & READERS - self.held
        if self.alone and asked and not field.data.strip():
            raise ValidationError(ALONE)


class NewMemberForm(_AsksForRoles):
    full_name = Line("Full name", required="Enter the person’s full name")
    username = Line(
        "Sign-in name",
        hint="What they type to sign in. Short and easy to say, such as a first initial and "
        "surname.",
        maximum=60,
        width=20,
        required="Choose a sign-in name",
    )
    email = Line(
        "E-mail address (optional)",
        hint="They can sign in with it as well. The portal sends nothing to it.",
        input_type="email",
    )
    roles = Checkboxes(
        "Roles",
        hint="Give only what the person needs. One person may have several.",
        required="Choose at least one role",
    )


class RolesForm(_AsksForRoles):
    roles = Checkboxes("Roles at this school", required="Choose at least one role")


class InviteForm(Form):
    stop_password = Tick(
        "Somebody else may know their password: stop it now",
        hint="They are signed out everywhere, and nothing they type fits until they have used the "
        "invitation.",
    )


class AcceptForm(Form):
    new_password = Secret(
        "Choose a password",
        hint=passwords.HINT,
        required="Choose a password",
        autocomplete="new-password",
    )
    again = Secret(
        "The same password again",
        required="Type the password a second time",
        autocomplete="new-password",
    )


class SettleForm(Form):
    """A word on a role that was asked for. `alone` where yes needs a reason as well."""

    alone = False

    answer = Radios("Your answer", required="Choose yes or no")
    reason = LongText(
        "Reason",
        hint="A no needs one, and so does a yes where nobody else can agree. Others who look after "
        "accounts can read it.",
        rows=3,
        maximum=2000,
    )

    def validate_reason(self, field: LongText) -> None:
        if field.data.strip():
            return
        if self.answer.data == "no":
            raise ValidationError("Say why you do not agree")
        if self.alone and self.answer.data == "yes":
            raise ValidationError(ALONE)
