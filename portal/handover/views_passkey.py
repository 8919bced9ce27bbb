"""Taking the screen back with a passkey, beside the password and the PIN.

Whoever imports this instead of `views` gets all addresses of hand-over.
"""

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from portal.handover import service
from portal.handover.confinement import during_handover
from portal.handover.forms import TakeBackForm
from portal.handover.rules import State
from portal.handover.views import bp, for_taking_back
from portal.staff.factors import passkeys
from portal.staff.factors.forms_passkeys import PasskeyForm
from portal.staff.factors.passkey_rules import Copied, NotTaken
from portal.staff.viewer import viewer
from portal.web.pages import go, see_other

__all__ = ["bp"]

NOT_TAKEN = "The passkey was not taken. Use your password."


@bp.post("/handover/back/passkey")
@during_handover(State.GIVEN_BACK)
def back_by_passkey() -> ResponseReturnValue:
    """A passkey shows who is there, as a PIN does: the password is asked for again afterwards."""
    form = PasskeyForm()
    try:
        if form.validate_on_submit():
            passkeys.check(viewer(), form.passkey.data)
            return go(service.take_back(viewer()))
    except Copied:
        return see_other("handover.back", passkey="refused")
    except NotTaken:
        pass  # said below, as for an answer that cannot be read
    other_way = TakeBackForm(formdata=None)
    other_way.form_errors.append(NOT_TAKEN)
    return render_template("handover/back.html", form=other_way, **for_taking_back()), 422


@bp.post("/handover/back/passkey/ask")
@during_handover(State.GIVEN_BACK)
def ask_for_passkey() -> ResponseReturnValue:
    return Response(passkeys.ask_to_give(viewer()), mimetype="application/json")
