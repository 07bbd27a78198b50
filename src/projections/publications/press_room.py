"""The press room: publishes in a process of its own what is asked for, one indicator after the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg

from dossier.journal import Journal, LogUnreachable
from projections.counting.indicator import catalogue, indicator
from projections.disclosure.layers import family, layers
from projections.disclosure.protection import TooMuch
from projections.disclosure.publication import SQL
from projections.figures.facts_reader import FactsReader, NoFacts
from projections.publications.press import BeingPublished, MadeByAnother, Press
from projections.rulesets.ruleset import RulesetUnknown

POLL = 1.0
SETTLING = 20.0
"""Seconds after its start until what nobody has asked for yet is published too."""
REST = 2.0
"""An indicator that took long to publish is looked at again no sooner than so many times as long after."""
AFTER_FAILURE = 30.0
QUICK, MORE = 250_000.0, 8.0
"""The effort of a first attempt for each layer, some seconds; and how many times as much the next may take.

The quick go first. A family may take as long as its members would in turn.
"""
LOST = (psycopg.Error, LogUnreachable)


def _lead(name: str) -> str:
    """The indicator with which this one is published."""
    return family(indicator(name))[0].name


def _layers(name: str) -> int:
    """How many layers are protected together with an indicator."""
    return sum(len(layers(one)) for one in family(indicator(name)))


class PressRoom:
    """Publishes until told to stop: what is asked for, and soon after its start every indicator."""

    def __init__(self, conninfo: str, *, report: Callable[[str, str], None] = lambda name, reason: None) -> None:
        """`report` is told of what could not be published, and why."""
        self.conninfo = conninfo
        self.report = report
        self.stopping = threading.Event()
        self._due: dict[str, float] = {}
        self._rested: dict[str, float] = {}
        self._times: dict[str, float] = {}
        """How many times the first effort each may take now."""

    def stop(self) -> None:
        """Return from `run` after the indicator at hand."""
        self.stopping.set()

    def run(self) -> None:
        """Publish; after any loss of the database, try again."""
        self._due = dict.fromkeys(map(_lead, catalogue()), time.monotonic() + SETTLING)
        while not self.stopping.is_set():
            try:
                with (
                    closing(Journal(self.conninfo)) as journal,
                    psycopg.connect(self.conninfo, autocommit=True, application_name="dossier-press") as connection,
                ):
                    connection.execute(SQL["listen"])
                    press = Press(journal, self.conninfo, FactsReader(journal))
                    while not self.stopping.is_set():
                        self.step(connection, press)
            except Exception as error:  # most of all a database that is away
                self.report("", type(error).__name__)
                self.stopping.wait(POLL)

    def step(self, connection: psycopg.Connection[Any], press: Press) -> None:
        """Hear what is asked for, and publish the indicator whose turn it is, if any."""
        now = time.monotonic()
        ready = [name for name, due in self._due.items() if due <= now]
        for heard in connection.notifies(timeout=0 if ready else POLL, stop_after=None if ready else 1):
            if heard.payload in catalogue():
                name = _lead(heard.payload)
                self._due[name] = min(self._due.get(name, now), self._rested.get(name, now))
        if ready:
            self._publish(press, min(ready, key=lambda name: (self._times.get(name, 1), self._due[name])))

    def _publish(self, press: Press, name: str) -> None:
        del self._due[name]
        began = time.monotonic()
        rest = 0.0
        try:
            press.current(indicator(name), QUICK * _layers(name) * self._times.get(name, 1))
        except TooMuch:
            self._times[name] = self._times.get(name, 1) * MORE
            self._due[name] = began
            return
        except (RulesetUnknown, MadeByAnother) as error:
            self.report(name, str(error))
            rest = AFTER_FAILURE
        except (NoFacts, BeingPublished):
            rest = POLL
        except LOST:
            raise
        except Exception as error:  # one indicator that fails leaves the others published
            self.report(name, type(error).__name__)
            rest = AFTER_FAILURE
        done = time.monotonic()
        self._rested[name] = done + max(rest, REST * (done - began))
