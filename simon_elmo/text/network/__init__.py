"""The Keras networks over ELMo vectors."""
