"""What users hold: configuration, labels and vocabulary plus whichever engine is needed."""
