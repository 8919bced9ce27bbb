"""The base of everything that is kept about a person, and its sealed attributes.

    class Person(Record):
        __tablename__ = "people"
        full_name = SealedText()

declares a column `full_name_sealed` and an attribute that reads and writes through it. Values are
opened when they are first read. A new record is given its key first, because its attributes are
sealed as they are set.
"""

import json
from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar, Generic, TypeVar, cast, overload
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from portal.db import Base
from portal.vault.keys import AnyKey, DataKey, vault

T = TypeVar("T")


class _Sealed(Generic[T]):
    """The descriptor behind both kinds of sealed attribute."""

    name: str

    def __init__(
        self,
        dump: Callable[[T], Any] = lambda value: value,
        load: Callable[[Any], T] = lambda value: cast("T", value),
    ) -> None:
        self._dump = dump
        self._load = load

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.column = f"{name}_sealed"

    def plain(self, record: "Record") -> T | None:
        opened = record.__dict__.setdefault("_opened", {})
        envelope: bytes | None = getattr(record, self.column)
        kept = opened.get(self.name)
        if kept is not None and kept[0] is envelope:
            return cast("T | None", kept[1])
        value = None if envelope is None else self.read(record.key, record.id, record, envelope)
        opened[self.name] = (envelope, value)
        return value

    def read(self, key: AnyKey, row_id: UUID, owner: "type[Record] | Record", envelope: bytes) -> T:
        """Open an envelope of this attribute, also one from an older version of the row."""
        context = f"{owner.__tablename__}.{self.column}.{row_id}"
        return self._load(json.loads(vault.open(key, context, envelope).decode()))

    def __set__(self, record: "Record", value: T | None) -> None:
        if self.plain(record) == value:
            return
        envelope = None
        if value is not None and value != "":
            context = f"{record.__tablename__}.{self.column}.{record.id}"
            text = json.dumps(self._dump(value), ensure_ascii=False, separators=(",", ":"))
            envelope = vault.seal(record.key, context, text.encode())
        setattr(record, self.column, envelope)
        record.__dict__.setdefault("_opened", {})[self.name] = (
            envelope,
            None if envelope is None else value,
        )


class Sealed(_Sealed[T]):
    """A sealed value that may be absent."""

    @overload
    def __get__(self, record: None, owner: type) -> "Sealed[T]": ...
    @overload
    def __get__(self, record: "Record", owner: type) -> T | None: ...
    def __get__(self, record: "Record | None", owner: type) -> "Sealed[T] | T | None":
        return self if record is None else self.plain(record)


class SealedText(_Sealed[str]):
    """Sealed words; where there are none it reads as the empty text."""

    @overload
    def __get__(self, record: None, owner: type) -> "SealedText": ...
    @overload
    def __get__(self, record: "Record", owner: type) -> str: ...
    def __get__(self, record: "Record | None", owner: type) -> "SealedText | str":
        return self if record is None else (self.plain(record) or "")


def sealed_date() -> Sealed[date]:
    return Sealed[date](dump=date.isoformat, load=date.fromisoformat)


class Record(Base):
    """A row that is journalled and whose words are sealed under its own or its root’s key."""

    __abstract__ = True

    sealed_attributes: ClassVar[dict[str, _Sealed[Any]]] = {}
    journal_parts: ClassVar[tuple[str, ...]] = ()
    part_of: ClassVar[str | None] = None
    journalled: ClassVar[bool] = True
    own_key: ClassVar[bool] = False

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key_id: Mapped[UUID] = mapped_column(ForeignKey("data_keys.id"))

    @declared_attr
    def key(cls) -> Mapped[DataKey]:  # noqa: N805 - SQLAlchemy passes the class
        # Records of one case share its key, which is loaded with the case and found by its id.
        # A join that is nested within an outer one would be read whole on SQLite: hence unnested.
        return relationship(
            DataKey,
            lazy="joined" if cls.own_key else "select",
            innerjoin=cast("bool", "unnested"),  # allowed, and not in the annotation
        )

    def __init_subclass__(cls, **keywords: Any) -> None:
        own = {name: value for name, value in vars(cls).items() if isinstance(value, _Sealed)}
        for sealed in own.values():
            setattr(cls, sealed.column, mapped_column(sealed.column, LargeBinary, nullable=True))
        cls.sealed_attributes = {**cls.sealed_attributes, **own}
        super().__init_subclass__(**keywords)

    def __init__(self, key: DataKey, **values: Any) -> None:
        self.id = values.pop("id", None) or uuid4()
        self.key = key
        self.key_id = key.id
        for name, value in values.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no {name}")
            setattr(self, name, value)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"
