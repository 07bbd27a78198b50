"""Reading one dossier: its served rows when they are up to date, else the same projection over its log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from dossier.catalogue import RULEBOOK
from dossier.event import Event
from dossier.journal import Journal, Recorded
from projections.dossiers.aid_room import with_room
from projections.dossiers.comparison import Comparison, compared
from projections.dossiers.links import Links
from projections.dossiers.on_day import on_day
from projections.dossiers.person import add_person
from projections.dossiers.relation import related
from projections.dossiers.replay import Replay, replayed
from projections.dossiers.undertakings import Undertakings
from projections.generations import store
from projections.history.gathering import read
from projections.history.history import AsOf, History, as_known, as_true, history_of, today, with_personal
from projections.history.saying import statements
from projections.project import gather, unsealed
from projections.rulesets.rulebook import last_activated, lookup, under
from projections.rulesets.ruleset import Ruleset
from projections.state.current import current
from projections.state.timeline import timeline

__all__ = ["AsOf", "Dossiers", "Shown", "summary", "today"]


class Shown(NamedTuple):
    """A dossier's document, its version and who has recorded on it.

    Of one read from the log also its last position; and the ruleset it follows, where it follows one.
    """

    version: int
    document: Any
    agencies: set[str]
    position: int = 0
    ruleset: str | None = None


class Dossiers:
    """Reads dossiers. A row behind the log is never shown: the log itself is projected instead."""

    def __init__(
        self,
        journal: Journal,
        rules: Ruleset | None = None,
        today: Callable[[], str] = today,
        *,
        undertakings: Undertakings | None = None,
    ) -> None:
        """Without `rules`, what is projected here follows the ruleset that is served, as the rows do."""
        self.journal = journal
        self._rules = rules
        self._undertakings = undertakings or Undertakings(journal)
        self._links = Links(journal)
        self._today = today

    def state(self, dossier: UUID, as_of: AsOf, *, personal: bool) -> Shown | None:
        """The current state, with the person when `personal`; None when there is no such dossier (or was not yet).

        Raises RulesetUnknown when this version does not know the ruleset that is served.
        """
        if as_of.now and not personal and (served := self._served("current", dossier)):
            version, text, generation, name, digest = served
            document = on_day(orjson.loads(text), self._today())
            said = self._undertakings.around(dossier, generation)
            rules = self._rules or self._under(name, digest)
            document = with_room(document, said, rules, *self._days(as_of))
            document["linked"] = self._links.seen(dossier, document["linked"], as_of, self._links.naming(dossier))
            return Shown(version, document, {member["agency"] for member in document["team"]}, ruleset=rules.id)
        history, naming = self._told(dossier, as_of, personal=personal)
        if history is None:
            return None
        kept, reading = gather(dossier, history.events, {})
        if as_of.effective is not None:
            kept = as_true(kept, as_of.effective)
            reading = read(kept)
        generation, rules = self._rules_of(as_of)
        document = on_day(current(kept, reading, rules), as_of.day(self._today()))
        if personal:
            add_person(document, kept)
        own = statements(kept, reading)
        said = self._undertakings.said(own, as_of, (dossier, own), generation)
        document = with_room(document, said, rules, *self._days(as_of))
        document["linked"] = self._links.seen(dossier, document["linked"], as_of, naming)
        return Shown(history.version, document, set(reading.agencies), history.position, rules.id)

    def _days(self, as_of: AsOf) -> tuple[date, date]:
        """The day on which room is judged (a day to come may be asked for), and that of what was known."""
        known = date.fromisoformat(as_of._replace(effective=None).day(self._today()))
        return as_of.effective or known, known

    def timeline(self, dossier: UUID, as_of: AsOf, *, personal: bool) -> Shown | None:
        """The cross-agency timeline, with personal fields when `personal`."""
        if as_of.now and not personal and (served := self._served("timeline", dossier)):
            entries = orjson.loads(served[1])
            return Shown(served[0], entries, {entry["agency"] for entry in entries})
        history = self.history(dossier, as_of, personal=personal)
        if history is None:
            return None
        kept, _ = gather(dossier, history.events, {})
        kept = as_true(kept, as_of.effective)
        return Shown(history.version, timeline(kept), {event.agency for event in history.events}, history.position)

    def history(self, dossier: UUID, as_of: AsOf, *, personal: bool) -> History | None:
        """A dossier's history as known then; None when the log knew nothing of it."""
        return self._told(dossier, as_of, personal=personal)[0]

    def _told(self, dossier: UUID, as_of: AsOf, *, personal: bool) -> tuple[History | None, list[UUID]]:
        """The same, and the dossiers that ever compared themselves with it."""
        rows = self.journal.told(dossier, personal=personal) if dossier != RULEBOOK else []
        events = as_known(unsealed(dossier, [row[:3] for row in rows])[0], as_of.known, as_of.position)
        if not events:
            return None, []
        if any(row[3] for row in rows):
            events = with_personal(events, {row[0]: orjson.loads(row[3]) for row in rows if row[3] is not None})
        return history_of(dossier, events), rows[0][4]

    def recorded(self, dossier: UUID) -> list[tuple[Recorded, Event | None, dict[str, Any] | None]]:
        """Every stored event in order, with its personal fields where the vault still has them: for the auditor.

        The event is None where this version cannot read it; its bytes are there all the same.
        """
        vault = self._vault(dossier)
        return [(r, _readable(dossier, r), vault.get(r.version)) for r in self.journal.history(dossier)]

    def replay(self, dossier: UUID, as_of: AsOf) -> Replay | None:
        """Every stored event with what it changed, as of two clocks, personal fields included: for the auditor."""
        return replayed(dossier, self.recorded(dossier), as_of, self.rules())

    def compare(self, dossier: UUID, before: AsOf, after: AsOf) -> Comparison | None:
        """Two states, field by field, with the events that made the difference, personal fields included.

        None when there is no such dossier, or was not at either.
        """
        states = [self.state(dossier, asked, personal=True) for asked in (before, after)]
        history = self.history(dossier, AsOf(), personal=True)
        if history is None or states == [None, None]:
            return None
        documents = [shown.document if shown else {} for shown in states]
        return compared(history, (before, after), (documents[0], documents[1]), self.rules())

    def search(self, words: str, limit: int, *, by: str | None = None, **filters: Any) -> list[dict[str, Any]]:
        """Dossiers whose names or contacts look like the folded words, best first; by what they say today.

        An organisation, `by` its programs, finds those it is not related to by whole words alone: by parts of them it
        could spell out, letter by letter, whom it may not see.
        """
        found = [dossier for dossier, _ in self.journal.search(words, limit * 4)]
        wrong = self._found_wrongly(words, found)
        found = [dossier for dossier in found if dossier not in wrong]
        if by is not None:
            parts = set(found) - self.journal.wholly(words, found)
            relations = related(self.journal, parts)
            found = [dossier for dossier in found if dossier not in parts or by in relations[dossier]]
        return self.summaries(found, **filters)[:limit]

    def _found_wrongly(self, words: str, found: list[UUID]) -> set[UUID]:
        """Dossiers found by nothing but what was corrected or retracted: an address told by mistake is another's."""
        matched = self.journal.found_by(words, found)
        histories = {dossier: self.history(dossier, AsOf(), personal=False) for dossier in matched}
        return {dossier for dossier, one in histories.items() if one and matched[dossier] <= one.undone}

    def summaries(self, dossiers: list[UUID], **filters: Any) -> list[dict[str, Any]]:
        """Short states of dossiers in the order given, those that pass the filters."""
        with self.journal.reading() as connection:
            rows = connection.execute(store.SQL["found"], {"dossiers": dossiers, **_filters(filters)}).fetchall()
        states = dict(rows)
        return [self._summary(states[dossier]) for dossier in dossiers if dossier in states]

    def listed(self, after: UUID | None, limit: int, **filters: Any) -> list[dict[str, Any]]:
        """Short states in the order of ids, after one."""
        with self.journal.reading() as connection:
            rows = connection.execute(
                store.SQL["listed"], {"after": after, "limit": limit, **_filters(filters)}
            ).fetchall()
        return [self._summary(state) for _, state in rows]

    def _summary(self, state: str) -> dict[str, Any]:
        return summary(on_day(orjson.loads(state), self._today()))

    def rules(self) -> Ruleset:
        """The ruleset that is served, or the one given."""
        return self._rules_of(AsOf())[1]

    def _under(self, name: str, digest: str) -> Ruleset:
        with self.journal.reading() as connection:
            return under(connection, name, digest)

    def _rules_of(self, as_of: AsOf) -> tuple[int | None, Ruleset]:
        """The generation served, where it is known, and the ruleset to project under."""
        if self._rules is not None:
            return None, self._rules
        with self.journal.reading() as connection:
            generation = store.served(connection)
            if generation is None:
                return 0, last_activated(connection)
            if as_of.ruleset is not None:
                return generation.id, lookup(connection, as_of.ruleset)
            return generation.id, under(connection, generation.ruleset, generation.digest)

    def _served(self, query: str, dossier: UUID) -> tuple[Any, ...] | None:
        """The served row, if it says all the log says of the dossier."""
        with self.journal.reading() as connection:
            row = store.one(connection, query, dossier)
        if row is not None and self.journal.versions([dossier]).get(dossier) == row[0]:
            return row
        return None

    def _vault(self, dossier: UUID) -> dict[int, dict[str, Any]]:
        found = self.journal.personal_of([dossier])
        return {version: orjson.loads(personal) for (_, version), (personal, _) in found.items()}


def _readable(dossier: UUID, recorded: Recorded) -> Event | None:
    events, _ = unsealed(dossier, [(recorded.version, recorded.position, recorded.stored)])
    return events[0] if events else None


def summary(state: dict[str, Any]) -> dict[str, Any]:
    """What a list of dossiers shows of each."""
    shown = ("id", "version", "phase", "enterprises", "sector", "team")
    return {name: state[name] for name in shown}


def _filters(filters: dict[str, Any]) -> dict[str, Any]:
    return {"agency": None, "phase": None, "ict": None} | filters
