"""What people say outside of a form: understood, offered back, kept on their word; or answered and not kept."""
