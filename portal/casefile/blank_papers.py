"""The blank forms, to write on or to fill in on screen: no case stands behind any of them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from portal.casefile.help_papers import help_with
from portal.guidance.catalogue import behaviour_types, vocabulary
from portal.printing import disclosure_form, plan_blank, plan_form, wishes_form
from portal.printing.form_data import Blank, BlankDisclosure, Choices
from portal.staff import service as staff
from portal.staff.models import School


@dataclass(frozen=True)
class BlankForm:
    """One form. `about` says on the page what it is for."""

    code: str
    title: str
    about: str
    pages: str
    prepare: Callable[[UUID], Callable[[], bytes]]
    file_name: str


def _wishes(school_id: UUID) -> Callable[[], bytes]:
    data = Blank(staff.get_school(school_id).name)
    return lambda: _laid_out(wishes_form.blank, data)


def _plan(school_id: UUID) -> Callable[[], bytes]:
    data = Blank(staff.get_school(school_id).name, help=help_with(school_id, {}))
    return lambda: _laid_out(plan_blank.build, data)


def _disclosure(school_id: UUID) -> Callable[[], bytes]:
    school = staff.get_school(school_id)
    data = BlankDisclosure(
        school=school.name,
        lead=school.dsl_phone,
        help=help_with(school_id, {}, ()),
        social_care=_social_care(school),
        how_it_came=_choices("how_it_came"),
        behaviours=_behaviours(),
        overlaps=_choices("overlaps"),
        hate_elements=_choices("hate_elements"),
        parts=_choices("parts"),
        told_them=_choices("told_young_person"),
        worries=_choices("worries"),
    )
    return lambda: _laid_out(disclosure_form.blank, data)


@lru_cache(maxsize=24)
def _laid_out(build: Callable[[Blank], bytes], data: Blank) -> bytes:
    """A form looks the same for everybody of a school until the school’s own facts change."""
    return build(data)


def _social_care(school: School) -> str:
    ways = (("By day", school.social_care_day), ("at night", school.social_care_night))
    known = ", ".join(f"{when} {number}" for when, number in ways if number)
    return f"{known[:1].upper()}{known[1:]}." if known else ""


def _choices(name: str) -> Choices:
    return tuple((one.code, one.label) for one in vocabulary(name))


def _behaviours() -> tuple[tuple[str, Choices], ...]:
    kinds = behaviour_types()
    of_a_type = {one.code for kind in kinds for one in kind.behaviours}
    none = tuple(one for one in _choices("behaviours") if one[0] not in of_a_type)
    return (
        *((kind.label, tuple((one.code, one.label) for one in kind.behaviours)) for kind in kinds),
        ("None of these", none),
    )


FORMS = {
    one.code: one
    for one in (
        BlankForm(
            "disclosure",
            disclosure_form.TITLE,
            "For somebody without a computer, such as a lunchtime supervisor. It begins with what "
            "cannot wait.",
            "6 pages",
            _disclosure,
            "record-of-a-concern.pdf",
        ),
        BlankForm(
            "wishes",
            wishes_form.TITLE,
            "For a young person who would rather write by hand, with an adult beside them.",
            "2 pages",
            _wishes,
            "who-do-you-want-to-know.pdf",
        ),
        BlankForm(
            "plan",
            plan_form.TITLE,
            "Each voice has a page of its own, so that several people can write at the same time. "
            "The last page is for the young person to keep.",
            "7 pages",
            _plan,
            "moving-forward-plan.pdf",
        ),
    )
}
