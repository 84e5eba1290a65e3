"""Makers of cells, by name of provider: one `(rng, n, locale) -> n cells` for each key of `types.json`.

`registry.py` finds a provider by its name: one of the tables `*_PROVIDERS` of the modules here, or one of Faker's
(`pools.py`). Numbers, dates and other typed cells are in `formats.py` and what it imports, places in `geography.py`,
`addresses.py` and `streets.py`, people in `people.py`, business in `business.py`, the web in `web.py`, codes in
`codes.py`, and text that is nothing more special in `text_*.py`. `templates.py` and `vocabulary.py` are what they are
made with. A new maker is a function in one of these tables and a line of `types.json`.
"""
