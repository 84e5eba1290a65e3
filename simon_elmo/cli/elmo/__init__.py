"""`simon-elmo elmo`: vectors of words and sentences from a bidirectional language model."""
