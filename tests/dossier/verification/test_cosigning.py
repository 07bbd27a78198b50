"""What witnesses vouch for in a bundle: the checkpoint it stands on, census and all, or that the log only grew since.

Whoever holds the log's key can sign a second checkpoint over the same events with an invented census, and so leave the
newest events of a dossier out of a bundle. Only a witness can tell.
"""

from __future__ import annotations

import base64
import copy
import json
from hashlib import sha256
from uuid import UUID

import pytest
from tests.dossier.verification.making import SECOND, WITNESS, Json, Made, refused, restated

from dossier.sealing.keys import COSIGNATURE, Signer, signed
from dossier.verification.bundle import Verified, verify_bundle
from dossier.verification.census import Tally, chained
from dossier.verification.cosigning import Cosigning
from dossier.verification.merkle import leaf_hash
from dossier.verification.note import read_note
from dossier.verification.wrong import Wrong


def cosigned(found: Json, made: Made, *vkeys: str, earlier: bool = False) -> Verified:
    verified = verify_bundle(json.dumps(found).encode(), made.vkey, vkeys, earlier=earlier)
    assert isinstance(verified, Verified)
    return verified


def test_an_earlier_cosignature_does_only_where_it_is_asked_for(made: Made) -> None:
    with pytest.raises(Wrong, match="cosigned 3 events, not the 7 of this checkpoint"):
        cosigned(made.bundle, made, WITNESS.vkey)
    found = cosigned(made.bundle, made, WITNESS.vkey, earlier=True)
    assert list(found.cosigned.values()) == [Cosigning(3, 1_700_000_000, whole=False, asked=True, later=4)]
    assert "over 3 events on 2023-11-14; completeness is not cosigned" in found.lines()[-1]
    assert "4 of this dossier's events came after that" in found.lines()[-1]


def test_a_cosignature_over_the_same_checkpoint_covers_completeness(made: Made) -> None:
    found = cosigned(made.twice, made, SECOND.vkey)
    assert [one.whole for one in found.cosigned.values() if one.asked] == [True]
    assert "completeness" not in next(line for line in found.lines() if SECOND.name in line)


def test_a_witness_that_only_the_bundle_names_is_told_as_such(made: Made) -> None:
    """Whoever made the bundle could have made that key too."""
    found = cosigned(made.bundle, made)
    assert "the bundle alone names this key" in found.lines()[-1]


def test_a_witness_that_did_not_cosign_is_missed(made: Made) -> None:
    with pytest.raises(Wrong, match="did not cosign"):
        cosigned(made.bundle, made, Signer.new("w2", COSIGNATURE).vkey)


def test_each_of_two_witnesses_counts_whenever_it_looked(made: Made) -> None:
    """The first looked early, the second after everything."""
    found = cosigned(made.twice, made, WITNESS.vkey, SECOND.vkey, earlier=True)
    assert sorted((one.size, one.later) for one in found.cosigned.values()) == [(3, 4), (7, 0)]


def test_two_witnesses_who_were_shown_two_histories_do_not_stand_under_one_bundle(made: Made) -> None:
    """The holder of the key showed the second one another log of the same length, and signed that too."""
    found = copy.deepcopy(made.twice)
    lines = found["cosignatures"][0]["checkpoint"].split("\n")
    lines[2] = base64.b64encode(bytes(32)).decode()
    text = "\n".join(lines[:4]) + "\n"
    found["cosignatures"][0]["checkpoint"] = signed(text, made.signers) + SECOND.cosign(text, 1_700_000_100)
    assert "roots of one tree differ" in refused(restated(found, made), made.vkey)


def test_what_was_cosigned_under_a_former_key_of_the_log_counts_under_the_new_one(made: Made) -> None:
    found, vkey = made.rotated
    assert vkey != made.vkey
    verified = verify_bundle(json.dumps(found).encode(), vkey, [WITNESS.vkey, SECOND.vkey], earlier=True)
    assert isinstance(verified, Verified)
    assert sorted((one.size, one.at) for one in verified.cosigned.values()) == [(3, 1_700_000_000), (7, 1_700_000_100)]
    note = read_note(found["cosignatures"][0]["checkpoint"])
    assert note.text == read_note(made.twice["cosignatures"][0]["checkpoint"]).text


def lying(true: Json, made: Made) -> Json:
    """A bundle without its newest event, under a signed checkpoint whose census was invented to fit."""
    found = copy.deepcopy(true)
    found["events"].pop()
    leaves = [(int(event["position"]), leaf_hash(base64.b64decode(event["stored"]))) for event in found["events"]]
    tally = Tally(UUID(found["dossier"]).bytes, len(leaves), leaves[-1][0], chained(leaves))
    proof = [sha256(bytes([depth])).digest() for depth in range(16)]
    lines = read_note(found["checkpoint"]).text.splitlines(keepends=True)
    lines[3] = f"census {base64.b64encode(invented(tally, proof)).decode()}\n"
    found["checkpoint"] = signed("".join(lines), made.signers)
    found["completeness"] |= {
        "count": tally.events,
        "last_position": str(tally.last),
        "chain": base64.b64encode(tally.chain).decode(),
        "proof": [base64.b64encode(part).decode() for part in proof],
    }
    return restated(found, made)


def invented(tally: Tally, proof: list[bytes]) -> bytes:
    """The root of a census in which this tally stands, beside nothing that ever was."""
    place = int.from_bytes(sha256(tally.dossier).digest(), "big")
    said = tally.events.to_bytes(8, "big") + tally.last.to_bytes(8, "big") + tally.chain
    found = sha256(b"\0" + tally.dossier + said).digest()
    for depth, beside in zip(range(15, -1, -1), proof, strict=True):
        right = place >> (255 - depth) & 1
        found = sha256(b"\1" + (beside + found if right else found + beside)).digest()
    return found


def test_without_a_witness_the_key_holder_can_leave_out_the_newest_event(made: Made) -> None:
    """What the page on proofs says: a bundle by itself proves no more than that the key's holder stands by it."""
    found = lying(made.bundle, made)
    found["cosignatures"] = []
    assert cosigned(restated(found, made), made).events == 5


def test_a_witness_of_as_many_events_finds_the_invented_census(made: Made) -> None:
    """Also when nobody asked for it: the bundle shows two checkpoints of one tree."""
    assert "censuses of one tree differ" in refused(lying(made.twice, made), made.vkey)


def test_a_witness_of_fewer_events_cannot_and_is_not_taken_for_one_that_did(made: Made) -> None:
    with pytest.raises(Wrong, match="nobody but the log says that the bundle leaves nothing out"):
        cosigned(lying(made.bundle, made), made, WITNESS.vkey)
    found = cosigned(lying(made.bundle, made), made, WITNESS.vkey, earlier=True)
    assert "completeness is not cosigned" in found.lines()[-1]
