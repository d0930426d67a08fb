"""What is promised, checked."""
