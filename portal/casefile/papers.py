"""Papers that go out with a referral or a report: the records put into the words that are printed.

What a device’s papers say is in `device_papers`.
"""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.casefile.models import Print
from portal.casefile.redaction import for_reader
from portal.casefile.summary import furniture, role_at
from portal.casefile.summary_home import NOT_RECORDED
from portal.casefile.summary_parts import labels, moment, said
from portal.cases import content
from portal.cases.models import Case, Involved
from portal.cases.models_content import ContentItem
from portal.cases.service import get_in, people_in, records_of
from portal.db import session
from portal.printing import content_list as listed
from portal.printing import referral_cover as sheet
from portal.referrals.kinds import KINDS
from portal.referrals.models import Referral
from portal.staff import service as staff
from portal.staff.models import School
from portal.web.dates import plain_day

COVER = "cover"
CONTENT = "content"
_AWARE = {
    "yes": "The parents or carers know of this referral.",
    "no": "The parents or carers do not know of this referral.",
    "no_need": "",
}


def newest_summary(case: Case) -> str:
    """The newest case summary that was printed, as a line for what is enclosed; or nothing."""
    number = session.scalar(
        select(Print.copy_number)
        .where(Print.case_id == case.id, Print.document == "summary")
        .order_by(Print.written_at.desc(), Print.id)
        .limit(1)
    )
    return f"Case summary {case.reference}, copy {number}" if number else ""


def cover_sheet(case: Case, copy: Print) -> Callable[[], bytes]:
    """The sheet on top of a written referral."""
    referral = get_in(case, Referral, _subject(copy))
    school = staff.get_school(case.school_id)
    names = staff.names_of([copy.printed_by, referral.made_by, referral.contact_id])
    words = copy.words or {}
    details = referral.details or {}
    wanted = set(copy.people or [])
    others = [one for one in records_of(case, Referral) if one.id != referral.id]
    data = sheet.ReferralCover(
        furniture=furniture(case, copy, school, names, "Referral cover sheet"),
        body=referral.body or KINDS[referral.kind].label,
        referrer=_referrer(referral, school, names),
        written=said(referral.written) if referral.written else moment(copy.written_at),
        person=referral.spoke_to,
        phoned=said(referral.happened) if referral.how == "telephone" else "",
        phoned_to=referral.spoke_to if referral.how == "telephone" else "",
        reference=referral.reference,
        urgent=words.get("urgent", ""),
        young_people=tuple(_young(one) for one in people_in(case) if str(one.id) in wanted),
        parents_aware=_AWARE[referral.parents],
        parents_why_not=referral.parents_why,
        consent=details.get("consent_words", ""),
        enclosed=_lines(words.get("enclosed", "")),
        other_bodies=tuple(f"{one.body or KINDS[one.kind].label}" for one in others),
        we_ask=_lines(words.get("asks", "")),
    )
    return partial(sheet.build, for_reader(case, copy, data))


def _referrer(referral: Referral, school: School, names: dict[UUID, str]) -> sheet.Referrer:
    contact = names.get(referral.contact_id, "") if referral.contact_id else ""
    return sheet.Referrer(
        name=names.get(referral.made_by, ""),
        role=role_at(referral.made_by, school),
        telephone=school.dsl_phone or school.school_phone or NOT_RECORDED,
        email=school.school_email,
        point_of_contact=contact,
        hours=f"School days, {school.day_starts} to {school.day_ends}",
    )


def _young(one: Involved) -> sheet.YoungPerson:
    person = one.person
    if person is None:
        raise ValueError("only somebody who is known stands on a cover sheet")
    year = f"year {person.year_group}" if person.year_group else ""
    form = f"form {person.form_group}" if person.form_group else ""
    return sheet.YoungPerson(
        name=person.full_name,
        date_of_birth=plain_day(person.born) if person.born else "",
        year=", ".join(filter(None, (year, form))),
        part="; ".join(labels("parts", one.parts)),
        needs=person.needs,
    )


def content_list(case: Case, copy: Print) -> Callable[[], bytes]:
    """Addresses and names of accounts for a report to a platform, and nothing else."""
    school = staff.get_school(case.school_id)
    items = content.chosen(case, copy.parts)
    platforms = {item.platform for item in items}
    data = listed.ContentList(
        furniture=furniture(case, copy, school, {}, "List of content"),
        contact=listed.School(
            name=school.name,
            role="Designated Safeguarding Lead",
            telephone=school.dsl_phone or school.school_phone,
            email=school.school_email,
        ),
        dated=plain_day(clock.local(copy.written_at).date()),
        platform=platforms.pop() if len(platforms) == 1 else "",
        items=tuple(_content_item(number, item) for number, item in enumerate(items, start=1)),
    )
    return partial(listed.build, for_reader(case, copy, data))


def _content_item(number: int, item: ContentItem) -> listed.Item:
    """Only what the platform can act on: what an item shows, and who saw it, stays here."""
    history = content.history_of(item)
    return listed.Item(
        number=str(number),
        platform=item.platform,
        address=item.url,
        account=item.account,
        noted=said(history[0].happened) if history and history[0].happened else "",
        earlier_report="; ".join(one.reference for one in history if one.reference),
    )


def _subject(copy: Print) -> UUID:
    if copy.subject_id is None:
        raise ValueError("this copy is about nothing")
    return copy.subject_id


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
