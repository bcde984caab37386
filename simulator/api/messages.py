"""Sending to people: customer-service messages, template messages, subscription notifications."""

from typing import Any

from simulator import limits, text
from simulator.api.errcodes import OK
from simulator.api.serving import Desk
from simulator.calls import Call
from simulator.checks.message import choices
from simulator.people import Person


async def custom(call: Call, desk: Desk) -> dict[str, Any]:
    """message/custom/send, after all rules have passed."""
    person, kind = _person(call), call.value("msgtype")
    next(window for window in person.open_windows(call.now) if window.left).left -= 1
    call.platform.use(call.api)
    shown, body = _custom_body(call, kind)
    desk.deliver(person, shown, "customer-service", body)
    return OK


async def template(call: Call, desk: Desk) -> dict[str, Any]:
    """message/template/send; a client_msg_id of the last ten minutes gets its msgid again and sends nothing."""
    person, client_id = _person(call), call.value("client_msg_id")
    sent = call.platform.sent_by_client_id.get((person.openid, client_id)) if client_id else None
    if sent is not None and call.now - sent[0] < limits.CLIENT_ID_SECONDS:
        return {**OK, "msgid": sent[1]}
    msgid = call.platform.next_message_id()
    if client_id:
        _remember(call, person, client_id, msgid)
    call.platform.use(call.api)
    entry = desk.deliver(person, "template", "template", _card(call))
    status = call.platform.faults.status_event(call.api, person.openid) or "success"
    desk.report(person, {"Event": "TEMPLATESENDJOBFINISH", "MsgID": msgid, "Status": status}, entry.id)
    return {**OK, "msgid": msgid}


async def notification(call: Call, desk: Desk) -> dict[str, Any]:
    """message/subscribe/bizsend: one tick is used."""
    person, template_id = _person(call), call.value("template_id")
    person.credits[template_id] -= 1
    call.platform.tell_person(person)
    entry = desk.deliver(person, "template", "subscribe", _card(call))
    status = call.platform.faults.status_event(call.api, person.openid)
    item = {
        "TemplateId": template_id,
        "MsgID": str(call.platform.next_message_id()),
        "ErrorCode": "0" if not status else "1003",
        "ErrorStatus": status or "success",
    }
    desk.report(person, {"Event": "subscribe_msg_sent_event", "SubscribeMsgSentEvent": {"List": (item,)}}, entry.id)
    return OK


async def templates(call: Call, desk: Desk) -> dict[str, Any]:
    """template/get_all_private_template."""
    found = [each for each in call.platform.templates.values() if each.kind == "template"]
    fields = ({"template_id": each.template_id, "title": each.title, "content": each.content} for each in found)
    return {"template_list": [{**each, "primary_industry": "", "deputy_industry": ""} for each in fields]}


def _person(call: Call) -> Person:
    person = call.person
    if person is None:
        raise LookupError(call.openid)
    return person


def _custom_body(call: Call, kind: str) -> tuple[str, dict[str, Any]]:
    part = call.part(kind)
    if kind == "text":
        return "text", text.body_of_text(str(part["content"]))
    if kind == "msgmenu":
        return "text", _menu_body(call, part)
    if kind == "news":
        article = part["articles"][0]
        names = (("title", "title"), ("description", "description"), ("url", "url"), ("picture", "picurl"))
        return "news", {"articles": [{name: str(article.get(key, "")) for name, key in names}]}
    media_id = str(part.get("media_id", ""))
    return kind, {**part, **({"url": f"/sim/media/{media_id}"} if media_id else {})}


def _menu_body(call: Call, part: dict[str, Any]) -> dict[str, Any]:
    head, tail = str(part.get("head_content", "")), str(part.get("tail_content", ""))
    taps = [
        {"label": str(item["content"]), "content": str(item["content"]), "id": str(item["id"])}
        for item in choices(call)
    ]
    segments: list[dict[str, str]] = [{"kind": "text", "label": f"{head}\n"}] if head else []
    for tap in taps:
        segments += [{"kind": "tap", **tap}, {"kind": "text", "label": "\n"}]
    segments += [{"kind": "text", "label": tail}] if tail else []
    shown = "".join(segment["label"] for segment in segments).rstrip("\n")
    return {"content": shown, "shown": shown, "taps": taps, "segments": segments}


def _card(call: Call) -> dict[str, Any]:
    """A template as the person sees it: the title, and a row for every line of the template's content."""
    found, fields = call.template, call.fields
    if found is None:
        raise LookupError(call.value("template_id"))
    rows = []
    for line in found.content.strip().splitlines():
        label, _, rest = line.replace(":", "：", 1).partition("：")
        for key in found.keys:
            rest = rest.replace(f"{{{{{key}.DATA}}}}", fields[key])
        rows.append({"label": label, "value": rest})
    shown = "\n".join((found.title, *(f"{row['label']}：{row['value']}" for row in rows)))
    url = call.value("url") or call.value("page")
    return {"title": found.title, "rows": rows, "shown": shown, "content": shown, "url": url}


def _remember(call: Call, person: Person, client_id: str, msgid: int) -> None:
    kept = call.platform.sent_by_client_id
    kept.pop((person.openid, client_id), None)
    while kept:  # the oldest comes first
        oldest = next(iter(kept))
        if call.now - kept[oldest][0] < limits.CLIENT_ID_SECONDS:
            break
        del kept[oldest]
    kept[(person.openid, client_id)] = (call.now, msgid)
