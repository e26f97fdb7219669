"""Documents: the report as Word, Excel, PDF, LaTeX fragments and CSV, from one arrangement."""
