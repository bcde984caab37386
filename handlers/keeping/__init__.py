"""What officers say to keep people, and what people say about themselves: appointments, transfers, leaves, bindings."""
