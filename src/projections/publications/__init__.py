"""What the public is shown of the indicators: made behind the answers, kept, compared, audited."""
