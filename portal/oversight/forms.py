"""The one form of oversight: that a week’s list was read, and what came of it."""

from portal.web.fields import LongText
from portal.web.form_base import Form


class ReadForm(Form):
    words = LongText(
        "What you asked, and what you were told",
        rows=4,
        maximum=4000,
        hint="Leave it empty where there was nothing to ask.",
    )
