"""The witness: it cosigns what continues the last checkpoint it saw, and a fork never."""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.witness import Fork, Witness, WitnessState
from dossier.sealing.keys import Signer, signed
from dossier.tree import shape
from dossier.tree.growth import Growth
from dossier.tree.hashing import leaf_hash, root_of
from dossier.tree.tiles import Tile, pieces, resolve
from dossier.verification.note import read_key, read_note, verify_cosignature
from dossier.verification.wrong import Wrong

KEY = Signer.new("log.example/1")
SEEN_HERE = [leaf_hash(b"a%d" % number) for number in range(20)]
NEW = Signer.new("log.example/1")
Look = Callable[..., list[str]]
CENSUS = base64.b64encode(bytes(32)).decode()


class Server:
    """A log's server, honest or not: it says what its leaves and its census make it say."""

    def __init__(self) -> None:
        self.leaves = SEEN_HERE[:5]
        self.proven_by: list[bytes] | None = None
        self.keys, self.census = [KEY], CENSUS
        self.cosigned: list[str] = []
        self.proof: bytes | None = None
        self.taken = 200

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/log/checkpoint":
            root = base64.b64encode(root_of(self.leaves)).decode()
            text = f"log.example/1\n{len(self.leaves)}\n{root}\ncensus {self.census}\n"
            return httpx.Response(200, text=signed(text, self.keys))
        if self.proof is not None and "consistency" in request.url.path:
            return httpx.Response(200, content=self.proof)
        if request.url.path == "/v1/log/proof/consistency":
            old, size = int(request.url.params["from"]), int(request.url.params["to"])
            proof = resolve(shape.consistency(old, size), tiles(self.proven_by or self.leaves))
            return httpx.Response(200, json={"proof": [base64.b64encode(part).decode() for part in proof]})
        if self.taken == 200:
            self.cosigned.append(request.content.decode())
        return httpx.Response(self.taken, json={})


def tiles(leaves: list[bytes]) -> dict[Tile, bytes]:
    grown = Growth().extend(leaves)
    return {Tile(level, n): h for level, row in grown.items() for n, h in pieces(0, row).items()}


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def look(server: Server, tmp_path: Path) -> Look:
    """A function: run the witness once, as if started anew with a vkey; what it said."""

    def run(vkey: str | None = KEY.vkey, *, again: bool = True) -> list[str]:
        with witness_of(server, tmp_path, vkey) as witness:
            return list(witness.look(again=again))

    return run


def witness_of(server: Server, state: Path, vkey: str | None) -> Witness:
    transport = httpx.MockTransport(server.answer)
    return Witness("http://log", state, vkey=vkey, name="w.example/1", transport=transport)


def test_it_cosigns_what_continues_what_it_saw(server: Server, look: Look, tmp_path: Path) -> None:
    for size in (5, 5, 6, 19):
        server.leaves = SEEN_HERE[:size]
        assert look()[0].startswith(f"cosigned {size} events")
    note = read_note(server.cosigned[-1])
    witness = read_key(WitnessState(tmp_path).signer(None).vkey)
    assert verify_cosignature(note, note.signatures[-1], witness) > 1_700_000_000


FORKS: dict[str, Callable[[Server], object]] = {
    "an event rewritten": lambda s: setattr(s, "leaves", [leaf_hash(b"other"), *SEEN_HERE[1:9]]),
    "an event taken out": lambda s: setattr(s, "leaves", [*SEEN_HERE[:2], *SEEN_HERE[3:9]]),
    "another log of the same size": lambda s: setattr(s, "leaves", [*SEEN_HERE[:4], leaf_hash(b"other")]),
    "a shorter log": lambda s: setattr(s, "leaves", SEEN_HERE[:4]),
    "another census of the same events": lambda s: setattr(s, "census", base64.b64encode(b"c" * 32).decode()),
    "a proof of another log": lambda s: s.__dict__.update(
        proven_by=SEEN_HERE[:9], leaves=[leaf_hash(b"other"), *SEEN_HERE[1:9]]
    ),
}


@pytest.mark.parametrize("fork", FORKS)
def test_a_fork_is_refused_and_kept_as_evidence(server: Server, look: Look, tmp_path: Path, fork: str) -> None:
    look()
    before = WitnessState(tmp_path).last
    FORKS[fork](server)
    with pytest.raises(Fork, match="this log forked"):
        look()
    assert len(server.cosigned) == 1, "nothing more was cosigned"
    assert WitnessState(tmp_path).last == before, "it stands by what it saw"
    assert "log.example/1" in (tmp_path / "fork").read_text()


def test_a_checkpoint_by_another_key_is_not_cosigned(server: Server, look: Look) -> None:
    server.keys = [Signer.new("log.example/1")]
    with pytest.raises(Wrong, match="not signed by"):
        look()
    assert not server.cosigned


def test_its_key_is_for_it_alone(look: Look, tmp_path: Path) -> None:
    look()
    assert (tmp_path / "witness.key").stat().st_mode & 0o777 == 0o600


def test_the_first_time_it_must_be_told_whose_log_it_is(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="--vkey"):
        Witness("http://log", tmp_path, vkey=None, name="w")


