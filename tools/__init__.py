"""Tools around the product: set-up, the local runner, the lock files. They need Python only."""
