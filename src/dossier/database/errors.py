"""What can go wrong between this program and its database; each message is one line that says what to do."""


class DatabaseUnavailable(Exception):
    """The database cannot be started or reached."""


class MigrationRefused(Exception):
    """The migrations on disk do not continue those the database has had."""
