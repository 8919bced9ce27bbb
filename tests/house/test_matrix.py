"""Every address of a case × method × nine identities × four relations, against a table by hand.

The table stands here a second time, in words that share nothing with the portal’s own: which part
and permission an address belongs to, and what each identity may do in each relation to the case.
Outside its case nothing is: 404, as for a reference that never was; inside, what is not allowed is
403.
"""

import re
import statistics
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from portal.cases.access import CaseAccess
from portal.cases.access_rules import Part
from portal.web.access import access_of
from tests.databases import Engine
from tests.house.conftest import put_holders_back
from tests.house.furnished import Furnished
from tests.house.holders import PARTS, Holders
from tests.page import Browser

SEE, WORK, DECIDE, SIGN = "see_cases", "work_on_cases", "decide", "countersign"
PRINT, CLOSE, MANAGE, LOOKS = "print", "close_cases", "manage_access", "see_who_looked"

ENDPOINTS: dict[tuple[str, str], str] = {
    ("any", SEE): "casefile.show",
    ("wishes", SEE): "wishes.overview wishes.show",
    ("wishes", WORK): "wishes.hand_over wishes.match wishes.new",
    ("plan", SEE): "plans.edition plans.overview plans.show",
    ("plan", WORK): """plans.again plans.change plans.choose plans.new plans_acts.agree
        plans_acts.end plans_acts.hand_over plans_acts.review plans_acts.sign plans_acts.step
        plans_acts.voice""",
    ("actions", SEE): "cases_work.action_list",
    ("actions", WORK): "cases_work.move cases_work.new_action cases_work.settle",
    ("contacts", SEE): "family.overview family.show",
    ("contacts", WORK): """family.agree family.end family.wish family_contacts.correct
        family_contacts.record""",
    ("contacts", DECIDE): "family.decide",
    ("support", SEE): "support.overview support.show",
    ("support", WORK): """support.answer support.begin support.change support.end support.offer
        support.review support.say_why_none support_corrections.correct support_milestones.move
        support_milestones.outcome support_milestones.plan""",
    # the answers that wait belong to the part whose form they fill: here that of the wishes
    ("named", WORK): "handover.resume",
    ("rest", SEE): """assessment.review assessment.risk case_access.show casefile.show_chronology
        cases_people.listing cases_records.listing cases_versions.versions cases_viewings.listing
        cases_withheld.listing cases_work.decision cases_work.decision_list containment.overview
        containment.show_item containment_steps.protections devices.listing devices.show
        devices_searches.show inbox.in_case inbox.of_case police.assessment police.police
        referrals.register referrals.show support_beside.restorative wishes_notes.sent""",
    ("rest", LOOKS): "cases.looks",
    ("rest", SIGN): "police.countersign",
    ("rest", CLOSE): "casefile.close casefile.reopen containment.came_back",
    ("rest", DECIDE): """cases_work.new_decision containment.release containment.urgent
        police.decide""",
    ("rest", MANAGE): """case_access.end case_access.give case_access.lift case_access.new_lead
        case_access.review case_access.shut_out case_access.until""",
    ("rest", PRINT): """prints.fetch prints.print_chronology prints.print_summary prints.show_print
        prints_acts.content_list prints_acts.cover prints_acts.custody prints_acts.receipt
        prints_family.contact_log prints_family.support_record prints_forms.help_sheet
        prints_forms.plan prints_forms.plan_help prints_forms.wishes""",
    ("rest", WORK): """assessment.new_review assessment.new_risk calls.call casefile.link
        cases.about cases.step cases.steps cases_people.add cases_people.add_new
        cases_people.add_unknown cases_people.change cases_people.find cases_people.identify
        cases_people.identify_new cases_people.recognise cases_records.add cases_records.correct
        cases_viewings.add cases_viewings.correct cases_withheld.lift cases_withheld.new
        cases_work.correct_note cases_work.new_note cases_work.withdraw_note
        containment.change_state containment.correct_item containment.new_item
        containment_steps.end containment_steps.protect containment_steps.take devices.correct
        devices.found devices.new devices_moves.add_content devices_moves.hold devices_moves.kept
        devices_moves.move devices_moves.return_by devices_searches.correct devices_searches.new
        devices_searches.parent police.checklist police.choose_young police.complete_view
        police.new_view referrals.choose referrals.new referrals_after.answer
        referrals_after.chase referrals_after.correct referrals_after.escalate
        referrals_after.evidence_advice referrals_after.no_answer referrals_after.remark
        referrals_after.told referrals_after.written support_beside.ask
        support_beside.correct_sanction support_beside.meeting support_beside.sanction
        support_corrections.correct_meeting wishes_notes.new wishes_notes.withdraw""",
}
OF_A_CLOSED_CASE = {"casefile.reopen"}
"""Where the address names a closed case, a grant opens nothing."""