def test_it_goes_on_under_a_new_key_of_the_log(server: Server, look: Look, tmp_path: Path) -> None:
    """What it saw was signed by the former key alone."""
    look()
    server.keys, server.leaves = [NEW, KEY], SEEN_HERE[:7]
    assert look(NEW.vkey)[0].startswith("cosigned 7 events")
    server.keys, server.leaves = [NEW], SEEN_HERE[:9]
    assert look(None)[0].startswith("cosigned 9 events"), "it remembers the new key"
    assert (tmp_path / "log.vkey").read_text().split() == [NEW.vkey, KEY.vkey]
    server.leaves = [leaf_hash(b"other"), *SEEN_HERE[1:]]
    with pytest.raises(Fork):
        look(None)


def test_signatures_that_are_new_under_the_same_checkpoint_are_remembered(
    server: Server, look: Look, tmp_path: Path
) -> None:
    look()
    server.keys = [NEW, KEY]
    assert look(again=False) == []
    assert len(read_note(WitnessState(tmp_path).last or "").signatures) == 2


def test_a_key_that_signed_nothing_is_not_kept(server: Server, look: Look, tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="not signed by"):
        look(NEW.vkey)
    assert not (tmp_path / "log.vkey").exists()


def test_a_directory_is_of_one_log(look: Look) -> None:
    look()
    with pytest.raises(ValueError, match="another log needs a directory of its own"):
        look(Signer.new("log.example/2").vkey)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_log_that_is_busy_is_asked_again(server: Server, look: Look, status: int) -> None:
    """It saw the checkpoint, and cosigns it later though the log did not grow."""
    server.taken = status
    with pytest.raises(httpx.HTTPStatusError):
        look(again=False)
    server.taken = 200
    assert look(again=False)[0].startswith("cosigned 5 events")
    assert look(again=False) == []


def test_it_follows_a_log_that_was_busy_and_one_that_talked_nonsense(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    turns = iter([lambda: setattr(server, "taken", 200), nonsense(server), honest(server)])
    monkeypatch.setattr("api.witness.time.sleep", lambda seconds: next(turns)())
    server.taken = 503
    with witness_of(server, tmp_path, KEY.vkey) as witness:
        for line in witness.follow(1):
            told.append(line.split(":")[0])
            if len(told) == 4:
                break
    assert told[0] == "the log cannot be reached"
    assert told[1].startswith("cosigned 5")
    assert told[2] == "nothing is cosigned"
    assert told[3].startswith("cosigned 7")


def nonsense(server: Server) -> Callable[[], None]:
    return lambda: server.__dict__.update(leaves=SEEN_HERE[:7], proof=b"[]")


def honest(server: Server) -> Callable[[], None]:
    return lambda: setattr(server, "proof", None)


def test_a_refused_cosignature_is_told_in_the_logs_words(server: Server, look: Look) -> None:
    server.taken = 403
    with pytest.raises(ValueError, match="did not take the cosignature"):
        look()


HASH = base64.b64encode(bytes(32)).decode()
NO_PROOFS = {
    "a list": b"[]",
    "nothing": b"null",
    "a text": b'"x"',
    "deep": b"[" * 60_000,
    "a number": b'{"proof":[1]}',
    "no hash": b'{"proof":["AAAA"]}',
    "an object": b'{"proof":{}}',
    "very many": b'{"proof":[' + b",".join([b'"%s"' % HASH.encode()] * 200) + b"]}",
    "too long": b" " * 70_000,
    "no Unicode": b"\xff",
}


@pytest.mark.parametrize("kind", NO_PROOFS)
def test_what_is_no_proof_is_no_fork(server: Server, look: Look, tmp_path: Path, kind: str) -> None:
    look()
    server.leaves, server.proof = SEEN_HERE[:7], NO_PROOFS[kind]
    with pytest.raises(Wrong) as raised:
        look()
    assert not isinstance(raised.value, Fork)
    assert not (tmp_path / "fork").exists()
    server.proof = None
    assert look()[0].startswith("cosigned 7 events")


ANSWERS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.just(HASH),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.just("proof") | st.text(max_size=5), parts),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANSWERS.map(json.dumps).map(str.encode) | st.binary(max_size=60))
def test_whatever_it_answers_the_log_does_not_upset_the_witness(server: Server, tmp_path: Path, content: bytes) -> None:
    server.proof = content
    with witness_of(server, tmp_path, KEY.vkey) as witness, contextlib.suppress(Wrong):
        assert all(len(part) == 32 for part in witness._proof(5, 7))


def test_an_answer_without_end_is_not_read_to_its_end(server: Server, tmp_path: Path) -> None:
    read: list[int] = []

    def endless() -> Iterator[bytes]:
        for number in range(1_000):
            read.append(number)
            yield b"x" * 10_000

    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=endless()))
    with (
        Witness("http://log", tmp_path, vkey=KEY.vkey, name="w", transport=transport) as witness,
        pytest.raises(Wrong, match="too long"),
    ):
        list(witness.look())
    assert len(read) < 10
