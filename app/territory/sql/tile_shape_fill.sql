-- Contours of a file as tiles draw them, in the map's projection: the two finest bands that are kept already, and
-- those made for tiles. Squares are left out: there are millions, and no tile shows them.
INSERT INTO territory.tile_shape (territory_id, level, band, code, name, geom)
SELECT t.id, t.level, s.band, t.code, t.name, s.geom
FROM (
  SELECT territory_id, band, ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_Transform(geom, 3857)), 3)) AS geom
  FROM (
    SELECT territory_id, band, geom FROM territory.shape WHERE band <= 1
    UNION ALL
    SELECT territory_id, band, ST_GeomFromWKB(decode(wkb, 'hex'), 4326) FROM simplified WHERE for_tiles
  ) band
) s
JOIN territory.territory t ON t.id = s.territory_id
WHERE t.source_file_id = :source_file_id AND t.level <> 'carreau' AND NOT ST_IsEmpty(s.geom)
