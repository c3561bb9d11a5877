"""What a person sees in a browser: HTML pages and the files they load."""
