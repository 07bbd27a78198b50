"""Authorities: which agency posts a row, registered under the file's word for it when nobody knows it."""

from __future__ import annotations

import re
import unicodedata

from api.imports.mapping import AgencyPerValue, Mapping
from api.imports.problems import FileRefused, Problem
from dossier.agencies import Agency, PrefixTaken
from dossier.log import Log
from dossier.vocabulary.declaration import folded

LONGEST = 64


class Authorities:
    """The agencies of one import. A dry run registers none, and works with what it would have registered.

    A `poster` is the only agency that lines may be of, and nobody is registered.
    """

    def __init__(self, log: Log, mapping: Mapping, *, dry_run: bool, poster: Agency | None = None) -> None:
        self._log = log
        self._poster = poster
        self._declared = mapping.agency
        self._path = f"imports/{mapping.name}"
        self._dry_run = dry_run
        self._found: dict[str, Agency] = {}
        self.registered: list[str] = []
        log.refresh()

    def agency(self, authority: str) -> Agency | Problem:
        """The agency a row's authority is. One that is known keeps its names and its sources.

        Raises FileRefused when its sources are another's.
        """
        if self._poster is not None:
            return self._as_poster(authority, self._poster)
        found = self._found.get(authority)
        if found is None:
            new = self._declare(authority)
            known = next((a for a in self._found.values() if a.id == new.id), None)
            found = self._found[authority] = self._log.agencies.get(new.id) or known or self._register(new)
        return found

    def source(self, agency: Agency) -> str:
        """The source of what this import posts for an agency: under its prefix, and the mapping's own."""
        return f"{agency.source_prefix.rstrip('/')}/{self._path}"

    def _as_poster(self, authority: str, poster: Agency) -> Agency | Problem:
        named = poster.id if self._declared is None else self._declare(authority).id
        return poster if named == poster.id else Problem("agency-not-yours", about=(("agency", named),))

    def _declare(self, authority: str) -> Agency:
        declared = self._declared
        if declared is None:
            raise FileRefused("agency-absent")
        if not isinstance(declared, AgencyPerValue):
            names = declared.names
            return Agency(declared.id, names.fr, names.nl, names.en, declared.source_prefix)
        ids = {folded(name): agency_id for name, agency_id in declared.ids.items()}
        agency_id = ids.get(folded(authority)) or slug(authority)
        return Agency(agency_id, authority, authority, authority, declared.source_prefix.replace("{id}", agency_id))

    def _register(self, agency: Agency) -> Agency:
        if not self._dry_run:
            try:
                self._log.register(agency)
            except PrefixTaken:
                return self._registered_meanwhile(agency)
        self.registered.append(agency.id)
        return agency

    def _registered_meanwhile(self, agency: Agency) -> Agency:
        self._log.refresh()
        if agency.id not in self._log.agencies:
            raise FileRefused("agency-taken", agency=agency.id, prefix=agency.source_prefix) from None
        return self._log.agencies[agency.id]


def slug(name: str) -> str:
    """`Société d’Études` -> `societe-d-etudes`: an agency id made of a name."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-")
