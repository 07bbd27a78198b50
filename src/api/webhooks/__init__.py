"""Webhooks: the log delivered to agencies' own endpoints, signed as Standard Webhooks has it."""
