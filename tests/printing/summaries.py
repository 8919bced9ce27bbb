"""Two case summaries as a school might print them, for the tests to read back."""

from portal.printing.case_summary_data import (
    Account,
    Action,
    Answer,
    BehaviourGroup,
    CaseSummary,
    Checklist,
    Contact,
    Decision,
    Disclosure,
    EvidenceItem,
    Glance,
    Incident,
    Item,
    ParentContact,
    Part,
    Person,
    Quotation,
    Unknown,
    UnknownPerson,
    View,
)
from portal.printing.furniture import Furniture

HASH = "7f3a9c2e11d04b58a6c0e9d2f41b7735c8aa02de6690b1f3e57d4482c91be06d"

FURNITURE = Furniture(
    school="Hilltop Academy",
    reference="2026-0042",
    title="Case summary 2026-0042",
    subject="Case summary for police referral",
    printed_by="Amina Rahman (Designated Safeguarding Lead)",
    printed_at="12 March 2026 at 14:05",
    copy_number=3,
    purpose="Referral made by telephone this morning",
    recipient="PC 4471 Dolan, West Midlands Police",
    journal_hash=HASH,
    journal_sequence=118,
)

CONTACT = Contact(
    name="Amina Rahman",
    role="Designated Safeguarding Lead",
    telephone="0121 496 0101",
    email="dsl@hilltop.example",
    hours="Monday to Friday, 8:00 to 17:00; outside those hours 0121 496 0199",
)

NOT_KNOWN = "Not yet known"

QUESTIONS = (
    "Has anybody been coerced, blackmailed or exploited?",
    "Is it extreme or violent in nature?",
    "Is a child under 13 involved?",
    "Is a child at significant or immediate risk of harm?",
    "Is a child already known as vulnerable to children’s social care or the police?",
    "Are there images or a recording of a crime?",
    "Is a high number of children involved?",
)
FURTHER_FACTS = (
    "Was something shared without consent?",
    "Was there pressure?",
    "Was there malice?",
    "Is an adult involved?",
)


def _answers(questions: tuple[str, ...], *given: tuple[str, str]) -> tuple[Answer, ...]:
    return tuple(
        Answer(question, answer, note)
        for question, (answer, note) in zip(questions, given, strict=True)
    )


