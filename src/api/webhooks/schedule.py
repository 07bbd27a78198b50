"""The schedule of retries: when a delivery that failed is tried again. Published at `/v1/limits`."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

MINUTE, HOUR = 60, 3_600
BACK_OFF = (5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
"""Seconds between attempts, as the Standard Webhooks specification proposes; after the last one it is given up."""
SPREAD = 0.1
"""Up to a tenth is added, so that what failed together does not come back together."""
LONGEST_WAIT = 24 * HOUR


def next_attempt(failures: int, now: datetime, retry_after: float | None = None) -> datetime | None:
    """When to try again after so many failures, not before what the receiver asked for; None to give up."""
    if failures > len(BACK_OFF):
        return None
    wait = BACK_OFF[failures - 1] * (1 + random.uniform(0, SPREAD))  # noqa: S311 - no secret
    return now + timedelta(seconds=max(wait, min(retry_after or 0, LONGEST_WAIT)))


def asked_to_wait(header: str | None, now: datetime) -> float | None:
    """The seconds of a `Retry-After`, which may be a date; None when there is none that can be read."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:9]), LONGEST_WAIT))
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (ValueError, TypeError):
        return None
