"""Who practises where: nomenclature, practitioners, sites, practices, placement."""