SARA = CaseSummary(
    furniture=FURNITURE,
    contact=CONTACT,
    dated="12 March 2026",
    originals="Sara has her own telephone with her. The accounts are private and nobody at "
    "school has opened them.",
    glance=Glance(
        outcome="Always refer: at least one of the seven questions is answered yes.",
        immediate_danger="Yes. Sara has told the DSL that she has thought of ending her life.",
        danger_response="Not left alone since 9:25 on 11 March. Her mother came to school. Seen by "
        "the crisis team the same afternoon; safety plan held by the school.",
        young_people="2 named; others who follow the accounts are not yet known",
        decision=Decision(
            decision="Refer to the police",
            decided_by="Amina Rahman, Designated Safeguarding Lead",
            decided_at="11 March 2026 at 10:40",
            reason="A child is at risk of harm and a nude image of her is said to be shown on two "
            "accounts. Who runs them cannot be found out by the school.",
            advice="Children’s social care, duty worker, 11 March 2026, reference MA-20117",
        ),
    ),
    checklist=Checklist(
        rule_set="schools-2019",
        version="1",
        answered_by="Amina Rahman",
        answered_at="11 March 2026 at 10:05",
        questions=_answers(
            QUESTIONS,
            (NOT_KNOWN, "She was asked for it; pressure is not yet established."),
            ("No", ""),
            (NOT_KNOWN, "Who runs the accounts and who follows them is not known."),
            ("Yes", "Thoughts of suicide, told to the DSL on 11 March."),
            (NOT_KNOWN, "Children’s social care have been asked."),
            ("No", ""),
            (NOT_KNOWN, "The number of followers is unknown."),
        ),
        facts=_answers(
            FURTHER_FACTS,
            ("Yes", "Sara sent it to one person and has been told that it is shown."),
            (NOT_KNOWN, ""),
            (NOT_KNOWN, ""),
            (NOT_KNOWN, ""),
        ),
    ),
    people=(
        Person(
            name="Sara Whitlock",
            part="Young person harmed",
            date_of_birth="4 September 2012",
            age="13",
            school="Hilltop Academy",
            year="year 9, form 9C",
            own_words="“the one it happened to”",
            contact="Through the school at first",
            carers="Mother: Helen Whitlock, 0121 496 0144. She has been unwell.",
        ),
        Person(
            name="Jordan Pike",
            part="Young person said to have displayed the behaviour",
            date_of_birth="19 January 2012",
            age="14",
            school="Hilltop Academy",
            year="year 10, form 10B",
            certainty="Said, not established. Jordan has not been asked.",
            carers="Father: Neil Pike, 0121 496 0172",
            needs="Support plan for reading; meet with an adult he knows.",
        ),
    ),
    people_unknown=(
        UnknownPerson(
            "pupils of this school who follow either account",
            "Witnesses",
            "Names are being gathered from those who come forward. Nobody is asked to show a "
            "telephone.",
        ),
        UnknownPerson("whoever runs the two accounts", "Said to have displayed the behaviour"),
    ),
    accounts=(
        Account(
            platform="Instagram",
            name="Slags_of_Birmingham_xx",
            kind="page, private",
            address="https://instagram.example/Slags_of_Birmingham_xx",
            whose="Not known",
        ),
        Account(
            platform="Instagram",
            name="Brum_beef_100",
            kind="page, private",
            address="https://instagram.example/Brum_beef_100",
            whose="Not known",
            note="Named by two pupils independently.",
        ),
    ),
    incidents=(
        Incident(
            "about 1 March 2026",
            "Sara sent one image of herself to Jordan at his request.",
            "At home, by telephone",
            "Sara Whitlock, Jordan Pike",
        ),
        Incident(
            "7 March 2026, evening",
            "The image is said to have appeared on both accounts.",
            "Instagram",
            "Not known",
        ),
        Incident(
            "10 March 2026 at 11:50",
            "Remarks by other pupils at the end of a lesson.",
            "Science block, ground floor corridor",
            "Not known",
        ),
    ),
    behaviours=(
        BehaviourGroup(
            "Non-consensual sharing of images",
            ("An image shared without the consent of the person shown",),
        ),
    ),
    disclosures=(
        Disclosure(
            title="Sara told her form tutor on 11 March 2026",
            how="The young person told a member of staff",
            told_at="11 March 2026 at 9:10",
            recorded_by="Ruth Okafor, form tutor",
            dsl_told_at="11 March 2026 at 9:25, in person",
            written_at="11 March 2026 at 9:40",
            where="Room 14, after registration",
            present="Sara and Ms Okafor",
            words=(
                Quotation(
                    "I only sent it to him. Someone said it’s on there now. I don’t know if it "
                    "was him.",
                    "Sara Whitlock",
                ),
            ),
            seen="Quiet and distracted for a week, away from friends at break. She held her coat "
            "closed throughout and looked at the door whenever someone passed.",
            thought="I think she had been waiting for somebody to ask.",
        ),
        Disclosure(
            title="A teacher noticed a change on 10 March 2026",
            how="A member of staff noticed something",
            told_at="10 March 2026 at 11:50",
            recorded_by="David Lowe, science",
            dsl_told_at="11 March 2026 at 9:30",
            written_at="11 March 2026 at 9:55 (late entry)",
            seen="Two pupils laughed when Sara came in and one said “seen you”. Sara left at once.",
        ),
    ),
    evidence=(
        EvidenceItem(
            "The image, as sent",
            "On Sara’s own telephone, if it was kept",
            "Sara Whitlock",
            "Nobody at school has seen it.",
        ),
        EvidenceItem(
            "The posts", "On the two accounts", "The platform", "Addresses noted; nothing copied."
        ),
    ),
    reports=(
        Item(
            "Police, 101",
            (
                ("When and by whom", "11 March 2026 at 10:50, Amina Rahman, by telephone"),
                ("Reference", "20/88213/26"),
                (
                    "Answer",
                    "Proof is needed that the image was on the account. Keep Sara’s telephone as "
                    "it is; do not delete the messages.",
                ),
            ),
        ),
        Item(
            "Children’s social care",
            (
                ("When and by whom", "11 March 2026 at 10:15, Amina Rahman, by telephone"),
                ("Reference", "MA-20117"),
                ("Answer", "Strategy discussion called for 12 March 2026 at 16:00"),
            ),
        ),
    ),
    actions=(
        Action("11 March, 9:25", "11 March, 9:45", "DSL told in person.", "Ruth Okafor"),
        Action(
            "11 March, 9:40",
            "11 March, 10:20",
            "Sara told who will know and who will not, and that complete removal cannot be "
            "promised. Confidentiality was not promised.",
            "Amina Rahman",
        ),
        Action(
            "11 March, 11:30",
            "11 March, 12:10",
            "Mother told by Sara and the DSL together.",
            "Amina Rahman",
        ),
        Action(
            "11 March, 13:00",
            "11 March, 13:05",
            "Science set changed; staff on the corridor at break told what to watch for.",
            "Ruth Okafor",
        ),
        Action(
            "11 March, 15:20",
            "12 March, 8:30 (late entry)",
            "Both accounts reported to the platform by address.",
            "Amina Rahman",
        ),
    ),
    views=(
        View(
            young_person="Sara Whitlock",
            view="Unsure",
            reason="She fears being blamed, trouble with the police, and that her family would "
            "find out. She does not want to get Jordan into trouble.",
            told="That the police record every report as a crime, and that this is not the same "
            "as treating a child as a criminal.",
            told_by="Amina Rahman",
            told_at="11 March 2026 at 10:30",
            justification="Her safety comes first, and others may be shown on the same accounts.",
        ),
        View(young_person="Jordan Pike", view="Not yet asked"),
    ),
    parents=(
        ParentContact(
            young_person="Sara Whitlock",
            told="Told",
            who="Helen Whitlock, mother",
            when="11 March 2026 at 11:30",
            by="Amina Rahman and Sara together",
        ),
        ParentContact(
            young_person="Jordan Pike",
            told="Not yet told",
            why_not="The police ask that the family is not told before they have spoken to Jordan.",
        ),
    ),
    unknowns=(
        Unknown("Who runs the two accounts", "Police, with the platform", "not set"),
        Unknown("Whether there was pressure", "Amina Rahman", "13 March 2026"),
        Unknown("Whether a child under 13 follows the accounts", "Police", "16 March 2026"),
        Unknown(
            "Whether children’s social care already know a child concerned",
            "Amina Rahman",
            "12 March 2026",
        ),
    ),
)

