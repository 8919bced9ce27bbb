"""Whom a school tells or asks, and what is worth writing down of each (product 6). Pure data.

Services are named by their code in the help directory, so that numbers and hours stand in one
place only.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.cases.words import REFERRAL_EVENTS, REFERRAL_STATES, WAYS_OF_TELLING

TELEPHONE, ONLINE, EMAIL = "telephone", "online_form", "email"
LETTER, IN_PERSON, TOOL = "letter", "in_person", "own_tool"
HOW = WAYS_OF_TELLING
GROUPS = {
    "protect": "Police and social care",
    "report": "Services that take reports",
    "advise": "Advice",
    "others": "Others who must know",
}
NATURES = (
    ("A referral or report", "They are told, and an answer is waited for."),
    ("Advice taken", "They were asked; nothing is waited for."),
)
"""What a row of the register can be: a referral, or advice."""
_ANY = (TELEPHONE, ONLINE, EMAIL, LETTER, IN_PERSON)


@dataclass(frozen=True)
class Detail:
    """One thing that is asked of this kind alone. With `choices` it is chosen, else written.

    `required` is said where it is blank; with `unless` (another detail and its answer) only where
    that other was not answered so.
    """

    code: str
    label: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    vocabulary: str = ""
    required: str = ""
    unless: tuple[str, str] | None = None
    is_long: bool = False


@dataclass(frozen=True)
class Kind:
    """One body. `chase_days` are working days after which an answer is asked for again.

    `must_know` says that they and every other such body told must know of each other (S 5.3). A
    platform, a helpline or another school hears no more about a child than it needs.
    """

    code: str
    label: str
    group: str
    when: str
    how: tuple[str, ...] = _ANY
    details: tuple[Detail, ...] = ()
    owes_writing: bool = False
    takes_down: bool = False
    advises: bool = False
    asks_parents: bool = True
    recipient: str = "agency"
    service: str = ""
    tip: str = ""
    chase_days: int = 5
    must_know: bool = True
    # Words where “they were told, and an answer is waited for” does not fit.
    natures: tuple[tuple[str, str], tuple[str, str]] = NATURES
    first: str = "When were they first told?"
    ask_again: str = ""  # what is to be done when it is time to ask; else they are asked
    bodies: str = ""  # what the body’s name is called on the form

    @property
    def is_rung(self) -> bool:
        """Whether they are usually rung first, so that writing follows."""
        return self.how[0] == TELEPHONE and not self.advises

    @property
    def has_somebody(self) -> bool:
        """Whether there is a person at the other end, whose name is worth writing down."""
        return TELEPHONE in self.how

    @property
    def numbers_reports(self) -> bool:
        """Whether their report number is the reference under which they keep it."""
        return REPORT_NUMBER in self.details


OFFICER = (
    Detail(
        "number",
        "Rung on",
        choices=(("101", "101"), ("999", "999"), ("direct", "Another number"), ("", "Not rung")),
    ),
    Detail("log_number", "Incident or log number"),
    Detail("crime_reference", "Crime reference"),
    Detail("officer", "Officer in charge"),
    Detail("collar", "Collar number"),
)
CONSENT = (
    Detail("worker", "Worker who has it, once there is one"),
    Detail(
        "consent",
        "Did the family agree to the referral?",
        choices=(("agreed", "Agreed"), ("refused", "Refused"), ("not_asked", "Not asked")),
        required="Say whether the family agreed, refused or was not asked",
    ),
    Detail(
        "consent_words",
        "Who agreed; or why it was made without agreement",
        "Agreement is not needed where asking would put a child at greater risk.",
        required="Write why it was made without their agreement",
        unless=("consent", "agreed"),
        is_long=True,
    ),
)
REPORT_NUMBER = Detail("report_number", "Report number", "As their confirmation gives it.")

_KINDS = (
    Kind(
        "police",
        "Police",
        "protect",
        "A child is in danger (999), or the checklist says to refer (101).",
        details=OFFICER,
        recipient="police",
        service="police_101",
        tip="telling_police",
        chase_days=2,
        bodies="Police force",
    ),
    Kind(
        "social_care",
        "Children’s social care",
        "protect",
        "A child has been harmed or may be: the front door, also called MASH.",
        details=CONSENT,
        owes_writing=True,
        recipient="social_care",
        tip="telling_social_care",
        chase_days=1,
        bodies="Name of the front door",
    ),
    Kind(
        "safer_schools_officer",
        "Safer-schools officer or PCSO",
        "protect",
        "The officer who knows the school, for advice. If they take a crime report, choose Police.",
        details=(
            Detail("officer", "Officer"),
            Detail("collar", "Collar number"),
        ),
        recipient="police",
        tip="telling_police",
        bodies="Police force or team",
    ),
    Kind(
        "safeguarding_partners",
        "Safeguarding partners",
        "protect",
        "A matter that reaches beyond this school, or another body does not act.",
        recipient="social_care",
        tip="telling_social_care",
        bodies="Name of the partnership",
    ),
    Kind(
        "early_help",
        "Early or family help",
        "protect",
        "A family needs help that does not take a social worker.",
        details=CONSENT,
        owes_writing=True,
        recipient="social_care",
        tip="telling_social_care",
        bodies="Name of the service",
    ),
    Kind(
        "lado",
        "LADO",
        "protect",
        "Somebody who works with children may have harmed one: within one working day.",
        details=(Detail("worker", "Officer who has it, once there is one"),),
        owes_writing=True,
        recipient="social_care",
        chase_days=1,
        bodies="Local authority",
    ),
    Kind(
        "ceop",
        "CEOP",
        "report",
        "An adult may have groomed, pressed or exploited a child online.",
        how=(ONLINE, TELEPHONE, EMAIL),
        details=(REPORT_NUMBER,),
        recipient="police",
        service="ceop",
        tip="adult_involved",
        bodies="Service",
    ),
    Kind(
        "iwf",
        "Internet Watch Foundation",
        "report",
        "An illegal image of a child is on the internet. Staff give the address, never the image.",
        how=(ONLINE, TELEPHONE, EMAIL),
        details=(REPORT_NUMBER,),
        takes_down=True,
        must_know=False,
        asks_parents=False,
        service="iwf",
        tip="taking_down",
        chase_days=2,
        bodies="Service",
    ),
    Kind(
        "report_remove",
        "Report Remove",
        "report",
        "A young person under 18 has their own nude image taken down. They do it themselves.",
        how=(ONLINE, IN_PERSON),
        details=(
            Detail("explained_to", "Explained to whom, and by whom", required="Say to whom"),
            Detail("sat_with", "Who sat with them, if anybody"),
            Detail(
                "done",
                "Have they done it?",
                choices=(
                    ("yes", "Yes, they did it themselves"),
                    ("not_yet", "Not yet"),
                    ("no", "They do not want to"),
                ),
                required="Say whether they have done it",
            ),
        ),
        service="report_remove",
        tip="report_remove",
        natures=(
            ("They used it, or mean to", "Ask them later how it went."),
            ("It was only explained", "Nothing is waited for."),
        ),
        first="When was it explained to them?",
        ask_again="Ask the young person how it went with Report Remove",
        must_know=False,
        bodies="Service",
    ),
    Kind(
        "true_vision",
        "True Vision (hate crime)",
        "report",
        "Somebody was singled out for who they are or are thought to be.",
        how=(ONLINE, TELEPHONE),
        details=(
            Detail(
                "characteristic",
                "Singled out for",
                vocabulary="hate_elements",
                required="Choose what they were singled out for",
            ),
            REPORT_NUMBER,
        ),
        recipient="police",
        service="true_vision",
        tip="hate_report",
        bodies="Service",
    ),
    Kind(
        "report_harmful_content",
        "Report Harmful Content",
        "report",
        "A platform has answered a report and not helped.",
        how=(ONLINE, EMAIL),
        details=(REPORT_NUMBER,),
        takes_down=True,
        must_know=False,
        asks_parents=False,
        service="report_harmful_content",
        tip="taking_down",
        bodies="Service",
    ),
    Kind(
        "platform",
        "A platform or website",
        "report",
        "To have content taken down where it is. The web address helps more than a user name.",
        how=(TOOL, ONLINE, EMAIL),
        details=(
            REPORT_NUMBER,
            Detail("rule", "Which of their rules it breaks"),
        ),
        takes_down=True,
        asks_parents=False,
        recipient="platform",
        tip="taking_down",
        must_know=False,
        chase_days=2,
        bodies="Which platform",
    ),
    Kind(
        "posh",
        "Professionals Online Safety Helpline",
        "advise",
        "Advice for staff, and a direct way to platforms when a report has not helped.",
        how=(TELEPHONE, EMAIL),
        advises=True,
        asks_parents=False,
        service="posh",
        tip="taking_down",
        must_know=False,
        bodies="Service",
    ),
    Kind(
        "other_school",
        "Another school",
        "others",
        "A pupil of theirs is involved: their safeguarding lead hears it from ours.",
        details=(
            Detail("lawful_basis", "Why it may be shared", "Such as: to keep a child safe."),
            Detail("shared", "What was shared", is_long=True, required="Say what was shared"),
        ),
        recipient="school",
        must_know=False,
        tip="other_school",
        bodies="Which school",
    ),
    Kind(
        "other",
        "Somebody else",
        "others",
        "Health, a club, a court, another service.",
        must_know=False,
        bodies="Who",
    ),
)
KINDS: Mapping[str, Kind] = {kind.code: kind for kind in _KINDS}
POLICE = "police"

OUTCOMES = (
    ("", "None yet", ""),
    ("investigating", "They are investigating", ""),
    ("advice", "Advice only", ""),
    (
        "outcome_21",
        "Outcome 21",
        "Recorded as a crime, and a formal investigation is not in the public interest. Not for "
        "malice, wide sharing or persistence.",
    ),
    (
        "outcome_22",
        "Outcome 22",
        "Learning or support instead of a prosecution.",
    ),
    ("no_crime", "No crime recorded", ""),
    ("charged", "Charged or summonsed", ""),
    ("other", "Another outcome", "Say which in the answer."),
)
"""What the police may make of a report, each with a plain explanation where it needs one."""
STATES = REFERRAL_STATES
EVENTS = REFERRAL_EVENTS
