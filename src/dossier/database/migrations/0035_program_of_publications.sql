-- What program published: another version may count otherwise, which an audit then says of the version and not of the log.
-- Null is told of what was published before. See docs/decisions/0116.
LOCK TABLE statistics.publication IN ACCESS EXCLUSIVE MODE;
ALTER TABLE statistics.publication ADD COLUMN program text;
COMMENT ON COLUMN statistics.publication.program IS 'SHA-256 of the program that counted and published it';
SELECT registry.tell_as_found('statistics.publication', '{indicator,number}', '{contributions,cells}');
