"""The census: any set of dossiers, each proven by the independent verifier, and nothing else provable of them."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.sealing import census
from dossier.sealing.census import EMPTY, Page, Tally
from dossier.verification import census as verifier
from dossier.verification.wrong import Wrong

HASHES = st.binary(min_size=32, max_size=32)
TALLIES = st.builds(Tally, st.binary(min_size=16, max_size=16), st.integers(1, 2**31), st.integers(1, 2**62), HASHES)
CENSUSES = st.lists(TALLIES, min_size=1, max_size=30, unique_by=lambda tally: tally.dossier)


def in_one_bucket(count: int) -> list[Tally]:
    """Dossiers whose keys begin with the same 16 bits, found by trying."""
    found: dict[int, list[Tally]] = {}
    number = 0
    while True:
        tally = Tally(number.to_bytes(16, "big"), 1, number + 1, EMPTY)
        own = found.setdefault(census.bucket_of(tally.dossier), [])
        own.append(tally)
        if len(own) == count:
            return own
        number += 1


def taken(tallies: list[Tally]) -> tuple[bytes, dict[int, dict[bytes, Tally]], dict[Page, bytes]]:
    """The root, the buckets and the pages of a census, made whole rather than step by step."""
    buckets: dict[int, dict[bytes, Tally]] = {}
    for tally in tallies:
        buckets.setdefault(census.bucket_of(tally.dossier), {})[tally.dossier] = tally
    pages: dict[Page, bytes] = {}
    row = {bucket: census.bucket_root(own) for bucket, own in buckets.items()}
    for level in range(census.LEVELS):
        for number in {number >> 4 for number in row}:
            pages[level, number] = b"".join(row.get(16 * number + place, EMPTY) for place in range(16))
        row = {number: census.page_root(page) for (at, number), page in pages.items() if at == level}
    return row[0], buckets, pages


def oracle(tallies: list[Tally]) -> bytes:
    """The root by the definition of the decision record: bit by bit, from the top."""
    keyed = {sha256(tally.dossier).digest(): tally for tally in tallies}

    def over(keys: list[bytes], depth: int) -> bytes:
        if not keys:
            return bytes(32)
        if len(keys) == 1 and depth >= 16:
            tally = keyed[keys[0]]
            numbers = tally.events.to_bytes(8, "big") + tally.last.to_bytes(8, "big")
            return sha256(b"\0" + tally.dossier + numbers + tally.chain).digest()
        bit = [int.from_bytes(key, "big") >> (255 - depth) & 1 for key in keys]
        halves = [over([key for key, b in zip(keys, bit, strict=True) if b == side], depth + 1) for side in (0, 1)]
        return sha256(b"\x01" + halves[0] + halves[1]).digest()

    return over(list(keyed), 0)


@given(CENSUSES)
def test_the_root_is_that_of_the_definition(tallies: list[Tally]) -> None:
    assert taken(tallies)[0] == oracle(tallies)


def test_dossiers_of_one_bucket_are_told_apart() -> None:
    crowd = in_one_bucket(5)
    root, buckets, pages = taken(crowd)
    assert root == oracle(crowd)
    for tally in crowd:
        proof = census.prove(tally.dossier, buckets[census.bucket_of(tally.dossier)], pages)
        assert len(proof) > 16
        verifier.verify_tally(verifier.Tally(*tally), proof, root)


@given(CENSUSES, st.data())
def test_what_is_counted_is_proven_and_nothing_else_is(tallies: list[Tally], data: st.DataObject) -> None:
    root, buckets, pages = taken(tallies)
    tally = data.draw(st.sampled_from(tallies))
    proof = census.prove(tally.dossier, buckets[census.bucket_of(tally.dossier)], pages)
    verifier.verify_tally(verifier.Tally(*tally), proof, root)
    place = data.draw(st.integers(0, len(proof) - 1))
    others = [
        (tally._replace(events=tally.events + 1), proof),
        (tally._replace(last=tally.last - 1), proof),
        (tally._replace(chain=sha256(tally.chain).digest()), proof),
        (tally._replace(dossier=sha256(tally.dossier).digest()[:16]), proof),
        (tally, proof[:-1]),
        (tally, [*proof, EMPTY]),
        (tally, [*proof[:place], sha256(proof[place]).digest(), *proof[place + 1 :]]),
    ]
    for other, shown in others:
        with pytest.raises(Wrong):
            verifier.verify_tally(verifier.Tally(*other), shown, root)


@given(st.lists(st.tuples(st.integers(1, 2**60), HASHES), max_size=20))
def test_the_chain_of_a_tally_is_the_verifiers(events: list[tuple[int, bytes]]) -> None:
    tally = census.none_of(bytes(16))
    for position, leaf in events:
        tally = tally.after([(position, leaf)])
    assert tally.chain == verifier.chained(events)
    assert (tally.events, tally.last) == (len(events), events[-1][0] if events else 0)


@given(CENSUSES)
def test_a_bucket_is_read_back_as_it_was_written(tallies: list[Tally]) -> None:
    own = {tally.dossier: tally for tally in tallies}
    assert census.read_bucket(census.write_bucket(own)) == own
