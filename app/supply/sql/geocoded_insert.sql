-- One answer of the online geocoder; without coordinates it says that nothing was found.
INSERT INTO supply.geocoded (key, geom, location_class, score, commune_code)
VALUES (:key,
        ST_SetSRID(ST_MakePoint(CAST(:longitude AS float), CAST(:latitude AS float)), 4326),
        :location_class, CAST(:score AS real), :commune_code)
ON CONFLICT (key) DO NOTHING
