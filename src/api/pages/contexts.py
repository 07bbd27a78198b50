"""What each page shows, as its template reads it: words and links, ready made. One dataclass a page."""

from __future__ import annotations

from dataclasses import dataclass, field

from api.words.telling import Said


@dataclass(frozen=True)
class Figure:
    """A number with what it counts; `warns` when somebody should look."""

    value: str
    label: str
    warns: bool = False


@dataclass(frozen=True)
class Table:
    """A small table: its first column names the rows, `numeric` columns stand to the right."""

    title: str
    question: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True)
class Highlight:
    """One figure that stands alone."""

    title: str
    question: str
    value: str
    unit: str


@dataclass(frozen=True)
class DossierLine:
    """A dossier in a list."""

    href: str
    name: str
    phase: str
    sector: str
    agencies: str


@dataclass(frozen=True)
class Home:
    """`/`: what runs here."""

    figures: list[Figure]
    highlights: list[Highlight]
    tables: list[Table]
    certificate: str | None
    dossiers: list[DossierLine]
    own: str | None
    coming: bool
    """Whether there is something to count, so that figures which are not shown yet will be."""


@dataclass(frozen=True)
class Entry:
    """A fact of the timeline. `before` is what it said before its correction; None when it was never corrected.

    `amender` is the organisation that corrected or retracted it.
    """

    anchor: str
    when: str
    machine: str
    label: str
    agency: str
    said: list[Said]
    recorded: str
    retracted: bool = False
    before: list[Said] | None = None
    dated_before: str | None = None
    amender: str | None = None


@dataclass(frozen=True)
class Year:
    """The facts of one year."""

    year: str
    entries: list[Entry]


@dataclass(frozen=True)
class Visited:
    """What changed since the visitor's own last visit: the facts, by their anchors, and the state before and after."""

    when: str
    facts: list[tuple[str, str]]
    differences: list[tuple[str, ...]]


@dataclass(frozen=True)
class Step:
    """A referral or an objective: what it is, whose, and how it stands. `late` when its day has passed.

    `percent` is how far it has come, where that is said; `notes` are sentences that stand below.
    """

    name: str
    whose: str
    status: str
    told: str
    notes: list[str]
    late: bool = False
    percent: int | None = None


@dataclass(frozen=True)
class Asked:
    """On which dates the dossier is shown: as the form has them, and in words; `instant` where `known` is no day."""

    effective: str
    known: str
    told: str | None
    instant: bool = False


@dataclass(frozen=True)
class Dossier:
    """`/dossiers/{id}`: one dossier and its timeline."""

    id: str
    name: str | None
    shown_person: bool
    erased: str | None
    linked: list[tuple[str, str]]
    contact: list[Said]
    glance: list[tuple[str, str]]
    language: str | None
    project: str | None
    summary: str | None
    enterprises: list[tuple[str, ...]]
    team: list[tuple[str, ...]]
    aid: list[tuple[str, ...]]
    applications: list[tuple[str, ...]]
    referrals: list[Step]
    objectives: list[Step]
    premises: list[tuple[str, ...]]
    years: list[Year]
    asked: Asked
    visited: Visited | None = None
    shows_readings: bool = False


@dataclass(frozen=True)
class Readings:
    """`/dossiers/{id}/readings`: who looked at a dossier, and why; `older` leads to the page of earlier ones."""

    id: str
    since: str
    readings: list[tuple[str, ...]]
    older: str | None


@dataclass(frozen=True)
class SignIn:
    """`/sign-in`: the form alone, and where it leads `back` to; `failed` after a token that is not valid."""

    back: str
    failed: bool = False


@dataclass(frozen=True)
class Refused:
    """A page that cannot be shown, and what to do."""

    status: int
    title: str
    what: str
    slug: str
    offers_sign_in: bool


@dataclass(frozen=True)
class Problem:
    """`/problems/{slug}`: what an error of the API means."""

    slug: str
    title: str
    status: int
    advice: str


@dataclass(frozen=True)
class Problems:
    """`/problems`: every error of the API."""

    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class IndicatorLine:
    """An indicator in a list."""

    href: str
    title: str
    question: str


@dataclass(frozen=True)
class IndicatorsPage:
    """`/indicators`: all of them."""

    indicators: list[IndicatorLine]


@dataclass(frozen=True)
class Choice:
    """A way to break a figure down, and whether the page shows it."""

    href: str
    text: str
    current: bool


@dataclass(frozen=True)
class IndicatorPage:
    """`/indicators/{name}`: a figure. `finding` is what stands in place of its chart, for whoever does not see it."""

    question: str
    chart: str
    narrow: str
    finding: str
    choices: list[Choice]
    table: Table
    numeric: int
    method: str
    caveats: tuple[str, ...]
    evidence: tuple[str, str]
    certificate: list[tuple[str, str]]
    files: list[tuple[str, str]]
    pictures: list[tuple[str, str]]
    moved: str = ""
    """What has moved since the publication before, and why."""
    overtaken: str = ""
    """That other rules hold since it was published."""


Page = IndicatorsPage | IndicatorPage | Home | Dossier | Readings | SignIn | Refused | Problem | Problems
