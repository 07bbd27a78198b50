"""Organisations, and which sources are theirs."""

from datetime import date, datetime, timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.posting import HUB, INNOVIRIS

from dossier.agencies import (
    BRUSSELS,
    SQL,
    Agency,
    NoPrefix,
    NoSuccessor,
    PrefixTaken,
    ancestors,
    lies_under,
    line_of,
    register,
    registered,
    succeed,
)
from dossier.database.connections import Database

PREFIX = "https://hub.example/dossiers"


@pytest.mark.parametrize(
    "source",
    [
        "https://hub.example/dossiers",
        "https://hub.example/dossiers/",
        "https://hub.example/dossiers/coaching/7",
        "https://hub.example/dossiers/./coaching",
        "https://hub.example/x/../dossiers/coaching",
        "https://hub.example/dossiers/coaching/..",
        "https://HUB.example/dossiers",
        "HTTPS://hub.example/dossiers",
        "https://hub.example/%64ossiers/coaching",
        "https://hub.example/dossiers/a?b=c#d",
    ],
)
def test_a_source_under_the_prefix_is_the_agency_s(source: str) -> None:
    assert lies_under(source, PREFIX)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "https://hub.example",
        "https://hub.example/dossiers2",
        "https://hub.example/dossiersx/y",
        "https://hub.example/dossiers/../secret",
        "https://hub.example/dossiers/%2e%2e/secret",
        "https://hub.example/dossiers/..%2fsecret",
        "https://hub.example/dossiers/a/../../secret",
        "https://hub.example/Dossiers",
        "https://hub.example/dossiers?x=/dossiers/",
        "http://hub.example/dossiers",
        "https://hub.example.evil.example/dossiers",
        "https://evil@hub.example/dossiers",
        "https://evil.example/https://hub.example/dossiers",
        "https://hub.example:8443/dossiers",
        "//hub.example/dossiers",
        "/dossiers",
        "https://[hub.example/dossiers",
        "https://hub.exampl℀/dossiers",
    ],
)
def test_any_other_source_is_not(source: str) -> None:
    assert not lies_under(source, PREFIX)


@pytest.mark.parametrize(
    ("source", "owned"), [("urn:hub", True), ("urn:hub/a", True), ("urn:hub:a", False), ("urn:hubs", False)]
)
def test_a_urn_goes_on_at_a_slash_too(source: str, owned: bool) -> None:
    assert lies_under(source, "urn:hub") is owned


def test_a_prefix_may_end_in_a_slash() -> None:
    assert lies_under("https://hub.example/dossiers/a", PREFIX + "/")
    assert not lies_under("https://hub.example/dossiers2", PREFIX + "/")


@given(st.text(st.sampled_from("ab./%2e?#"), max_size=12))
def test_no_path_climbs_out_of_the_prefix(path: str) -> None:
    assert not lies_under(f"https://hub.example/other/{path}", PREFIX) or ".." in path or "%2e" in path


@given(st.text())
def test_no_text_is_more_than_not_owned(source: str) -> None:
    assert not lies_under(source, PREFIX) or "hub.example" in source.lower()


def test_a_name_is_told_in_the_language_asked_for_or_in_french() -> None:
    agency = Agency("a", "fr", "nl", "en", "urn:a")
    assert [agency.name(language) for language in ("fr", "nl", "en", "de")] == ["fr", "nl", "en", "fr"]


def test_an_agency_is_read_back_as_registered(database: Database) -> None:
    with psycopg.connect(database.app) as connection:
        register(connection, HUB)
        register(connection, INNOVIRIS)
        assert registered(connection) == {"hub": HUB, "innoviris": INNOVIRIS}


def test_registering_again_changes_what_is_known(database: Database) -> None:
    with psycopg.connect(database.app) as connection:
        register(connection, HUB)
        register(connection, HUB._replace(name_nl="hub.brussels (nl)"))
        assert registered(connection)["hub"].name_nl == "hub.brussels (nl)"


def test_two_agencies_do_not_share_a_prefix(database: Database) -> None:
    with psycopg.connect(database.app) as connection:
        register(connection, HUB)
        with pytest.raises(PrefixTaken):
            register(connection, INNOVIRIS._replace(source_prefix=HUB.source_prefix))


