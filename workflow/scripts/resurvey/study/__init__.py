"""Study: the folder of YAML that describes one survey, read, checked, begun and hashed."""
