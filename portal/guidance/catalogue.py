"""What the data files hold, as frozen values: `rule_set`, `vocabulary`, `directory`, `tips`.

Every loader takes an optional folder in which a school keeps its own versions of single files; a
file found there is read in place of the shipped one of the same name, and its folder `rule_sets`
may add rule sets. Each file is read once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from portal.guidance.reading import Entry, GuidanceError, names, read, refuse_twins

__all__ = [
    "BehaviourType",
    "Choice",
    "Due",
    "GuidanceError",
    "Question",
    "RuleSet",
    "Service",
    "SuggestedBy",
    "Tip",
    "Vocabulary",
    "behaviour_types",
    "default_rule_set",
    "directory",
    "rule_set",
    "rule_sets",
    "tips",
    "vocabularies",
    "vocabulary",
]

DEFAULT_RULE_SET = "schools-2019"
FACTS = ("shared_without_consent", "pressure", "malice", "adult_involved")
"""Known to the rules by name. A rule set gives their words, and may ask one as a question."""
SIGNS = ("child_under_13", "danger_now", "many_people", "adult_took_part")
"""What a rule set may ask the rules to look for in a record."""
AUDIENCES = ("everyone", "young_people", "parents", "staff")
OWN = "own_"
"""What the codes of a school’s own entries begin with, and no shipped one does."""
SURE = ("V", "P", "G", "S")


@dataclass(frozen=True)
class Choice:
    code: str
    label: str
    help: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """An ordered list of codes with their labels."""

    name: str
    source: str
    checked: date
    items: tuple[Choice, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(item.code for item in self.items)

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(item.code, item.label) for item in self.items]

    def __iter__(self) -> Iterator[Choice]:
        return iter(self.items)

    def __contains__(self, code: object) -> bool:
        return code in self.codes

    def label(self, code: str) -> str:
        """Give the label; a code no longer in the list (an old record) in readable form."""
        for item in self.items:
            if item.code == code:
                return item.label
        words = code.replace("_", " ").replace("-", " ").strip()
        return words[:1].upper() + words[1:]

    def find(self, code_or_alias: str) -> str | None:
        """Give the code for a code, an alias or a label, however it is written, or None."""
        wanted = _folded(code_or_alias)
        for item in self.items:
            if wanted in (item.code, _folded(item.label), *item.aliases):
                return item.code
        return None


@dataclass(frozen=True)
class BehaviourType:
    code: str
    label: str
    help: str
    aliases: tuple[str, ...]
    behaviours: tuple[Choice, ...]


@dataclass(frozen=True)
class Due:
    """By when a thing is to be found out: one of the three."""

    before_going_home: bool = False
    working_hours: int | None = None
    working_days: int | None = None

    @property
    def label(self) -> str:
        if self.before_going_home:
            return "before the child goes home"
        count, unit = (
            (self.working_hours, "hour") if self.working_hours else (self.working_days, "day")
        )
        return f"within {count} working {unit}{'' if count == 1 else 's'}"


@dataclass(frozen=True)
class SuggestedBy:
    """What in a record makes the portal suggest “yes”: entries of the vocabularies, and signs."""

    behaviours: tuple[Choice, ...] = ()
    types: tuple[Choice, ...] = ()
    overlaps: tuple[Choice, ...] = ()
    flags: tuple[Choice, ...] = ()
    signs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Question:
    """A question of the checklist, or one of the facts."""

    key: str
    question: str
    short: str
    help: str
    find_out: str
    due: Due
    suggested_by: SuggestedBy
    corresponds_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuleSet:
    code: str
    title: str
    version: str
    dated: date
    checked: date
    source: str
    note: str
    many_children_threshold: int
    questions: tuple[Question, ...]
    facts: tuple[Question, ...]

    @property
    def question_keys(self) -> tuple[str, ...]:
        return tuple(question.key for question in self.questions)

    @property
    def fact_keys(self) -> tuple[str, ...]:
        return tuple(fact.key for fact in self.facts)

    def find(self, key: str) -> Question | None:
        return next((asked for asked in (*self.questions, *self.facts) if asked.key == key), None)


@dataclass(frozen=True)
class Service:
    """A helpline or service, with how well its entry is known (`sure`, see the data file).

    The last four are a school’s doing (`portal.guidance.rules`).
    """

    code: str
    name: str
    for_whom: tuple[str, ...]
    purpose: str
    source: str
    checked: date
    sure: str
    telephone: str | None = None
    text_message: str | None = None
    email: str | None = None
    hours: str | None = None
    web: str | None = None
    note: str | None = None
    own: bool = False
    changed: bool = False
    hidden: bool = False
    checked_here: bool = False


@dataclass(frozen=True)
class Tip:
    code: str
    title: str
    lines: tuple[str, ...]
    source: str
    checked: date
    services: tuple[str, ...] = ()
    part: str = ""


_of_the_school: list[Path] = []


def use_folder(folder: Path | None) -> None:
    """Read the rule sets of this installation’s own folder beside the shipped ones, from now on.

    Raises `GuidanceError` where a file in it cannot be used, so that the portal does not start.
    """
    _of_the_school[:] = [folder] if folder is not None else []
    rule_sets()


def rule_set(code: str, overrides: Path | None = None) -> RuleSet:
    """One rule set; KeyError where there is none of that code."""
    return _rule_sets(overrides or _own_folder())[code]


def rule_sets(overrides: Path | None = None) -> tuple[RuleSet, ...]:
    """All rule sets, the default first."""
    found = _rule_sets(overrides or _own_folder()).values()
    return tuple(sorted(found, key=lambda each: (each.code != DEFAULT_RULE_SET, each.code)))


def default_rule_set(overrides: Path | None = None) -> RuleSet:
    return rule_set(DEFAULT_RULE_SET, overrides)


def vocabulary(name: str, overrides: Path | None = None) -> Vocabulary:
    """One list of choices; KeyError where there is none of that name."""
    return vocabularies(overrides)[name]


def _own_folder() -> Path | None:
    return _of_the_school[0] if _of_the_school else None


@lru_cache
def vocabularies(overrides: Path | None = None) -> Mapping[str, Vocabulary]:
    """Every list of choices by name, `behaviours` and `behaviour_types` among them."""
    top = read("vocabularies.yaml", overrides)
    checked = top.day("checked")
    found = [_vocabulary(entry, checked) for entry in top.entries("vocabularies", named="name")]
    top.done()
    types, others, source, behaviours_checked = _behaviours(overrides)
    kinds = tuple(Choice(each.code, each.label, each.help, each.aliases) for each in types)
    single = tuple(behaviour for each in types for behaviour in each.behaviours) + others
    found += [
        Vocabulary("behaviour_types", source, behaviours_checked, kinds),
        Vocabulary("behaviours", source, behaviours_checked, single),
    ]
    refuse_twins(top.file, "vocabularies", (each.name for each in found))
    return MappingProxyType({each.name: each for each in found})


def behaviour_types(overrides: Path | None = None) -> tuple[BehaviourType, ...]:
    """List the four types with their behaviours; what belongs to none is in `behaviours` only."""
    return _behaviours(overrides)[0]


@lru_cache
def directory(overrides: Path | None = None) -> tuple[Service, ...]:
    top = read("directory.yaml", overrides)
    found = tuple(_service(entry) for entry in top.entries("services"))
    top.done()
    refuse_twins(top.file, "services", (each.code for each in found))
    return found


@lru_cache
def tips(overrides: Path | None = None) -> Mapping[str, Tip]:
    """Give the short texts beside forms, by code."""
    top = read("tips.yaml", overrides)
    known = [service.code for service in directory(overrides)]
    found = [_tip(entry, known) for entry in top.entries("tips")]
    top.done()
    refuse_twins(top.file, "tips", (each.code for each in found))
    return MappingProxyType({each.code: each for each in found})


def _folded(words: str) -> str:
    return "_".join(words.strip().lower().replace("-", " ").replace("_", " ").split())


def _choice(entry: Entry) -> Choice:
    found = Choice(
        entry.code(), entry.text("label"), entry.text_or_none("help") or "", entry.words("aliases")
    )
    entry.done()
    return found


def _refuse_twins(entry: Entry, items: tuple[Choice, ...]) -> None:
    """One word finds one thing: codes, aliases and labels of different choices never meet."""
    words = [word for item in items for word in {item.code, _folded(item.label), *item.aliases}]
    refuse_twins(entry.file, entry.place, words)


def _vocabulary(entry: Entry, checked: date) -> Vocabulary:
    items = tuple(_choice(item) for item in entry.entries("choices"))
    found = Vocabulary(entry.code("name"), entry.text("source"), checked, items)
    entry.done()
    if not items:
        raise entry.wrong("choices is missing")
    _refuse_twins(entry, items)
    return found


@lru_cache
def _behaviours(
    overrides: Path | None,
) -> tuple[tuple[BehaviourType, ...], tuple[Choice, ...], str, date]:
    top = read("behaviours.yaml", overrides)
    types = tuple(_behaviour_type(entry) for entry in top.entries("types"))
    others = tuple(_choice(entry) for entry in top.entries("other_behaviours"))
    source, checked = top.text("source"), top.day("checked")
    top.done()
    single = tuple(behaviour for each in types for behaviour in each.behaviours) + others
    _refuse_twins(top, tuple(Choice(t.code, t.label, aliases=t.aliases) for t in types))
    _refuse_twins(top, single)
    return types, others, source, checked


def _behaviour_type(entry: Entry) -> BehaviourType:
    found = BehaviourType(
        entry.code(),
        entry.text("label"),
        entry.text("help"),
        entry.words("aliases"),
        tuple(_choice(item) for item in entry.entries("behaviours")),
    )
    entry.done()
    return found


@lru_cache
def _rule_sets(overrides: Path | None) -> Mapping[str, RuleSet]:
    known = vocabularies(overrides)
    found = {}
    for name in names("rule_sets", overrides):
        each = _rule_set(read(name, overrides), known)
        if name != f"rule_sets/{each.code}.yaml":
            raise GuidanceError(f"{name}: top: code “{each.code}” must be the file’s name")
        found[each.code] = each
    return MappingProxyType(found)


def _rule_set(top: Entry, known: Mapping[str, Vocabulary]) -> RuleSet:
    found = RuleSet(
        code=top.text("code"),
        title=top.text("title"),
        version=top.text("version"),
        dated=top.day("dated"),
        checked=top.day("checked"),
        source=top.text("source"),
        note=top.text_or_none("note") or "",
        many_children_threshold=top.number("many_children_threshold") or 5,
        questions=tuple(_question(entry, known) for entry in top.entries("questions", named="key")),
        facts=tuple(_question(entry, known) for entry in top.entries("facts", named="key")),
    )
    top.done()
    refuse_twins(top.file, "questions and facts", (*found.question_keys, *found.fact_keys))
    if not found.questions:
        raise top.wrong("questions is missing")
    wanted = {fact for fact in FACTS if fact not in found.question_keys}
    if set(found.fact_keys) != wanted:
        raise top.wrong(f"facts must be {', '.join(sorted(wanted))}")
    return found


def _question(entry: Entry, known: Mapping[str, Vocabulary]) -> Question:
    found = Question(
        key=entry.code("key"),
        question=entry.text("question"),
        short=entry.text("short"),
        help=entry.text("help"),
        find_out=entry.text("find_out"),
        due=_due(entry.entry("due")),
        suggested_by=_suggested_by(entry.entry("suggested_by"), known),
        corresponds_to=entry.words("corresponds_to"),
    )
    entry.done()
    return found


def _due(entry: Entry) -> Due:
    due = Due(
        entry.true("before_going_home"), entry.number("working_hours"), entry.number("working_days")
    )
    entry.done()
    if sum(map(bool, (due.before_going_home, due.working_hours, due.working_days))) != 1:
        raise entry.wrong("give one of before_going_home, working_hours, working_days")
    return due


def _suggested_by(entry: Entry, known: Mapping[str, Vocabulary]) -> SuggestedBy:
    def chosen(key: str, name: str) -> tuple[Choice, ...]:
        codes = entry.words(key, one_of=known[name].codes)
        return tuple(item for item in known[name] if item.code in codes)

    found = SuggestedBy(
        chosen("behaviours", "behaviours"),
        chosen("types", "behaviour_types"),
        chosen("overlaps", "overlaps"),
        chosen("flags", "person_flags"),
        frozenset(entry.words("signs", one_of=SIGNS)),
    )
    entry.done()
    return found


def _service(entry: Entry) -> Service:
    sure = entry.text("sure")
    if sure not in SURE:
        raise entry.wrong(f"sure must be one of {', '.join(SURE)}")
    found = Service(
        code=entry.code(),
        name=entry.text("name"),
        for_whom=entry.words("for_whom", one_of=AUDIENCES),
        purpose=entry.text("purpose"),
        source=entry.text("source"),
        checked=entry.day("checked"),
        sure=sure,
        telephone=entry.text_or_none("telephone"),
        text_message=entry.text_or_none("text_message"),
        email=entry.text_or_none("email"),
        hours=entry.text_or_none("hours"),
        web=entry.text_or_none("web"),
        note=entry.text_or_none("note"),
    )
    entry.done()
    if found.code.startswith(OWN):
        raise entry.wrong(f"a code that begins with {OWN} is one that a school gives")
    if not (found.for_whom and (found.telephone or found.text_message or found.web)):
        raise entry.wrong("for_whom, and a telephone, text_message or web, are needed")
    return found


def _tip(entry: Entry, services: list[str]) -> Tip:
    found = Tip(
        entry.code(),
        entry.text("title"),
        entry.words("lines"),
        entry.text("source"),
        entry.day("checked"),
        entry.words("services", one_of=services),
        entry.text_or_none("part") or "",
    )
    entry.done()
    if not found.lines:
        raise entry.wrong("lines is missing")
    return found
