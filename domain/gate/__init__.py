"""The gate before every contact: rules as data in, one answer out."""
