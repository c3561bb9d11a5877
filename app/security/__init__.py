"""Who may ask what, how often, and what is noted of it: roles, keys, sessions, sign-in, limits, audit."""
