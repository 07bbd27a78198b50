"""The ways in and out: HTTP for programs, pages for people, the command line. Knows nothing the domain should know."""
