"""What must be fast, measured; the baseline is in README.md beside."""
