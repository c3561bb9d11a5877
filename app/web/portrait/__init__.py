"""The portrait page of a territory: what the API tells of it, in sentences, charts and tables on paper."""
