"""Refusals: every way a request can be turned down, by a stable name. HTTP maps them once, the docs list them all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Refusal:
    """A named refusal. `errors` points at fields (RFC 6901); `more` holds members a program may act on.

    `unmapped` are the words it is for (type, field, word): its agency alone is told of them, in its own queue.
    """

    slug: str
    detail: str
    errors: tuple[tuple[str, str], ...] = ()
    more: dict[str, Any] = field(default_factory=dict)
    unmapped: tuple[tuple[str, str, str], ...] = ()

    @property
    def status(self) -> int:
        """The HTTP status of this kind of refusal."""
        return KINDS[self.slug][0]

    @property
    def title(self) -> str:
        """What went wrong, in a few words; the same for every refusal of the kind."""
        return KINDS[self.slug][1]


class Refused(Exception):
    """Carries a refusal out of a calculation that cannot go on."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.slug)
        self.refusal = refusal


def refused(slug: str, detail: str, *errors: tuple[str, str], **more: Any) -> Refused:
    """A refusal ready to raise."""
    return Refused(Refusal(slug, detail, errors, more))


KINDS: dict[str, tuple[int, str]] = {
    # the request
    "malformed": (400, "The request cannot be read"),
    "unauthenticated": (401, "A token is needed"),
    "forbidden": (403, "This token may not do this"),
    "not-published": (403, "This is not published"),
    "not-found": (404, "There is nothing here"),
    "method-not-allowed": (405, "This address does not take this method"),
    "not-acceptable": (406, "The asked representation does not exist"),
    "too-slow": (408, "The request takes too long to arrive"),
    "headers-too-large": (431, "The headers are too large"),
    "too-large": (413, "The request is too large"),
    "webhook-disabled": (409, "The webhook is disabled"),
    "too-many-webhooks": (409, "The organisation has as many webhooks as it may"),
    "webhook-target-refused": (422, "Nothing is delivered to this address"),
    "unsupported-media-type": (415, "The media type is not taken here"),
    "unsupported-encoding": (415, "The body is packed in a way that is not taken here"),
    "too-many-requests": (429, "The agency sends more than its share"),
    "version-mismatch": (412, "The dossier has moved on"),
    "invalid": (422, "The data is not valid"),
    "overloaded": (503, "Too much is waiting to be written"),
    "too-many-followers": (503, "Too many follow the stream already"),
    "being-published": (503, "The figure is being published"),
    "not-projected-yet": (503, "What is shown has not come so far yet"),
    "unavailable": (503, "The log cannot be reached now"),
    "reading-not-recorded": (503, "The reading cannot be recorded now"),
    "internal": (500, "A fault of ours"),
    # the proofs
    "not-what-was-signed": (503, "The log is not what was signed before"),
    "cosignature-invalid": (422, "The cosignature is not of a checkpoint of this log"),
    "witness-unknown": (403, "No known witness cosigned"),
    # the event
    "unknown-type": (422, "The event type is not in the catalogue"),
    "source-not-yours": (403, "The source is not under the agency's registered prefix"),
    "agency-succeeded": (403, "Another agency speaks for this one by then"),
    "already-recorded-differently": (422, "This source and id are recorded with other content"),
    "dossier-unknown": (404, "No dossier is known by this subject"),
    "subject-ambiguous": (409, "Several dossiers hold this enterprise number"),
    "time-in-the-future": (422, "The time lies more than a day ahead"),
    "batch-refused": (422, "The atomic batch was refused whole"),
    # the rules
    "ruleset-exists": (422, "The ruleset is already published with other rules"),
    "ruleset-active": (409, "The ruleset is the one being served"),
    "rehearsal-needed": (409, "The rehearsal does not answer for this activation"),
    "difference-moved": (409, "The log has moved the difference"),
    "rebuild-running": (409, "Another generation is being built"),
    # what the state of the dossier cannot take
    "dossier-already-open": (422, "The dossier is already open"),
    "application-exists": (422, "The application is already known"),
    "application-unknown": (422, "The application is not known"),
    "application-decided": (422, "The application is already decided"),
    "application-not-granted": (422, "The application was not granted"),
    "enterprise-not-linked": (422, "The enterprise is not linked to the dossier"),
    "objective-exists": (422, "The objective is already set"),
    "objective-unknown": (422, "The objective is not set"),
    "referral-exists": (422, "The referral is already made"),
    "referral-unknown": (422, "The referral is not known"),
    "referral-not-addressed-to-you": (422, "The referral is addressed to another agency"),
    "referral-already-answered": (422, "The referral is already answered"),
    "referral-already-completed": (422, "The referral is already completed"),
    "premises-not-entered": (422, "The premises were not entered"),
    "mandate-unknown": (422, "The mandate is not in force"),
    "mandate-required": (403, "A mandate on this dossier is needed"),
    "consent-unknown": (422, "The consent is not in force"),
    "same-dossier": (422, "A dossier cannot be compared with itself"),
    "dossiers-declared-distinct": (422, "A human declared these dossiers distinct"),
    "dossiers-not-linked": (422, "The dossiers are not linked"),
    "event-unknown": (422, "The dossier has no such event"),
    "not-correctable": (422, "This event cannot be corrected or retracted"),
}
