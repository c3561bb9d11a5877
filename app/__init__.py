"""Observatory of health-care supply inside French cities."""
