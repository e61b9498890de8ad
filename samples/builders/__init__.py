"""Builders of the sample files, and the lists of files made with them. Run ../generate.py, not these."""
