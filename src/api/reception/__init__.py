"""Reception: what a request goes through before the log has it. Rates, registration, and the outcome brought back."""
