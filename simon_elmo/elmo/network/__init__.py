"""The Keras network of ELMo."""
