"""Stands before pandas on the path of a bench, as if it were not installed: in production it is not."""

raise ImportError("pandas")
