"""What people write in Chinese chats, read as values: numbers and dates; a ValueError is the sentence to show."""

from nlp.dates import day
from nlp.numerals import NOT_WHOLE, decimal, integer

__all__ = ["NOT_WHOLE", "day", "decimal", "integer"]
