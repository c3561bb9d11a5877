"""The page that describes the API: drawn from OpenAPI by the server, in French, without any script."""
