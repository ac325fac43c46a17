"""The experiments: a file for each, or for a family. What is here is found; nothing else has to be told."""
