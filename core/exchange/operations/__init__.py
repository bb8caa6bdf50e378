"""What a town sends, and what is kept of it."""
