"""Tables: the room where respondents become counts, tests and tidy cells."""
