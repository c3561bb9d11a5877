"""One place that writes lists: every form that an answer may take."""
