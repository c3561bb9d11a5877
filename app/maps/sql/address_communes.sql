-- Communes whose addresses may be searched: those of the published release.
SELECT code, name FROM published.territory WHERE level = 'commune'
