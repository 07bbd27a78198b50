"""The enterprise register: what the Crossroads Bank for Enterprises publishes, brought into the dossiers it is of."""
