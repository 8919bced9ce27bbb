"""A contact log and two support records, for the tests to read back."""

from dataclasses import replace

from portal.printing.contact_log import Agreement, Asked, Carer, Contact, ContactLog
from portal.printing.support_record import (
    Milestone,
    Offer,
    Review,
    Sanction,
    SupportRecord,
    View,
)

from .summaries import FURNITURE

ASKED = Asked("Amina Rahman", "safeguarding lead", "0121 496 0101", "office@hilltop.example")
CONTACT = Contact(
    when="12 March 2026 at 16:20",
    who="Ewa Żółkiewska",
    relation="Mother",
    way="By telephone",
    by="Amina Rahman",
    we_said="That Łukasz came to us with something that happened online, and is safe.",
    they_said="“I had no idea. He has not slept for a week.”",
    done_so_far="He has a named adult and may leave lessons early.",
    they_ask="To be rung before anybody speaks to the police.",
    further=(
        ("How they can help at home", "Keep the telephone charged, and ask nothing at night."),
        ("Do they blame the young person", "No"),
    ),
)
AGREEMENT = Agreement(
    who="Ewa Żółkiewska",
    how_often="Every week",
    contains="What school has done, and how he is.",
    since="Agreed 12 March 2026",
)
LOG = ContactLog(
    furniture=replace(
        FURNITURE,
        title="Contacts with home 2026-0042",
        subject="Contacts with home",
        recipient="Ewa Żółkiewska (Mother)",
        purpose="They asked for it",
    ),
    young_person="Łukasz Żółkiewski",
    household=(Carer("Ewa Żółkiewska", "Mother"), Carer("Jan Lowe", "Stepfather")),
    asked=ASKED,
    written="20 March 2026",
    contacts=(CONTACT, replace(CONTACT, when="19 March 2026 at 08:30", who="Jan Lowe")),
    agreements=(AGREEMENT,),
    left_out=("“[left out]” stands where words are not for this copy.",),
)
RECORD = SupportRecord(
    furniture=replace(
        FURNITURE,
        title="Support record 2026-0042",
        subject="Support record",
        recipient="Łukasz Żółkiewski",
        purpose="They asked for it",
    ),
    whose="Łukasz Żółkiewski",
    asked=ASKED,
    written="20 March 2026",
    for_young_person=True,
    own_words="I want it to stop, and not to talk about it in form time.",
    arranged=(
        ("What is needed", "Somebody to go to before lessons."),
        ("Named adult", "Beth O’Hara"),
        ("When and where", "Every day after registration, Room 14"),
        ("Attendance", "Watched"),
    ),
    offers=(
        Offer("12 March 2026", "Counselling in school", "Accepted, 13 March 2026", "16 March 2026"),
        Offer("12 March 2026", "Childline", "Not now, perhaps later\nHe will think about it."),
    ),
    reviews=(
        Review(
            when="19 March 2026",
            outcome="It goes on as it is",
            present="Łukasz, Beth O’Hara",
            how_it_goes="He comes most days.",
            own_words="It is okay. Better than before.",
            changes="Room 3 instead of Room 14.",
            next_on="26 March 2026",
        ),
    ),
    milestones=(
        Milestone("2 April 2026 at 10:00", "Recorded interview", "Planned", "Police station",
                  "Beth O’Hara goes with him", "Not yet known"),
    ),
    views=(View("18 March 2026", "Is not sure", "Maybe later.", "With his aunt there"),),
    sanctions=(
        Sanction("16 March 2026", "One day in the inclusion room", "Behaviour policy, 7",
                 "Tom Reid", "Sent a message in anger", "The counsellor saw him that day",
                 "That was fair.", "17 March 2026"),
    ),
    left_out=("“[left out]” stands where words are not for this copy.",),
)  # fmt: skip
GROUP = replace(
    RECORD,
    whose="Year 9 group chat",
    is_group=True,
    for_young_person=False,
    milestones=(),
    views=(),
    sanctions=(),
)
