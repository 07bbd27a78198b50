-- deeds: The deeds after a number, in order; of one table, or of all.
SELECT number, about, at, stored FROM registry.deed
WHERE number > %(after)s AND (%(table)s::text IS NULL OR split_part(about, ' ', 1) = %(table)s)
ORDER BY number LIMIT %(limit)s;
