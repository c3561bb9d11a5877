"""Every territorial level, and the people who live there."""
