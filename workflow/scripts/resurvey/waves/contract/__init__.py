"""Contract: what a new wave's questionnaire changed, and how its codes become the study's."""
