-- What enters later is numbered after what the lines of the file numbered.
SELECT setval(pg_get_serial_sequence('supply.practitioner', 'id'), :last),
       setval(pg_get_serial_sequence('supply.practice', 'id'), :last),
       setval(pg_get_serial_sequence('supply.exercise', 'id'), :last_exercise),
       setval(pg_get_serial_sequence('supply.site', 'id'), :last_site)
