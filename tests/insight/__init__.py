"""The insight room."""
