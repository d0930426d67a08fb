"""What is owed and what was done: tables, journal, contact log and decision record."""
