"""The forms that put right what was written about an offer, a review, a view or a meeting.

What somebody answered is not corrected: a new answer is another word, and is recorded as one.
"""

from portal.cases.forms import reason_line
from portal.web import fields as f
from portal.web.form_base import Form


class CorrectForm(Form):
    """`asked` names what a record and its form both hold."""

    asked: tuple[str, ...] = ()


class CorrectOfferForm(CorrectForm):
    asked = ("what", "answer_words", "happened")

    what = f.LongText("More about it", rows=3)
    answer_words = f.LongText("In their own words", rows=3)
    happened = f.Happened("When was it offered?", required="Say when it was offered")
    why = reason_line()


class CorrectReviewForm(CorrectForm):
    asked = ("present", "how_it_goes", "own_words", "changes", "happened")

    present = f.LongText("Who was there?", rows=2, required="Say who was there")
    how_it_goes = f.LongText("How does it go?", rows=4, required="Say how it goes")
    own_words = f.LongText("In their own words", rows=3)
    changes = f.LongText("What changes, or why it ends", rows=3)
    happened = f.Happened("When did you look at it?", required="Say when you looked at it")
    why = reason_line()


class CorrectViewForm(CorrectForm):
    asked = ("own_words", "conditions")

    own_words = f.LongText("In their own words", rows=3, required="Write what they said")
    conditions = f.LongText("What must be so for them?", rows=2)
    why = reason_line()


class CorrectMeetingForm(CorrectForm):
    asked = ("led_by", "present", "what_came", "words_harmed", "words_displayed", "afterwards")

    led_by = f.Line("Who led it?", required="Say who led it", hint="Full name and role.")
    present = f.LongText("Who else was there?", rows=2)
    what_came = f.LongText("What came of it?", rows=4, required="Say what came of it")
    words_harmed = f.LongText("What those harmed said, in their own words", rows=3)
    words_displayed = f.LongText("What the others said, in their own words", rows=3)
    afterwards = f.LongText(
        "Who stays beside each of them afterwards?",
        rows=3,
        required="Say who stays beside each of them",
    )
    why = reason_line()
