"""The project file: environments, their targets, and where credentials come from."""
