"""Cases by program: reading incidents, their duties and their facts."""
