"""BGM Kiosk."""
