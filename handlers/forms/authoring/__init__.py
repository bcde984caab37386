"""Workbooks as people write them: reading, Chinese words, checks, attachments, and editable copies."""