NOBODY, NOTHING = "asked to sign in", frozenset[str]()
LEADS = frozenset({SEE, WORK, DECIDE, SIGN, PRINT, CLOSE, MANAGE, LOOKS})
READS = frozenset({SEE, SIGN, PRINT, LOOKS})
GIVEN = frozenset({SEE, WORK})
ANOTHER = "a grant for another part"

GRANTED, NOT_GRANTED, EXCLUDED, ELSEWHERE = "granted", "not granted", "excluded", "other school"
RELATIONS = (GRANTED, NOT_GRANTED, EXCLUDED, ELSEWHERE)
HOLDS, HOLDS_NOT = "pastoral with the grant", "pastoral without it"

# Identity: what they may do in the case by relation; in every part, but for the two of pastoral
# staff, whose grant is for the part of the address or for another one.
ALLOWED: dict[str, dict[str, Any]] = {
    "stranger": dict.fromkeys(RELATIONS, NOBODY),
    "staff": dict.fromkeys(RELATIONS, NOTHING),
    HOLDS: {GRANTED: GIVEN, NOT_GRANTED: NOTHING, EXCLUDED: NOTHING, ELSEWHERE: NOTHING},
    HOLDS_NOT: {GRANTED: ANOTHER, NOT_GRANTED: NOTHING, EXCLUDED: NOTHING, ELSEWHERE: NOTHING},
    "deputy": {GRANTED: LEADS, NOT_GRANTED: LEADS, EXCLUDED: NOTHING, ELSEWHERE: NOTHING},
    "dsl": {GRANTED: LEADS, NOT_GRANTED: LEADS, EXCLUDED: NOTHING, ELSEWHERE: NOTHING},
    "head": {GRANTED: READS, NOT_GRANTED: READS, EXCLUDED: NOTHING, ELSEWHERE: NOTHING},
    "governor": dict.fromkeys(RELATIONS, NOTHING),
    "admin": dict.fromkeys(RELATIONS, NOTHING),
}

BELONGS = {endpoint: key for key, endpoints in ENDPOINTS.items() for endpoint in endpoints.split()}
DONE = {200, 204, 303, 409, 422}


def rules_of(app: Flask) -> list[Rule]:
    found = [rule for rule in app.url_map.iter_rules() if "reference" in rule.arguments]
    return sorted(found, key=lambda rule: (rule.rule, rule.endpoint))


def test_the_table_names_every_address_of_a_case(app: Flask) -> None:
    """With the part and the permission that the portal declares for it."""
    declared = {}
    for rule in rules_of(app):
        access = access_of(app, rule.endpoint)
        assert isinstance(access, CaseAccess), rule.endpoint
        part = access.part.value if isinstance(access.part, Part) else "any"
        if access.part is not None and not isinstance(access.part, Part):
            part = "named"
        declared[rule.endpoint] = (part, access.permission.value)
    assert declared == BELONGS


def expected(identity: str, relation: str, endpoint: str) -> set[int]:
    part, permission = BELONGS[endpoint]
    may = ALLOWED[identity][relation]
    if may == NOBODY:
        return {401}
    if may == ANOTHER:
        return DONE if part == "any" else {404}
    if identity == HOLDS and endpoint in OF_A_CLOSED_CASE:
        return {404}
    if not may:
        return {404}
    return DONE if permission in may else {403}


def who(identity: str, relation: str, endpoint: str) -> str:
    """The name of the sign-in that stands for an identity in this relation."""
    part = {"named": "wishes", "any": "plan", "rest": "all"}.get(
        BELONGS[endpoint][0], BELONGS[endpoint][0]
    )
    if identity == HOLDS:
        return "pastoral.excluded" if relation == EXCLUDED else f"writes.{part}"
    if identity == HOLDS_NOT:
        other = PARTS[(PARTS.index(part) + 1) % len(PARTS)] if part in PARTS else "wishes"
        names = {GRANTED: f"writes.{other}", EXCLUDED: "bare.excluded"}
        return names.get(relation, "pastoral")
    if relation in {GRANTED, EXCLUDED}:
        return f"{identity}.{relation}"
    return identity


