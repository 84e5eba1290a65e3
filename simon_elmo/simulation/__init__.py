"""Simulated columns with labels: providers, headers, corruption, the generator."""
