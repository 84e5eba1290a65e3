"""Makers of cells, by name of provider."""
