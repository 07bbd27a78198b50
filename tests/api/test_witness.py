"""The witness: it cosigns what continues the last checkpoint it saw, and a fork never."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

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
CENSUS = base64.b64encode(bytes(32)).decode()


class Server:
    """A log's server, honest or not: it says what its leaves and its census make it say."""

    def __init__(self) -> None:
        self.leaves = SEEN_HERE[:5]
        self.proven_by: list[bytes] | None = None
        self.key, self.census = KEY, CENSUS
        self.cosigned: list[str] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/log/checkpoint":
            root = base64.b64encode(root_of(self.leaves)).decode()
            text = f"log.example/1\n{len(self.leaves)}\n{root}\ncensus {self.census}\n"
            return httpx.Response(200, text=signed(text, [self.key]))
        if request.url.path == "/v1/log/proof/consistency":
            old, size = int(request.url.params["from"]), int(request.url.params["to"])
            proof = resolve(shape.consistency(old, size), tiles(self.proven_by or self.leaves))
            return httpx.Response(200, json={"proof": [base64.b64encode(part).decode() for part in proof]})
        self.cosigned.append(request.content.decode())
        return httpx.Response(200, json={})


def tiles(leaves: list[bytes]) -> dict[Tile, bytes]:
    grown = Growth().extend(leaves)
    return {Tile(level, n): h for level, row in grown.items() for n, h in pieces(0, row).items()}


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def look(server: Server, tmp_path: Path) -> Callable[[], list[str]]:
    """A function: run the witness once, as if started anew; what it said."""

    def run() -> list[str]:
        transport = httpx.MockTransport(server.answer)
        with Witness("http://log", tmp_path, vkey=KEY.vkey, name="w.example/1", transport=transport) as witness:
            return list(witness.look())

    return run


def test_it_cosigns_what_continues_what_it_saw(server: Server, look: Callable[[], list[str]], tmp_path: Path) -> None:
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
def test_a_fork_is_refused_and_kept_as_evidence(
    server: Server, look: Callable[[], list[str]], tmp_path: Path, fork: str
) -> None:
    look()
    before = WitnessState(tmp_path).last
    FORKS[fork](server)
    with pytest.raises(Fork, match="this log forked"):
        look()
    assert len(server.cosigned) == 1, "nothing more was cosigned"
    assert WitnessState(tmp_path).last == before, "it stands by what it saw"
    assert "log.example/1" in (tmp_path / "fork").read_text()


def test_a_checkpoint_by_another_key_is_not_cosigned(server: Server, look: Callable[[], list[str]]) -> None:
    server.key = Signer.new("log.example/1")
    with pytest.raises(Wrong, match="not signed by"):
        look()
    assert not server.cosigned


def test_its_key_is_for_it_alone(look: Callable[[], list[str]], tmp_path: Path) -> None:
    look()
    assert (tmp_path / "witness.key").stat().st_mode & 0o777 == 0o600


def test_the_first_time_it_must_be_told_whose_log_it_is(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="--vkey"):
        Witness("http://log", tmp_path, vkey=None, name="w")
