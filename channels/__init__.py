"""Adapters to the outside: how a notice leaves the house."""
