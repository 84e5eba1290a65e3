"""Reading tables as strings, sampling and encoding their cells, statistics of whole columns."""
