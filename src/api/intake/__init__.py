"""What a request goes through before the log has it: rates, registration, and the outcome brought back."""
