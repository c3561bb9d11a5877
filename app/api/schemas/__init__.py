"""Shapes of the answers as OpenAPI describes them."""
