"""The same stages under a virtual clock: rehearsals, portfolios and the case's future."""
