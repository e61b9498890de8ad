"""Other people's readers and validators, and ours, asked about the same files."""
