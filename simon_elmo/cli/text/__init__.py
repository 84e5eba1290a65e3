"""`simon-elmo text`: what is a text about, fake or true, good or bad."""
