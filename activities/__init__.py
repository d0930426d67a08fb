"""Effects on the world, one class an outside party; each claims, acts, confirms."""
