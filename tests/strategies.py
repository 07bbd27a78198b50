"""Hypothesis strategies: valid data of every type of fact, derived from the catalogue itself, and events of it.

What others are made of is made once: making it takes longer than drawing from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from hypothesis import strategies as st
from pydantic import StringConstraints
from typing_extensions import is_typeddict

from dossier import values
from dossier.catalogue import JOURNEY, TYPES, AidDecided, EventCorrected, Fact, ObjectiveProgressed
from dossier.catalogue.amendment import Position
from dossier.catalogue.fact import fields_of
from dossier.catalogue.link import DossierId
from dossier.catalogue.parts import BirthDate, Email, NaceCode, Phone
from dossier.catalogue.support import Percent
from dossier.event import Event

Data = dict[str, Any]
Words = st.SearchStrategy[str] | None

SPELLINGS: tuple[Callable[[str], str], ...] = (
    lambda n: n,
    lambda n: f"{n[:4]}.{n[4:7]}.{n[7:]}",
    lambda n: f"{n[:4]} {n[4:7]} {n[7:]}",
    lambda n: f"BE{n}",
    lambda n: f"BE {n[:4]}.{n[4:7]}.{n[7:]}",
    lambda n: f"be {n[:4]} {n[4:7]} {n[7:]}",
    lambda n: f" {n[:4]}-{n[4:7]}-{n[7:]} ",
    lambda n: f"{n[:4]}/{n[4:7]}/{n[7:]}",
)
"""How people write an enterprise number."""


@cache
def enterprise_numbers() -> st.SearchStrategy[str]:
    """Valid numbers as ten digits, of series 0 and 1."""
    return st.integers(2_000_000, 19_999_999).map(lambda n: f"{n:08d}{97 - n % 97:02d}")


@cache
def spelled_numbers() -> st.SearchStrategy[str]:
    """Valid numbers in any usual spelling."""
    return st.builds(lambda number, spell: spell(number), enterprise_numbers(), st.sampled_from(SPELLINGS))


@cache
def texts(longest: int = 30) -> st.SearchStrategy[str]:
    """What a person may write: anything but a null and half a character."""
    return st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=longest)


@cache
def words() -> st.SearchStrategy[str]:
    """Words of a vocabulary and names of things: anything visible, spaces inside."""
    visible = st.characters(exclude_categories=["Cs", "Cc", "Z"])
    return st.text(visible, min_size=1, max_size=12) | st.sampled_from(["prêt de démarrage", "a b"])


@cache
def names() -> st.SearchStrategy[str]:
    """Texts of which something can be seen."""
    return st.builds("".join, st.tuples(texts(), st.sampled_from("aÉ七"), texts()))


@cache
def instants() -> st.SearchStrategy[str]:
    """RFC 3339 times of the past with any offset."""
    zones = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
    moments = st.datetimes(datetime(1990, 1, 1), datetime(2025, 12, 31), timezones=zones)  # noqa: DTZ001
    return moments.map(datetime.isoformat)


@cache
def decimals() -> st.SearchStrategy[str]:
    """Decimal texts."""
    return st.decimals(-(10**11), 10**11, places=4, allow_nan=False, allow_infinity=False).map(lambda d: f"{d:f}")


@cache
def quantities() -> st.SearchStrategy[int | float | str]:
    """Numbers of at most four decimals, as JSON has them, or decimal texts."""
    return (
        st.integers(-values.EXACT, values.EXACT) | st.integers(-(10**12), 10**12).map(lambda n: n / 10_000) | decimals()
    )


@cache
def amounts() -> st.SearchStrategy[str]:
    """Money as decimal text."""
    return st.builds(
        lambda whole, cents: f"{whole}{cents}", st.integers(0, 10**15 - 1), st.sampled_from(["", ".5", ".07"])
    )


VALUES: list[tuple[Any, Callable[[], st.SearchStrategy[Any]]]] = [
    (values.Identifier, words),
    (values.Term, words),
    (values.AgencyId, lambda: st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)),
    (values.ProgrammeId, lambda: st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)),
    (values.Amount, amounts),
    (values.Currency, lambda: st.sampled_from(["EUR", "USD"])),
    (values.DecimalText, decimals),
    (values.Quantity, quantities),
    (BirthDate, lambda: st.dates(date(1920, 1, 1), date(2010, 12, 31)).map(date.isoformat)),
    (values.Day, lambda: st.dates(date(1950, 1, 1), date(2030, 12, 31)).map(date.isoformat)),
    (values.Instant, instants),
    (values.Flag, st.booleans),
    (values.Count, lambda: st.integers(0, values.EXACT)),
    (values.Language, lambda: st.sampled_from(["fr", "nl", "en", "de-BE"])),
    (values.LegalIdentifier, spelled_numbers),
    (values.FreeText, texts),
    (values.PersonalName, names),
    (Position, lambda: st.integers(1, 10**9).map(str)),
    (DossierId, lambda: st.uuids().map(str)),
    (Email, lambda: st.from_regex(r"[a-z]{1,9}@[a-z]{1,9}\.be", fullmatch=True)),
    (Phone, lambda: st.from_regex(r"\+32 [0-9]{8,9}", fullmatch=True)),
    (NaceCode, lambda: st.sampled_from(["62", "62.01", "6201", "62010", "62.010", "J"])),
    (Percent, lambda: st.integers(0, 100)),
]
"""The kinds of value a fact is made of; a new kind needs its line here."""


def data_of(kind: type[Fact], *, full: bool = False, personal: Words = None) -> st.SearchStrategy[Data]:
    """Valid data of a type as an agency sends it. `full`: every field; `personal`: what free texts and names say."""
    if kind is EventCorrected:
        return st.sampled_from([other for other in JOURNEY if other.PERSONAL]).flatmap(
            lambda other: correction_of(other, full=full, personal=personal)
        )
    return _plain(kind.TYPE, full, personal).map(_of_the_whole)


def _of_the_whole(data: Data) -> Data:
    """Shares of a restructuring sum to one: the first takes all."""
    if data.get("shares"):
        data["shares"] = {number: "0" if index else "1" for index, number in enumerate(data["shares"])}
    return data


def correction_of(
    target: type[Fact],
    position: int | None = None,
    *,
    full: bool = False,
    personal: Words = None,
) -> st.SearchStrategy[Data]:
    """Data of a correction of an event of a type, whose own data it replaces."""
    return st.builds(
        lambda around, data: {**around, "data": data} | ({"corrects": str(position)} if position else {}),
        _plain(EventCorrected.TYPE, full, personal),
        data_of(target, full=full, personal=personal),
    )


@cache
def _plain(type_name: str, full: bool, personal: Words) -> st.SearchStrategy[Data]:
    kind = TYPES[type_name]
    hints = get_type_hints(kind, include_extras=True)
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in fields_of(kind).items():
        if name in ("legal_identifier_as_supplied", "data", "corrected_type", "local_terms"):  # they follow from others
            continue
        (required if full or field.is_required() else optional)[field.alias or name] = _of(hints[name], full, personal)
    built = st.fixed_dictionaries(required, optional=optional)
    if kind is ObjectiveProgressed:
        return built.map(lambda data: {"percent": 40, **data} if data["progress"] == "percent" else data)
    return built.map(_with_amount) if kind is AidDecided else built


def _with_amount(data: Data) -> Data:
    return {"amount": "2500.00", **data} if data["outcome"] == "granted" else data


def _of(hint: Any, full: bool, personal: Words) -> st.SearchStrategy[Any]:
    """The strategy of a type hint: a known kind of value, a record of such, or what it is composed of."""
    if personal is not None and (_is(hint, values.FreeText) or _is(hint, values.PersonalName)):
        return personal
    known = next((strategy for kind, strategy in VALUES if _is(hint, kind)), None)
    if known is not None:
        return known()
    if is_typeddict(hint):
        return _record(hint, full, personal)
    return _composed(hint, lambda part: _of(part, full, personal))


def _composed(hint: Any, of: Callable[[Any], st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    origin, args = get_origin(hint), get_args(hint)
    made: dict[Any, Callable[[], st.SearchStrategy[Any]]] = {
        Literal: lambda: st.sampled_from(args),
        Union: lambda: st.one_of(*(of(arg) for arg in args if arg is not NoneType)),
        UnionType: lambda: st.one_of(*(of(arg) for arg in args if arg is not NoneType)),
        list: lambda: st.lists(of(args[0]), min_size=1, max_size=3),
        dict: lambda: st.dictionaries(of(args[0]), of(args[1]), min_size=1, max_size=3),
        NotRequired: lambda: of(args[0]),
        Annotated: lambda: _by_pattern(args[1]) if _has_pattern(args[1]) else of(args[0]),
    }
    assert origin in made, f"no strategy for {hint}: add it to VALUES"
    return made[origin]()


def _has_pattern(mark: Any) -> bool:
    return isinstance(mark, StringConstraints) and mark.pattern is not None


def _by_pattern(mark: StringConstraints) -> st.SearchStrategy[str]:
    return st.from_regex(mark.pattern or "", fullmatch=True)


def _is(hint: Any, known: Any) -> bool:
    """Whether a hint is a known kind of value, with or without more said about it."""
    if get_origin(hint) is not Annotated:
        return False
    (kind, *marks), (known_kind, *known_marks) = get_args(hint), get_args(known)
    return bool(kind == known_kind and marks[: len(known_marks)] == known_marks)


def _record(hint: Any, full: bool, personal: Words) -> st.SearchStrategy[Data]:
    hints = get_type_hints(hint, include_extras=True)
    optional = set() if full else set(hint.__optional_keys__)
    return st.fixed_dictionaries(
        {name: _of(hints[name], full, personal) for name in hints if name not in optional},
        optional={name: _of(hints[name], full, personal) for name in hints if name in optional},
    )


def facts(kinds: Iterable[type[Fact]] = JOURNEY) -> st.SearchStrategy[Fact]:
    """Facts of any type."""
    return st.sampled_from(list(kinds)).flatmap(lambda kind: data_of(kind).map(kind.ADAPTER.validate_python))


def events(kinds: Iterable[type[Fact]] = JOURNEY) -> st.SearchStrategy[Event]:
    """Events of any type, before the log took them."""
    return st.builds(
        Event,
        dossier=st.uuids(),
        version=st.integers(1, 10_000),
        position=st.integers(1, 10**12),
        agency=st.sampled_from(["hub", "innoviris"]),
        source=words(),
        id=words(),
        time=instants(),
        timeprecision=st.sampled_from(["day", "month", "year"]),
        recordedtime=st.just("2026-03-09T14:30:00.000001Z"),
        data=facts(kinds),
        personal=st.none() | st.just("sha256:" + "0" * 64),
        correlationid=st.none() | words(),
        causationid=st.none() | words(),
    )


DOSSIER = UUID("01890000-0000-7000-8000-000000000001")
OTHER = UUID("01890000-0000-7000-8000-000000000002")
NOW = datetime(2026, 3, 9, 14, 30, tzinfo=UTC)
