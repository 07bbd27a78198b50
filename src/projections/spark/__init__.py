"""The same histories, functions and SQL on a Spark cluster, for a log that has outgrown one machine."""
