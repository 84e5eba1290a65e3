"""The Keras network of ELMo; importing it needs the extra `train`."""

from __future__ import annotations

from simon_elmo.errors import require_extra

require_extra("keras", "train", "run and train ELMo")