OWEN = CaseSummary(
    furniture=FURNITURE,
    contact=CONTACT,
    dated="12 March 2026",
    originals="Owen keeps his own telephone, with the messages on it.",
    included=frozenset(Part) - {Part.PARENTS, Part.DISCLOSURES},
    glance=Glance(
        outcome="Police most likely: advice is to be sought, and recorded.",
        immediate_danger="No",
        danger_response="",
        young_people="2 named; whoever made the profile is not yet known",
        decision=Decision(
            decision="Do not refer yet; advice is sought",
            decided_by="Amina Rahman, Designated Safeguarding Lead",
            decided_at="5 March 2026 at 11:00",
            reason="Nobody knows yet who made the profile.",
            needs_countersignature=True,
        ),
    ),
    checklist=Checklist(
        rule_set="schools-2019",
        version="1",
        answered_by="Amina Rahman",
        answered_at="4 March 2026 at 9:30",
        questions=_answers(
            QUESTIONS,
            ("No", ""),
            ("No", ""),
            (NOT_KNOWN, "Nobody knows yet who made the profile."),
            (NOT_KNOWN, "Missed school, seems very low; to be asked with his tutor today."),
            ("No", ""),
            ("No", ""),
            (NOT_KNOWN, "Staff do not open the page; the platform or the police can say."),
        ),
        facts=_answers(
            FURTHER_FACTS, ("Yes", ""), ("No", ""), ("Yes", "The name chosen"), (NOT_KNOWN, "")
        ),
    ),
    people=(
        Person("Owen Pryce", "Young person harmed", "2 May 2011", "14", own_words="Owen"),
        Person(
            "Mr Crane",
            "The teacher shown in the edited photographs",
            note="An adult who works at the school",
        ),
    ),
    people_unknown=(
        UnknownPerson("whoever made the profile", "Said to have displayed the behaviour"),
    ),
    accounts=(
        Account(
            platform="Instagram",
            name="owen_bums_mr_crane",
            kind="profile, public",
            address="https://instagram.example/owen_bums_mr_crane",
            whose="Not known",
            note="Removed on 5 March; a second profile appeared on 11 March.",
        ),
    ),
    incidents=(
        Incident(
            "about 3 March 2026", "A profile in Owen’s name with altered photographs.", "Instagram"
        ),
    ),
    behaviours=(
        BehaviourGroup(
            "Sexualised bullying",
            (
                "Impersonation",
                "Altered images",
                "Personal information shared",
                "Bullied for his sexual orientation",
            ),
        ),
    ),
    hate_element="Sexual orientation",
    content=(
        Item(
            "Profile owen_bums_mr_crane",
            (
                ("State", "Removed on 5 March 2026"),
                ("Reported to", "Instagram, by address, 5 March 2026 at 11:20"),
            ),
        ),
    ),
    reports=(Item("True Vision", (("Reference", "TV-55120"),)),),
    left_out_people=("one young person who told the school",),
)
