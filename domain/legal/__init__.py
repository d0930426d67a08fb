"""The law's remedies: what must be on file, the court's steps and clocks, and our own deadlines."""
