"""The client: what an agency's own program posts, follows and imports by. Needs nothing of the server's code."""

from api.client.connection import Client, Later, Problem
from api.client.moving import Moved, move
from api.client.outbox import Delivered, Outbox, Undeliverable

__all__ = ["Client", "Delivered", "Later", "Moved", "Outbox", "Problem", "Undeliverable", "move"]
