"""Facts for the statistics: typed rows without a person, from which every indicator is counted. A module a subject."""
