"""Predicted labels in the words of other packages; none of them is needed to write what they read."""

from simon_elmo.interchange.autogluon import to_autogluon
from simon_elmo.interchange.d3m import to_d3m
from simon_elmo.interchange.frictionless import to_frictionless
from simon_elmo.interchange.woodwork import to_woodwork

__all__ = ["to_autogluon", "to_d3m", "to_frictionless", "to_woodwork"]
