"""The life of a case: its stages over a desk, and the workflow that carries them."""
