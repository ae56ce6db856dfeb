"""What test files share, one idea in each file."""
