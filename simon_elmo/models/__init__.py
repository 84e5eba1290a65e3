"""Keras networks, and nothing else."""
