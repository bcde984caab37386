"""A WeChat platform on localhost: its API, its callbacks, and a page where one chats as any person."""
