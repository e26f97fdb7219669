"""Interviews: coded by others' programs, read, counted by case, and shown beside the tables."""
