"""The platform's numbers, each with the tag and section of WECHAT.md that it comes from."""

# Section Callback
DEADLINE = 5.0
"""[O/C] seconds a callback may take."""
REQUESTS = 3
"""[O/C] requests in all for one message: the first and two repeats."""
TEXT_BYTES = 2048
"""[C] UTF-8 bytes of a text, passive or customer-service."""
NEWS_ARTICLES = 1
"""[O] articles in a news message."""
REPLY_TYPES = ("text", "image", "voice", "video", "music", "news")

# Section Sending
WROTE_SECONDS, WROTE_MESSAGES = 48 * 3600.0, 5
"""[O] after a person wrote."""
TOUCHED_SECONDS, TOUCHED_MESSAGES = 60.0, 3
"""[O] after a person tapped the menu, followed or scanned."""
CUSTOM_A_DAY = 500_000
TEMPLATES_A_DAY = 100_000
TEMPLATES = 25
"""[O] templates of an account."""
CLIENT_ID_SECONDS = 600.0
"""[O] how long client_msg_id keeps a template from being sent twice."""
TOKEN_SECONDS = 7200
"""[O] life of an access token."""
TOKEN_OVERLAP = 300.0
"""[O] seconds for which the old token is valid beside the new one."""
TOKEN_CHARACTERS = 512
"""[O] characters of an access token; the simulator makes them that long on purpose."""
TOKEN_FETCHES_A_MINUTE = 20
"""[T] more than this is a client that recurses on 40001 (WECHAT.md, section wechatpy)."""
CODE_SECONDS = 300.0
"""[O] life of an OAuth code."""
QR_SECONDS = 30 * 86400
"""[O] longest life of a temporary QR code."""
QR_PERMANENT = 100_000
"""[O] permanent QR codes of an account."""
SCENE_CHARACTERS = 64
MENU_BUTTONS, MENU_SUB_BUTTONS = 3, 5
MENU_NAME_BYTES, MENU_SUB_NAME_BYTES, MENU_KEY_BYTES = 16, 60, 128
MEDIA_SECONDS = 3 * 86400.0
"""[O] life of temporary media."""
IMAGE_BYTES = 2 * 1024 * 1024
"""[O] "to be safe"."""
SENT_AT_ONCE = 9
"""[O] pictures that a person can choose and send together."""

FAULT_NOTICE = "该公众号提供的服务出现故障，请稍后再试"
"""[O] what the person sees when the account's answer is missing or not valid."""
