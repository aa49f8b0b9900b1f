"""Files at rest are sealed: encrypted and authenticated, each under a key that its head names."""
