"""The Keras networks over ELMo vectors; importing them needs the extra `train`."""

from __future__ import annotations

from simon_elmo.errors import require_extra

require_extra("keras", "train", "classify texts with ELMo")
