"""The project on disk: its configuration, which files there are and what each is for."""
