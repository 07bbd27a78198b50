"""Succession: facts with organisations that became part of another counted as that other. The log keeps their names."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from projections.counting.tables import Facts

WHO = ("agency", "from_agency", "to_agency", "second_agency")
"""The columns that name an organisation."""
PRESENCE, DOSSIER, EXCHANGE = "fact_presence", "fact_dossier", "fact_exchange"


def under_successors(facts: Facts, line: Mapping[str, str]) -> Facts:
    """The facts as they stand once `line` says who speaks for whom; those not in it speak for themselves."""
    told = {name: _renamed(table, line) for name, table in facts.items()}
    told[PRESENCE] = _once(told[PRESENCE])
    told[DOSSIER] = _recounted(told[DOSSIER], told[PRESENCE])
    if EXCHANGE in told:  # what two parts of one house tell each other is no exchange
        exchange = told[EXCHANGE]
        told[EXCHANGE] = exchange.filter(pc.not_equal(exchange["from_agency"], exchange["to_agency"]))
    return told


def _renamed(table: pa.Table, line: Mapping[str, str]) -> pa.Table:
    for name in WHO:
        if name in table.column_names:
            coded = pc.dictionary_encode(table[name].combine_chunks())
            words = pa.array([line.get(word, word) for word in coded.dictionary.to_pylist()], pa.string())
            table = table.set_column(table.column_names.index(name), name, words.take(coded.indices))
    return table


def _once(presence: pa.Table) -> pa.Table:
    """One row for each organisation of a dossier, again."""
    found = presence.group_by(["generation", "dossier", "agency"]).aggregate(
        [("first_on", "min"), ("last_on", "max"), ("events", "sum")]
    )
    plain = {"first_on_min": "first_on", "last_on_max": "last_on", "events_sum": "events"}
    named = found.rename_columns([plain.get(name, name) for name in found.column_names])
    return named.select(presence.column_names).cast(presence.schema)


def _recounted(dossiers: pa.Table, presence: pa.Table) -> pa.Table:
    """How many organisations each dossier has."""
    counts = dict(zip(*(column.to_pylist() for column in pc.value_counts(presence["dossier"]).flatten()), strict=True))
    again = [counts.get(dossier, 0) for dossier in dossiers["dossier"].to_pylist()]
    place = dossiers.column_names.index("agencies")
    return dossiers.set_column(place, "agencies", pa.array(again, dossiers.schema.field("agencies").type))
