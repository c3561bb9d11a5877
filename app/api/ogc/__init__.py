"""OGC API Features and Tiles, so that QGIS and ogr2ogr read what is published."""
