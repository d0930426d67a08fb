"""Short messages: one sender and one inbox a provider, and the words that ask us to stop."""
