"""What the original SIMOn library wrote, read by this one."""

from simon_elmo.legacy.checkpoint import convert_checkpoint

__all__ = ["convert_checkpoint"]
