"""A stand-in for the providers of short messages, app push, dialled calls and social messages."""
