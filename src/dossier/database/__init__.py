"""The PostgreSQL behind the log: found or started, connected to, migrated."""
