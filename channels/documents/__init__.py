"""Legal papers as PDF: each kind has its words by language, and one form sets them all."""
