"""Charts drawn by the server as SVG: titled, told in words, without style or script, legible in grey."""
