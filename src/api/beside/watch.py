"""A watch: a thread that looks after something for as long as a block lasts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def watching(name: str, watch: Callable[[threading.Event], None]) -> Iterator[None]:
    """Run `watch` in a thread of this name; with the block its event is set, and its end is waited for."""
    stopping = threading.Event()
    watcher = threading.Thread(target=watch, args=(stopping,), name=f"{name}-watch")
    watcher.start()
    try:
        yield
    finally:
        stopping.set()
        watcher.join()
