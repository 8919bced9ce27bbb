"""The school itself: setting up the first one, its details, and who covers when."""
