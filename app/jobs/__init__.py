"""Refreshes: what the scheduled job runs."""
