"""What must be fast, measured against a yardstick in the same run: `make bench`, or one by name."""
