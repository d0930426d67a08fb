"""The doors of the house: loan events and loan tapes come in, and cases are spoken to."""
