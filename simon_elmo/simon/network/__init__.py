"""The Keras network of SIMOn."""
