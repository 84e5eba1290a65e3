"""Growing, freezing, scheduling and rehearsing: transfer learning for every model of the library."""
