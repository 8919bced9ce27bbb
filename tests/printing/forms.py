"""Filled forms and the facts of blank ones, for the tests to read back."""

from dataclasses import replace

from portal.printing.form_data import (
    Blank,
    BlankDisclosure,
    Help,
    Helpline,
    HelpSheet,
    MustKnow,
    PlanForm,
    Signed,
    Step,
    Told,
    Voice,
    WishesForm,
)
from portal.printing.furniture import Furniture

from .summaries import FURNITURE

HELP = Help(
    adult="Mrs Žukauskienė",
    when="Tuesdays and Thursdays, at lunch",
    where="Room 14, by the library",
    also="If she is not there, ask for Mr Hill at the office.",
    emergency="999",
    helplines=(
        Helpline(
            "Childline", ("Call 0800 1111", "www.childline.org.uk"), "Last checked 2 March 2026"
        ),
        Helpline("Shout", ("Text 85258 (day and night)",), "Last checked 3 March 2026"),
    ),
    reports=(Helpline("Childnet", ("www.childnet.com",), "Last checked 4 March 2026"),),
)
SHEET = HelpSheet(
    furniture=Furniture(
        school="Hilltop Academy",
        reference="",
        title="Where to find help",
        printed_by="",
        printed_at="",
        marking="",
    ),
    help=HELP,
)
WISHES = WishesForm(
    furniture=replace(
        FURNITURE,
        title="Who do you want to know? 2026-0042",
        subject="Who do you want to know?",
        recipient="Sara Whitlock",
        purpose="They asked for it",
    ),
    young_person="Sara Whitlock",
    class_form="9C",
    answered="12 November 2026",
    how="Written on paper 12 November 2026, typed up 14 November 2026 at 15:02",
    asked_by="Nadia Rahman",
    number="2",
    people=(
        Told(
            "Ms Moss, form tutor",
            "Wants them to know",
            "",
            "That something happened. Not what.",
            "Let me leave the room without asking",
            "Do not ask me about it in front of others",
        ),
        Told("Łucja", "Knows already", "Yes", "", "Sit with me at lunch", ""),
    ),
    rather_not=(Told("My uncle Żarko", "Would rather they did not know"),),
    must_know=(
        MustKnow("Ruth Adeyemi", "leads the work to keep you safe"),
        MustKnow("My mum", "decides with you what happens next"),
    ),
    anything_else="I do not want an assembly about it.",
    next_visit="26 November 2026",
)
PLAN = PlanForm(
    furniture=replace(
        FURNITURE,
        title="Moving forward plan 2026-0042",
        subject="Moving forward plan",
        recipient="Jordan Blythe",
        purpose="They asked for it",
    ),
    young_person="Jordan Blythe",
    status="Edition 2, reviewed 12 November 2026",
    started="1 November 2026",
    help=HELP,
    typed_up="Written on paper 1 November 2026, typed up 2 November 2026 at 09:10",
    start=(
        ("What the internet is used for", "Games with cousins, football clips"),
        ("What “online” covers in this plan", "Apps, games, group chats, TV on demand"),
        ("Why this plan", "I shared something that was not mine to share"),
        ("How long it lasts", "Two months"),
        ("It ends on", "1 January 2027"),
        ("How often it is reviewed", "Every two weeks"),
        ("How to signal for help", "The word “umbrella”"),
        ("Where and when help is there", "Room 14, any break"),
        ("Limits agreed for home", ""),
    ),
    people=(
        ("Jordan Blythe", "Young person"),
        ("Owen Hart", "Member of staff; head of year"),
        ("Dee Blythe", "Parent or carer; mother"),
    ),
    steps=(
        Step("Leave the group chat", "Jordan", "3 November 2026", "Done: he showed us"),
        Step("Talk every Friday", "Owen Hart", "31 December 2026"),
    ),
    voices=(
        Voice(
            "Jordan Blythe",
            "Young person",
            "Written by themselves, on the screen, 12 November 2026 at 10:00.",
            (
                ("I will know it is about to happen again if I…", "feel left out"),
                ("To help me, I will…", "put the phone down\ntell Mum"),
                ("Other people will notice if I…", "go quiet"),
                ("I would like…", "Mum to ask me how I am"),
                ("Other help I would like", ""),
            ),
        ),
        Voice(
            "Owen Hart",
            "Member of staff",
            "Written on paper 10 November 2026, typed up 11 November 2026 at 08:30.",
            (
                ("I will know it is about to happen again if they…", "avoid me"),
                ("To help them, I will…", "keep Fridays free"),
                ("I might also speak to", "Dee Blythe"),
            ),
        ),
        Voice("Dee Blythe", "Parent or carer", "Nobody has written it yet.", (), True),
    ),
    after=(
        ("If the plan is not followed", "We meet the same week"),
        ("Next review", "26 November 2026"),
    ),
    reviewed=(("Who was there", "All three"), ("What worked", "The Friday talks")),
    signed=(
        Signed("Jordan Blythe", "Young person", "12 November 2026, signed on paper"),
        Signed("Owen Hart", "Member of staff", ""),
        Signed("Dee Blythe", "Parent or carer", ""),
    ),
    notes="His cousin knows the signal word.",
)
BLANK = Blank("Hilltop Academy", help=replace(HELP, adult="", when="", where="", also=""))
DISCLOSURE = BlankDisclosure(
    school="Hilltop Academy",
    lead="01632 960 100",
    help=Help(emergency="999"),
    social_care="By day 01632 960 111, at night 01632 960 112.",
    how_it_came=(("told", "The young person told me"), ("noticed", "I noticed something")),
    behaviours=(
        ("Sexualised bullying", (("rumours", "Gossip or rumours"),)),
        ("None of these", (("agreed", "Made and shared by agreement"),)),
    ),
    overlaps=(("adult", "An adult took part"),),
    hate_elements=(("disability", "Disability"),),
    parts=(("harmed", "Young person harmed"), ("witness", "Witness")),
    told_them=(("no_secret", "That it cannot be kept secret"),),
    worries=(("blamed", "They would be blamed"),),
)
