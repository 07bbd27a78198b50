"""From facts to figures: indicators, counted by DuckDB, with the certificate by which anyone can count again."""
