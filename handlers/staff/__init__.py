"""What discipline staff may do by chat: one table of commands and rights, one file a command."""
