"""Words: what is shown to people in French, Dutch and English. Knows no HTTP."""
