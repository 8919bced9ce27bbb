"""One paper of each kind about devices, referrals and content, for the tests to read back."""

from dataclasses import replace

from portal.printing.content_list import ContentList, Item, School
from portal.printing.custody_sheet import CustodySheet, Search
from portal.printing.device_data import Device, Move, Taken
from portal.printing.device_receipt import Asked, DeviceReceipt, Received
from portal.printing.referral_cover import ReferralCover, Referrer, YoungPerson

from .summaries import FURNITURE

MARKUP = "<b>{{7*7}}</b> <img src='/etc/hostname'/> &amp;"
LONG_URL = "https://www.example.org/a/" + "-".join(f"part{number}" for number in range(60))[:274]

DEVICE = Device(
    kind="Mobile telephone",
    make="Samsung",
    model="Galaxy A14",
    colour="black",
    marks="Crack across the lower left corner; sticker of a fox on the back",
    imei="35 209900 176148 1",
    seal="00418",
)
TAKEN = Taken(
    by="David Lowe, form tutor",
    when="11 March 2026, 10:15",
    where="Room 14",
    taken_from="Łukasz Żółkiewski",
    witness="Beth O’Hara, teaching assistant",
    grounds="Evidence of an offence",
    how="Handed over when asked",
)
MOVES = (
    Move("1", "11 March 2026, 10:15", "Taken", "11 March 2026, 10:40",
         from_whom="Łukasz Żółkiewski", to_whom="David Lowe", place="Room 14"),
    Move("2", "11 March 2026, 10:25", "Stored", "11 March 2026, 10:41", from_whom="David Lowe",
         to_whom="Amina Rahman", place="Cabinet 2, office of the lead", seal="00418",
         reason="Switched off and sealed in front of both"),
    Move("3", "12 March 2026, 14:30", "Handed to the police", "13 March 2026, 16:55",
         from_whom="Amina Rahman", to_whom="PC Dolan", place="School office", seal="00418",
         officer="PC 4471 Dolan, West Midlands Police", receipt="EX/0042/1",
         condition="Seal whole", late=True),
)  # fmt: skip
RECEIPT = DeviceReceipt(
    furniture=replace(
        FURNITURE,
        title="Device receipt 2026-0042",
        subject="Device receipt",
        recipient="Łukasz Żółkiewski",
        purpose="Image of Sara shared in the year group",
    ),
    for_whom="person",
    device=DEVICE,
    taken=TAKEN,
    contact=Asked("Amina Rahman", "safeguarding lead", "0121 496 0101", "Room 3, any break"),
    state_on_taking="Switched on, screen locked",
    not_viewed_by="David Lowe",
    held_where="Cabinet 2, office of the lead",
    return_by="Friday 20 March 2026",
    return_from="Amina Rahman",
    statements=("You need it for the bus: the office has lent you a bus pass until then.",),
    custody=MOVES,
    received=Received(
        "PC Dolan", "4471", "West Midlands Police", "EX/0042/1", "12 March 2026, 14:30"
    ),
)
SEARCH = Search(
    when="11 March 2026, 10:05",
    who="Łukasz Żółkiewski: his school bag",
    place="Room 14",
    authorised_by="Tom Reid, head",
    searcher="David Lowe (male)",
    present="Beth O’Hara",
    looked_for="A mobile telephone",
    reason="Two pupils said that it was being shown in the lesson",
    agreement="Agreed",
    found="The telephone below",
    parent_told="Yes, at 12:30 by telephone",
    followed="It was switched off and sealed at once",
)
SHEET = CustodySheet(
    furniture=replace(
        FURNITURE, title="Custody sheet 2026-0042", subject="Custody sheet of a device"
    ),
    device=DEVICE,
    taken=TAKEN,
    holder="PC 4471 Dolan, West Midlands Police",
    place="with the police",
    state_on_taking="Switched on, screen locked",
    not_viewed_by="David Lowe",
    needed_for="Bus pass on the telephone; a paper pass was lent",
    search=SEARCH,
    moves=MOVES,
    gaps=("Between 11 March 2026, 10:15 and 10:25 the record does not say where the device was.",),
)
COVER = ReferralCover(
    furniture=replace(
        FURNITURE,
        title="Referral cover sheet 2026-0042",
        subject="Cover sheet of a referral",
        recipient="Birmingham Children’s Trust, front door",
    ),
    body="Birmingham Children’s Trust, front door",
    person="Jo Bell, duty social worker",
    contact="Secure e-mail: frontdoor@trust.example; 0121 496 0300",
    phoned="11 March 2026, 10:20",
    phoned_to="Jo Bell",
    reference="MA-20117",
    written="11 March 2026, 16:30",
    referrer=Referrer(
        name="Amina Rahman",
        role="Designated Safeguarding Lead",
        telephone="0121 496 0101",
        email="dsl@hilltop.example",
        hours="Monday to Friday, 8:00 to 17:00",
        point_of_contact="Tom Reid, head, 0121 496 0100",
    ),
    urgent="A young person has spoken of ending her life. She must not be told at home before "
    "somebody has spoken with her mother.",
    young_people=(
        YoungPerson(
            "Sara Whitlock", "4 May 2012", "Year 9, 9C", "Young person harmed",
            needs="Hearing aid on the left side",
            parents="Her mother knows since 11 March, 12:00",
            consent="Her mother consents",
        ),
        YoungPerson(
            "Łukasz Żółkiewski", "17 January 2012", "Year 9, 9D",
            "Young person said to have displayed the behaviour",
            parents="Not yet: the police asked us to wait until they have spoken with him",
        ),
    ),
    enclosed=("Case summary 2026-0042, copy 3",),
    other_bodies=("West Midlands Police, PC 4471 Dolan, reference 20/88213/26, 11 March 2026",),
    we_ask=(
        "A strategy discussion within one working day",
        "Advice on what his parents may be told, and when",
    ),
)  # fmt: skip
LIST = ContentList(
    furniture=replace(
        FURNITURE,
        title="Content list 2026-0042",
        subject="Addresses and accounts for a report",
        recipient="Instagram",
        purpose="Sara’s image is shown there",
    ),
    contact=School(
        "Hilltop Academy", "Designated Safeguarding Lead", "0121 496 0101", "dsl@hilltop.example"
    ),
    dated="12 March 2026",
    platform="Instagram",
    items=(
        Item("1", "Instagram", "https://www.instagram.com/hilltop.tea/", "@hilltop.tea",
             "Bullying or harassment", "11 March 2026, 10:30"),
        Item("2", "Instagram", LONG_URL, "", "Sexual content of a young person",
             "11 March 2026, 10:32", "IG-884213"),
        Item("3", "Instagram", "", "@hilltop_tea_2", "", "12 March 2026, 9:05"),
    ),
)  # fmt: skip