class Walk:
    """The requests of one group of addresses."""

    def __init__(self, app: Flask, engine: Engine, place: Furnished, holders: Holders) -> None:
        self.app, self.engine, self.place, self.holders = app, engine, place, holders
        self.cells = 0

    def browser(self, name: str) -> Browser:
        """A new one each time: what was done is put back, and with it what a cookie stands for."""
        if name in self.holders.secrets:
            return self.holders.browser(self.app, name)
        return self.place.browser(self.app, name)

    def addresses(self, rule: Rule, identity: str, relation: str) -> list[str]:
        if relation == ELSEWHERE:
            return self.place.addresses(rule, place=self.place.elsewhere)[:1]
        found = self.place.addresses(rule)
        if identity == HOLDS and relation == NOT_GRANTED:  # a grant in this case, none in that one
            here, other = self.place.here.reference, self.place.here.closed
            return [found[0].replace(f"/{here}", f"/{other}")]
        every = identity == "dsl" and relation == NOT_GRANTED
        return found if every else found[:1]

    def ask(self, name: str, method: str, address: str) -> int | str:
        browser = self.browser(name)
        data = {"csrf_token": browser.token} if method == "POST" else None
        try:
            page = browser.send(method, address, data, status=range(200, 500))
        except Exception as problem:  # told with all the others
            return f"{type(problem).__name__}: {problem!s:.300}"
        asked = re.match(r"/sign-in($|\?)", page.location)
        return 401 if page.status == 303 and asked else page.status

    def problems(self, rule: Rule, identity: str, relation: str) -> Iterator[str]:
        wanted = expected(identity, relation, rule.endpoint)
        name = who(identity, relation, rule.endpoint)
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            for address in self.addresses(rule, identity, relation):
                status = self.ask(name, method, address)
                self.cells += 1
                if status not in wanted:
                    yield f"{method} {rule.rule} ({relation}) answered {identity} {status}"
                if method == "POST" and status in {204, 303}:
                    self.app.extensions["database"].engine.dispose()
                    put_holders_back(self.engine)


def relations_asked(place: int, identity: str, *, thorough: bool) -> list[str]:
    """Every relation; without `--thorough` those that are 404 for everybody, one after another."""
    if thorough or identity == "stranger":
        return list(RELATIONS)
    turn = place % len(ALLOWED) == list(ALLOWED).index(identity)
    return list(RELATIONS) if turn else [GRANTED, NOT_GRANTED]


@pytest.mark.parametrize("group", range(4))
def test_the_matrix(
    app: Flask,
    engine: Engine,
    furnished: Furnished,
    holders: Holders,
    group: int,
    pytestconfig: pytest.Config,
    record_property: Any,
) -> None:
    walk = Walk(app, engine, furnished, holders)
    thorough = pytestconfig.getoption("thorough")
    found = [
        problem
        for place, rule in enumerate(rules_of(app)[group::4])
        for identity in ALLOWED
        for relation in relations_asked(place, identity, thorough=thorough)
        for problem in walk.problems(rule, identity, relation)
    ]
    assert not found, f"{len(found)} of {walk.cells} cells:\n" + "\n".join(found[:60])
    record_property("figure", f"cells as the table says: {walk.cells} of {walk.cells}")


PAIRS = 500
NOISE = 0.005  # seconds between the two of a pair, as the median of all, at the most


def test_a_forbidden_case_is_as_one_that_never_was(
    app: Flask, furnished: Furnished, holders: Holders, record_property: Any
) -> None:
    """Five hundred pairs, asked in turn: the same status and bytes, and no telling them by time."""
    asked = [
        holders.browser(app, "dsl.excluded"),
        holders.browser(app, "staff.granted"),
        holders.browser(app, "writes.support"),
        furnished.browser(app, "foreign"),
    ]
    addresses = [
        furnished.addresses(rule)[0]
        for rule in rules_of(app)
        if BELONGS[rule.endpoint][0] == "rest" and "GET" in (rule.methods or ())
    ]
    forbidden, absent = [], []
    for number in range(PAIRS):
        browser, address = asked[number % 4], addresses[number % len(addresses)]
        never = re.sub(r"^/cases/[^/]+", f"/cases/2026-{9000 + number}", address)
        pair = [(address, forbidden), (never, absent)]
        answers = []
        for path, times in pair if number % 2 else reversed(pair):
            began = time.perf_counter()
            answer = browser.client.get(path, headers={"Sec-Fetch-Site": "same-origin"})
            times.append(time.perf_counter() - began)
            answers.append((answer.status_code, answer.get_data()))
        assert answers[0] == answers[1], address
        assert answers[0][0] == 404
    # Of each pair, asked one after the other, so that what else the machine does counts for both.
    apart = abs(
        statistics.median(one - other for one, other in zip(forbidden, absent, strict=True))
    )
    record_property("figure", f"pairs the same: {PAIRS} of {PAIRS}")
    record_property("figure", f"milliseconds between the two, as median: {apart * 1000:.2f} of 5")
    assert apart < NOISE
