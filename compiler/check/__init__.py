"""What is checked apart from translating: trees between passes, awaits, and what a workflow must not touch."""
