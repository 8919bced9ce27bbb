"""Records as pages read them: plain rows of a prepared statement, with no session behind them.

A record that may be changed is watched by the session, which costs several times what reading its
row costs. A page that only shows says which columns it reads, once:

    _SEEN = Seen(Person, "kind", "full_name", "born")
    _STATEMENT = select(*_SEEN.columns).where(…)

and makes records of the rows: `_SEEN.record(row, key)`. They are of the record's own class, so its
properties work and its sealed attributes open when they are first read. Reading a column that was
not asked for raises, and so does writing any attribute: what is seen cannot be changed by mistake.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar

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
