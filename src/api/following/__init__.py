"""Following the log: what a follower may ask for and see, and one tail of the log that all followers share."""
