"""Processes killed without warning: nothing is lost, and nothing is done twice."""
