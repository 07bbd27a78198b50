"""Vocabularies: the words of each agency, and the common terms they stand for."""

from dossier.vocabulary.declaration import VocabularyRefused, read_yaml
from dossier.vocabulary.vocabulary import Translated, Vocabulary, as_posted, declared, words_as_posted

__all__ = ["Translated", "Vocabulary", "VocabularyRefused", "as_posted", "declared", "read_yaml", "words_as_posted"]
