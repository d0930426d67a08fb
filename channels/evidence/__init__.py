"""The evidence bundle of a loan: how it is set down, sealed, and checked by anybody."""
