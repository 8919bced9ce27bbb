"""Words for the codes of case-wide records that no vocabulary holds."""

NOTE_KINDS = {
    "something_happened": "Something happened",
    "told": "Somebody told us something",
    "contact": "A contact",
    "outside_decision": "A decision by another body",
    "other": "Something else",
}
ACTION_STATES = {"open": "Open", "done": "Done", "not_needed": "Not needed"}
DECISION_KINDS = {"police": "Whether the police are told", "other": "A decision"}
DECISION_CHOICES = {
    "decided": "Recorded in words",
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
}
ANSWERS = {"yes": "Yes", "no": "No", "not_known": "Not yet known"}


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


# The steps of the task list that can be marked as not needed, by the codes of their features.
STEPS = {
    "review": "Initial review",
    "checklist": "Always-refer checklist",
    "decision": "Decision about the police",
    "views": "What the young people want",
    "risk": "Risk and response",
}
