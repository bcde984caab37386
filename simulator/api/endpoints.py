"""Every path of the platform's API and what serves it, as one table."""

from simulator.api import account, messages
from simulator.api.serving import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", "/cgi-bin/token", account.token, needs_token=False),
    Endpoint("POST", "/cgi-bin/stable_token", account.stable_token, needs_token=False),
    Endpoint("GET", "/cgi-bin/getcallbackip", account.addresses),
    Endpoint("GET", "/cgi-bin/get_api_domain_ip", account.addresses),
    Endpoint("POST", "/cgi-bin/message/custom/send", messages.custom),
    Endpoint("POST", "/cgi-bin/message/template/send", messages.template),
    Endpoint("POST", "/cgi-bin/message/subscribe/bizsend", messages.notification),
    Endpoint("GET", "/cgi-bin/template/get_all_private_template", messages.templates),
    Endpoint("POST", "/cgi-bin/menu/create", account.menu_create),
    Endpoint("GET", "/cgi-bin/menu/get", account.menu_get),
    Endpoint("GET", "/cgi-bin/menu/delete", account.menu_delete),
    Endpoint("POST", "/cgi-bin/media/upload", account.media_upload),
    Endpoint("GET", "/cgi-bin/media/get", account.media_get),
    Endpoint("POST", "/cgi-bin/qrcode/create", account.qrcode_create),
    Endpoint("GET", "/cgi-bin/showqrcode", account.qrcode_show, needs_token=False),
    Endpoint("GET", "/cgi-bin/user/info", account.user_info),
    Endpoint("GET", "/cgi-bin/user/get", account.user_get),
    Endpoint("GET", "/sns/oauth2/access_token", account.oauth_token, needs_token=False),
)
