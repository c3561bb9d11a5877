"""What each source is, the reference nomenclatures and the demo city."""
