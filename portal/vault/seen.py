"""Records as pages read them: plain rows of a prepared statement, with no session behind them.

A record that may be changed is watched by the session, which costs several times what reading its
row costs. A page that only shows says which columns it reads, once:

    _SEEN = Seen(Person, "kind", "full_name", "born")
    _STATEMENT = select(*_SEEN.columns).where(…)

and makes records of the rows: `_SEEN.record(row, key)`. They are of the record's own class, so its
properties work and its sealed attributes open when they are first read. Reading a column that was
not asked for raises, and so does writing any attribute: what is seen cannot be changed by mistake.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import CompoundSelect, Select, cast, literal_column, null, select, union_all

from portal.vault.keys import AnyKey, DataKey, KeyRow
from portal.vault.records import Record

R = TypeVar("R", bound=Record)


class Seen(Generic[R]):
    """Which columns of a record a page reads; without names, all of them. The id is always read."""

    def __init__(self, kind: type[R], *names: str, table: Any = None) -> None:
        sealed = kind.sealed_attributes
        self.kind = kind
        self.table = kind.__table__ if table is None else table
        wanted = [sealed[name].column if name in sealed else name for name in names]
        every = [column.name for column in kind.__table__.columns if column.name != "id"]
        self.names = ["id", *(wanted if names else every)]
        self.columns = tuple(self.table.c[name] for name in self.names)

    def record(self, values: Sequence[Any], key: AnyKey | None, **parts: Any) -> R:
        """Make a record of the first values of a row. `parts` are the records that belong to it."""
        made = self.kind.__new__(self.kind)
        made.__dict__.update(zip(self.names, values, strict=False), key=key, **parts)
        return made

    def records(self, rows: Iterable[Sequence[Any]], key: AnyKey | None) -> list[R]:
        return [self.record(row, key) for row in rows]


def key_columns(table: Any = None) -> tuple[Any, ...]:
    """The columns of a `KeyRow`, for a statement that reads keys with their records."""
    keys = DataKey.__table__ if table is None else table
    return tuple(keys.c[name] for name in KeyRow._fields)


def key_in(row: Sequence[Any], at: int) -> KeyRow:
    """The key whose columns begin at this place of a row."""
    return KeyRow(*row[at : at + len(KeyRow._fields)])


class Together:
    """Records of several kinds that are read with one statement: their columns side by side.

    A page that shows a little of everything would otherwise send a statement for each kind. Columns
    of one type share a place; where a kind has fewer of them the place is empty. Every kind must
    read `written_at`; the records of each come with the newest first.
    """

    def __init__(self, wanted: Sequence[Seen[Any]], where: Mapping[type[Record], Any]) -> None:
        self.wanted = tuple(wanted)
        self._places: list[list[int]] = []
        self._types: list[Any] = []
        selects = [self._select(number, seen) for number, seen in enumerate(self.wanted)]
        padded = [
            self._padded(selected, where[seen.kind])
            for selected, seen in zip(selects, self.wanted, strict=True)
        ]
        every = union_all(*padded)
        at, row_id = every.selected_columns[2], every.selected_columns[1]
        self.statement: CompoundSelect[Any] = every.order_by(at.desc(), row_id)

    def records(
        self, rows: Iterable[Sequence[Any]], key: AnyKey | None
    ) -> dict[type[Record], list[Any]]:
        """What was read, by kind; a kind of which there is nothing has an empty list."""
        found: dict[type[Record], list[Any]] = {seen.kind: [] for seen in self.wanted}
        for row in rows:
            seen, places = self.wanted[row[0]], self._places[row[0]]
            found[seen.kind].append(seen.record([row[place] for place in places], key))
        return found

    def _select(self, number: int, seen: Seen[Any]) -> tuple[int, Seen[Any]]:
        """Give each column of a kind a place: the id and the moment of writing share theirs."""
        free: dict[str, list[int]] = {}
        for place, kept in enumerate(self._types):
            free.setdefault(_family(kept), []).append(place)
        places = {}
        first = ("id", "written_at")
        names = [*first, *(name for name in seen.names if name not in first)]
        for name in names:
            kind = seen.table.c[name].type
            open_places = free.get(_family(kind)) or []
            if open_places:
                places[name] = open_places.pop(0)
            else:
                places[name] = len(self._types)
                self._types.append(kind)
        self._places.append([places[name] + 1 for name in seen.names])
        return number, seen

    def _padded(self, selected: tuple[int, Seen[Any]], where: Any) -> Select[Any]:
        number, seen = selected
        columns: list[Any] = [cast(null(), kind).label(f"c{at}") for at, kind in self._named()]
        for name, place in zip(seen.names, self._places[number], strict=True):
            columns[place - 1] = seen.table.c[name].label(f"c{place - 1}")
        return select(literal_column(str(number)).label("which"), *columns).where(where)

    def _named(self) -> Iterable[tuple[int, Any]]:
        return enumerate(self._types)


def _family(kind: Any) -> str:
    return type(kind).__name__
