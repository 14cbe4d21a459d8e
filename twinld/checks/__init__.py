"""Rules that look at a project and report findings at file, line and column."""
