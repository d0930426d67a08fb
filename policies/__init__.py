"""Policies as data: strategies and contact rules, and the loaders that check them."""
