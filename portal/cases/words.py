"""Words for the codes of case-wide records that no vocabulary holds."""

NOTE_KINDS = {
    "something_happened": "Something happened",
    "told": "Somebody told us something",
    "contact": "A contact",
    "outside_decision": "A decision by another body",
    "other": "Something else",
}
CONTENT_STATES = {
    "live": "Live",
    "reported": "Reported",
    "removed": "Removed",
    "could_not_be_removed": "Could not be removed",
    "came_back": "Came back",
}
STEP_RESULTS = {
    "done": "Done",
    "waiting": "Asked, no answer yet",
    "confirmed": "Done, and confirmed to us",
    "refused": "Refused",
    "could_not": "Could not be done",
    "not_needed": "Not needed",
}
CONTENT_RELEASES = {
    "named": "Released by name",
    "urgent": "Released for one urgent report",
    "police": "The police said that it may go",
    "kept": "The police asked for it to be kept",
}
REFERRAL_STATES = {
    "waiting": "Waits for an answer",
    "answered": "Answered",
    "not_expected": "No answer expected",
}
REFERRAL_EVENTS = {
    "written": "Confirmed in writing",
    "chased": "Chased",
    "escalated": "Escalated",
    "answered": "They answered",
    "told_other": "Told of another body",
    "not_expected": "No answer expected any more",
    "remark": "Remark",
}
WAYS_OF_TELLING = {
    "telephone": "By telephone",
    "online_form": "With their online form",
    "email": "By e-mail",
    "letter": "By letter",
    "in_person": "In person",
    "own_tool": "With the platform’s own tool",
}
PARENTS_AWARE = {
    "yes": "Parents or carers know of it",
    "no": "Parents or carers do not know of it",
    "no_need": "Nothing to tell parents about this",
}
EVIDENCE_EFFECTS = {
    "opens": "What was named may be deleted or taken down",
    "keeps": "Nothing may be deleted or taken down yet",
}
MAY_ASK_ONWARD = {"yes": "Yes", "no": "No", "not_said": "They did not say"}
ACTION_STATES = {"open": "Open", "done": "Done", "not_needed": "Not needed"}
DECISION_KINDS = {
    "police": "Whether the police are told",
    "other": "A decision",
    "release": "Released from the evidence hold",
    "urgent_report": "An urgent report to a platform",
    "parents": "Whether parents or carers are told",
}
DECISION_CHOICES = {
    "decided": "Recorded in words",
    "released": "Released by name",
    "urgent": "Reported at once",
    "informed": "Parents or carers are told",
    "not_informed": "Parents or carers are not told",
    "not_yet": "Not told yet",
    "refer": "Refer to the police",
    "do_not_refer": "Do not refer to the police",
    "not_refer": "Do not refer to the police",
    "take_advice": "Take advice first",
    "advice": "Take advice first",
}
EVENTS = {
    "opened": "Case opened",
    "closed": "Case closed",
    "reopened": "Case opened again",
    "recurrence": "It has come back: recurrence recorded",
    "new lead": "Case given to another lead",
    "head and lead": "Case kept to the head and its lead",
}
VIEWING_KINDS = {
    "accidental": "Seen by accident, or shown to somebody",
    "authorised": "Viewed because it was decided",
}
VIEWING_GROUNDS = {
    "agencies": "Without it nobody could decide whether the police or social care must be told",
    "removal": "It had to be reported to be taken down, or the young person needed help with that",
    "presented": "The young person put it before us, or it was on equipment of the school",
}
ANSWERS = {"yes": "Yes", "no": "No", "not_known": "Not yet known"}
RECIPIENTS = (
    ("police", "Police"),
    ("social_care", "Children’s social care"),
    ("agency", "Another agency", "Health, LADO, a court, a helpline."),
    ("school", "A school", "This one included."),
    ("platform", "A platform or service"),
    ("parent", "A parent, carer or young person"),
)
"""The kinds of reader of a copy; from the same kinds a fact can be withheld."""
RECIPIENT_KINDS = {code: label for code, label, *_ in RECIPIENTS}
STANDINGS = {
    "wanted": "Wants them to know",
    "rather_not": "Would rather they did not know",
    "knows": "Knows already",
}
HOW_ASKED = {
    "handed_over": "Answered on the screen by the young person",
    "beside": "Written down beside the young person",
    "paper": "Typed up from paper",
}


def readable(code: str) -> str:
    """A code that has no words of its own, in readable form."""
    words = code.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def decision_title(kind: str, question: str) -> str:
    """What a decision was about."""
    return question or DECISION_KINDS.get(kind) or readable(kind)


def decision_choice(choice: str, chosen: str) -> str:
    """What was decided, in words."""
    return chosen or DECISION_CHOICES.get(choice) or readable(choice)


GRANT_PARTS = {
    "wishes": "Who they want to know",
    "plan": "Moving forward plan",
    "actions": "Actions that are theirs to do",
    "contacts": "Contacts with the family",
    "support": "Support",
    "all": "The whole case",
}
GRANT_HINTS = {
    "wishes": "Whom the young person wants to know, how much, and who should rather not.",
    "plan": "What was agreed, the young person’s own part, steps and reviews.",
    "actions": "Only what is given to them to do, so that they can say how it went.",
    "contacts": "What was said with parents and carers, and what they may be told.",
    "support": "What was offered and taken up, reviews, and milestones that are coming.",
    "all": "Everything, as a lead reads it: what was disclosed, the police, evidence, everybody.",
}
EMERGENCY_FINDINGS = {"justified": "Justified", "not_justified": "Not justified"}

# The steps of the task list that a case may do without, by the codes of their features. Whether the
# police are told is asked in every case, so the checklist and the decision are not among them.
STEPS = {
    "review": "Initial review",
    "young_views": "What the young people think of it",
    "risk": "Risk and response",
    "referrals": "Referrals and reports",
    "content": "Content online",
    "protect": "Keeping everybody safe",
    "devices": "Devices",
    "wishes": "Who do you want to know?",
    "families": "Parents and carers",
    "support": "Support",
    "plans": "Moving forward plan",
}
