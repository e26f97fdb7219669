"""Pages: the kit of every page: wording, numerals, labels and the sealed application."""
