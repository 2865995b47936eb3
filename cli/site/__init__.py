"""The published site: pages from templates, and the data files that their one script looks up."""
