"""The routes, one module a noun of the contract."""
