"""A vocabulary: what an agency posts in its own words -> the common terms, with the own words kept beside them.

Pure. `as_posted` undoes `translate` exactly: that is why a repeat stays a repeat whatever the vocabulary says by then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from dossier.catalogue.terms import UNMAPPED, Controlled, controlled
from dossier.values import Term
from dossier.vocabulary.declaration import Declaration, checked, fields_named, folded

LOCAL = "local_terms"
_TERM: TypeAdapter[str] = TypeAdapter(Term)
Data = dict[str, Any]
Unmapped = tuple[tuple[str, str, str], ...]
"""Words of an agency that have no common term: the name of the event type, the field, the word."""


class Translated(NamedTuple):
    """Data in common terms. `local` has what stood in each changed field, None where nothing stood; `unmapped` the
    words that have no common term, also of fields of which the vocabulary does not speak."""

    data: Data
    local: dict[str, Any]
    unmapped: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """One version of an agency's vocabulary, ready to translate; `former` knows every word of the versions before."""

    declaration: Declaration
    version: int = 0
    former: Vocabulary | None = None
    _words: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    _forms: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Lay out the words by type and field; what is said of one type wins over what is said of all."""
        terms = self.declaration.terms
        for name in sorted(terms, key=lambda name: "." in name):
            for kind, of, _ in fields_named(name):
                known = self._words.setdefault((kind, of), {})
                known.update({folded(word): term for word, term in terms[name].items()})
        for kind, forms in self.declaration.forms.items():
            self._forms.update({(kind, folded(word)): fields for word, fields in forms.items()})

    def translate(self, kind: str, data: Data) -> Translated:
        """Data of a type (`aid-applied`) as posted -> in common terms. What is common already stays as it is."""
        made = dict(data)
        local: Data = {}
        unmapped: list[tuple[str, str]] = []
        word = data.get("local_term")
        for of, term in self._forms.get((kind, folded(word)) if isinstance(word, str) else ("", ""), {}).items():
            if of not in data:
                made[of], local[of] = term, None
        for of, controls in controlled().get(kind, {}).items():
            if of not in data:
                continue
            known = self._words.get((kind, of))
            common, missing = _common(data[of], known or {}, controls)
            unmapped += [(of, word) for word in missing]
            if known is not None and common != data[of]:
                made[of], local[of] = common, data[of]
        return Translated(made, local, tuple(unmapped))

    def covers(self, kind: str, of: str) -> bool:
        """Whether this vocabulary speaks of a field of a type."""
        return (kind, of) in self._words

    def own_word(self, kind: str, of: str, term: str) -> str | None:
        """What the agency calls a common term: the first word it declared for it."""
        for name in (f"{kind}.{of}", of):
            for word, common in self.declaration.terms.get(name, {}).items():
                if common == term:
                    return word
        return None


def _common(value: Any, known: dict[str, str], controls: Controlled) -> tuple[Any, list[str]]:
    """A field's value in common terms, and its words that have none. What is no word is left to the schema."""
    if controls.many and isinstance(value, list):
        parts = [_common(one, known, controls._replace(many=False)) for one in value]
        terms = [term for term, _ in parts]
        once = list(dict.fromkeys(terms)) if all(isinstance(term, str) for term in terms) else terms
        return once if once != value else value, list(dict.fromkeys(word for _, missing in parts for word in missing))
    if (isinstance(value, str) and value in controls.terms) or not is_word(value):
        return value, []
    term = known.get(folded(value))
    if term is not None:
        return term, []
    return (value if controls.closed else UNMAPPED), [value]


def unmapped_words(kind: str, data: Data, vocabulary: Vocabulary | None) -> Unmapped:
    """The words of data of a type, as posted, that have no common term; without a vocabulary all that are none."""
    fields = controlled().get(kind)
    if not fields:
        return ()
    if vocabulary is not None:
        return tuple((kind, of, word) for of, word in vocabulary.translate(kind, data).unmapped)
    found: list[tuple[str, str, str]] = []
    for of, controls in fields.items():
        value = data.get(of)
        for word in value if controls.many and isinstance(value, list) else (value,):
            if isinstance(word, str) and word not in controls.terms and is_word(word):
                found.append((kind, of, word))
    return tuple(dict.fromkeys(found)) if found else ()


def is_word(value: Any) -> bool:
    """Whether it has the form of a word: free text could carry a person past the vault, beside `unmapped` too."""
    try:
        _TERM.validate_python(value)
    except ValidationError:
        return False
    return True


def as_posted(data: Data) -> Data:
    """Data in common terms with its `local_terms` -> the words as they were posted."""
    local = data.get(LOCAL)
    if not local:
        return data
    posted = {name: value for name, value in data.items() if name != LOCAL and local.get(name, value) is not None}
    return posted | {name: value for name, value in local.items() if value is not None}


def words_as_posted(data: Data) -> Data:
    """The same, also within the data of a correction."""
    posted = as_posted(data)
    return {**posted, "data": as_posted(posted["data"])} if isinstance(posted.get("data"), dict) else posted


def declared(given: Any, version: int = 0, former: Iterable[Declaration] = ()) -> Vocabulary:
    """A vocabulary of plain values, checked. Raises Refused. `former` are the versions before, the oldest first."""
    return succeeding(checked(given), version, former)


def succeeding(declaration: Declaration, version: int, former: Iterable[Declaration]) -> Vocabulary:
    """A vocabulary of a declaration and those before it, the oldest first."""
    return Vocabulary(declaration, version, _merged(list(former)))


def _merged(declarations: list[Declaration]) -> Vocabulary | None:
    """Every word that earlier versions knew, as the latest of them meant it."""
    if not declarations:
        return None
    merged: dict[str, Any] = {"agency": declarations[-1].agency, "terms": {}, "forms": {}}
    for declaration in declarations:
        for part in ("terms", "forms"):
            for name, words in getattr(declaration, part).items():
                merged[part].setdefault(name, {}).update(words)
    return Vocabulary(Declaration.model_construct(**merged))
