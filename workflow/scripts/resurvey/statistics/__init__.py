"""Statistics of tables of counts: they see counts, scores and covariances, never respondents."""
