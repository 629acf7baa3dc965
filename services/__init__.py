"""What a local installation runs beside the application: embedded servers, supervisors, the start."""