@pytest.mark.parametrize(
    "prefix",
    [
        "https://hub.example",
        "https://hub.example/dossiers/",
        "https://hub.example/dossiers/coaching",
        "https://HUB.example/dossiers",
        "https://hub.example/x/../dossiers",
    ],
)
def test_nor_may_one_lie_under_the_other(database: Database, prefix: str) -> None:
    """Else the source and id of an event would be taken by who posts first."""
    with psycopg.connect(database.app) as connection:
        register(connection, HUB)
        with pytest.raises(PrefixTaken, match=r"hub start with https://hub\.example/dossiers"):
            register(connection, INNOVIRIS._replace(source_prefix=prefix))
        register(connection, HUB._replace(source_prefix=prefix))


@pytest.mark.parametrize("prefix", ["", " ", "/", ":", "https://", "urn:", "https://hub.example/a b"])
def test_a_prefix_that_every_source_lies_under_or_none_is_refused(database: Database, prefix: str) -> None:
    with psycopg.connect(database.app) as connection, pytest.raises(NoPrefix):
        register(connection, HUB._replace(source_prefix=prefix))


def test_names_change_where_prefixes_overlapped_before_that_was_refused(database: Database) -> None:
    within = INNOVIRIS._replace(source_prefix="https://hub.example/dossiers/rd")
    with psycopg.connect(database.app) as connection:
        register(connection, within)
        connection.execute(SQL["register"], {**HUB._asdict(), "vocabulary": None, "speaks_for": None})
        register(connection, within._replace(name_fr="Innoviris (R&D)"))
        assert registered(connection)["innoviris"].name_fr == "Innoviris (R&D)"


@pytest.mark.parametrize("clock", ["Etc/GMT+12", "UTC", "Pacific/Kiritimati"])
def test_an_agency_is_succeeded_on_its_day_in_brussels_whatever_the_clock_of_who_asks(
    database: Database, clock: str
) -> None:
    today = datetime.now(BRUSSELS).date()
    with psycopg.connect(database.app) as connection:
        connection.execute("SELECT set_config('timezone', %s, false)", (clock,))
        register(connection, HUB)
        for name, on in (("since", today), ("tomorrow", today + timedelta(days=1))):
            register(connection, Agency(name, name, name, name, f"urn:{name}", HUB.id, on))
        line: dict[str, str] = dict(connection.execute("SELECT agency, today FROM registry.line").fetchall())
    assert line == {"hub": "hub", "since": "hub", "tomorrow": "tomorrow"}


MERGED = {
    "impulse": Agency("impulse", "i", "i", "i", "urn:i", "hub", date(2018, 1, 1)),
    "atrium": Agency("atrium", "a", "a", "a", "urn:a", "impulse", date(2016, 1, 1)),
    "hub": Agency("hub", "h", "h", "h", "urn:h"),
}


@pytest.mark.parametrize(
    ("agency", "on", "speaks"),
    [
        ("hub", "2020-01-01", "hub"),
        ("impulse", "2017-12-31", "impulse"),
        ("impulse", "2018-01-01", "hub"),
        ("atrium", "2015-12-31", "atrium"),
        ("atrium", "2017-01-01", "impulse"),
        ("atrium", "2020-01-01", "hub"),
        ("nobody", "2020-01-01", "nobody"),
    ],
)
def test_who_speaks_for_an_agency_depends_on_the_day(agency: str, on: str, speaks: str) -> None:
    assert line_of(MERGED, agency, date.fromisoformat(on)) == speaks


def test_an_agency_speaks_for_all_that_became_part_of_it() -> None:
    assert ancestors(MERGED, "hub", date(2020, 1, 1)) == ["atrium", "hub", "impulse"]
    assert ancestors(MERGED, "hub", date(2017, 1, 1)) == ["hub"]
    assert ancestors(MERGED, "impulse", date(2017, 1, 1)) == ["atrium", "impulse"]
    assert ancestors(MERGED, "impulse", date(2020, 1, 1)) == ["atrium", "impulse"], "a succession takes nothing away"


@pytest.mark.parametrize(
    ("agency", "successor"), [("hub", "hub"), ("hub", "atrium"), ("impulse", "atrium"), ("hub", "x")]
)
def test_succession_never_leads_in_a_circle_nor_nowhere(agency: str, successor: str) -> None:
    with pytest.raises(NoSuccessor):
        succeed(MERGED, agency, successor, date(2020, 1, 1))
