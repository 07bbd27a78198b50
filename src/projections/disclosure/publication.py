"""A publication: what the public was shown of an indicator, with all that later publications are held against."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib.resources import files
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa

from dossier.canonical import canonical
from dossier.database.queries import queries
from projections.disclosure.cube import Flags, Floats
from projections.disclosure.layout import NUMBER, Key
from projections.generations.generations import program

SQL = queries(files("projections.disclosure") / "publication.sql")
Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Publication:
    """Cells in the order of `keys`, with what added up in them, which were hidden, and the worlds that prove it."""

    indicator: str
    number: int
    certificate: dict[str, Any]
    contributions: pa.Table
    keys: list[Key]
    weight: Floats
    hidden: Flags
    worlds: Floats
    published_at: datetime | None = None
    shares: Floats | None = None
    """Which mixture of the worlds of the publication before each goes with; None where that was not kept."""

    @cached_property
    def index(self) -> dict[Key, int]:
        """Where a cell stands."""
        return {key: place for place, key in enumerate(self.keys)}

    @cached_property
    def own(self) -> Flags:
        """Which of them are cells of the indicator: numbers behind them may be kept beside."""
        return np.array([key[-1:] != (NUMBER,) for key in self.keys], dtype=bool)

    @cached_property
    def covered(self) -> frozenset[Key]:
        """The hidden cells."""
        hidden = zip(self.keys, self.hidden & self.own, strict=True)
        return frozenset(key for key, hides in hidden if hides)

    @cached_property
    def spread(self) -> Floats:
        """How far apart a cell is in the worlds that an outsider cannot tell from the true one."""
        found: Floats = self.worlds.max(axis=0, initial=0) - self.worlds.min(axis=0, initial=0)
        return found

    @property
    def position(self) -> int:
        """Up to which event it counts."""
        return int(self.certificate["position"])


def publications(connection: Connection, indicator: str, after: int = 0) -> list[Publication]:
    """The publications of an indicator after a number, the oldest first."""
    return [_read(indicator, *row) for row in connection.execute(SQL["published"], (indicator, after))]


def publish(connection: Connection, made: Publication) -> None:
    """Keep a publication for good; the caller holds the turn."""
    told = made.certificate
    connection.execute(SQL["publish"], {
        "indicator": made.indicator, "number": made.number, "position": made.position, "ruleset": told["ruleset"],
        "ruleset_digest": told["ruleset_digest"], "certificate": canonical(told).decode(),
        "contributions": packed(made.contributions), "cells": _cells(made),
        "program": program(),
    })  # fmt: skip


def packed(table: pa.Table) -> bytes:
    """Rows as an Arrow stream."""
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    found: bytes = out.getvalue().to_pybytes()
    return found


def _cells(made: Publication) -> bytes:
    told = {"keys": made.keys, "weight": made.weight.tolist(), "hidden": np.flatnonzero(made.hidden).tolist()}
    if made.shares is not None:
        told |= {"shares": _sparse(made.shares), "olds": made.shares.shape[1]}
    return zlib.compress(json.dumps(told | {"worlds": _sparse(made.worlds)}).encode())


def _sparse(rows: Floats) -> list[list[list[float]]]:
    """What differs from nothing in each row: where, and by how much."""
    return [[[int(place), float(row[place])] for place in np.flatnonzero(row)] for row in rows]


def _whole(rows: list[list[list[float]]], width: int) -> Floats:
    """The rows again."""
    found = np.zeros((len(rows), width))
    for row, told in zip(found, rows, strict=True):
        for place, value in told:
            row[int(place)] = value
    return found


def _read(
    indicator: str, number: int, certificate: dict[str, Any], at: datetime, contributions: bytes, cells: bytes
) -> Publication:
    told = json.loads(zlib.decompress(cells))
    keys: list[Key] = [tuple((name, value) for name, value in key) for key in told["keys"]]
    hidden = np.zeros(len(keys), dtype=bool)
    hidden[told["hidden"]] = True
    worlds = _whole(told["worlds"], len(keys))
    shares = _whole(told["shares"], told["olds"]) if "shares" in told else None
    table = pa.ipc.open_stream(contributions).read_all()
    return Publication(
        indicator, number, certificate, table, keys, np.array(told["weight"], dtype=float), hidden, worlds, at, shares
    )
