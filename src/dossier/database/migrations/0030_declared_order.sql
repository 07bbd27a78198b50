-- A vocabulary keeps its words in the order they were declared: the first for a term is the one that comes back.
COMMENT ON COLUMN registry.vocabulary.declaration IS
    'JSON: canonical, but for the words of a field and the forms of a type, which stand in the order declared';
