// One line of a chat: bubbles, cards, notes. What it shows comes from the simulator, always as text.

import { accountAvatar, avatar, el, icon, webLink } from "./dom.js";

const EVENTS = {
  subscribe: (entry) => (entry.scene ? `扫描二维码“${entry.scene}”，关注了公众号` : "关注了公众号"),
  unsubscribe: () => "取消关注了公众号",
  SCAN: (entry) => `扫描了二维码“${entry.scene}”`,
  CLICK: (entry) => `点了菜单“${entry.key}”`,
  VIEW: (entry) => `打开了菜单里的网页 ${entry.url}`,
  subscribe_msg_popup_event: (entry) => `${entry.accepts ? "同意接收" : "拒绝了"}一次订阅通知`,
};
const PUSHED = { "customer-service": "客服消息", template: "模板消息", subscribe: "订阅通知" };

/** What `line` is given: the person, whether to set a line apart as new, and what its buttons do. */
export function line(entry, { person, fresh, onTap, onLink, onWire }) {
  const wire = el("button", { class: "wire", type: "button", onclick: () => onWire(entry) }, "报文");
  Object.assign(wire.dataset, { testid: "wire", cause: entry.cause });
  if (entry.kind === "event") return el("p", { class: "note", dataset: { testid: "note" } }, note(entry), wire);
  if (entry.kind === "fault") {
    return el("p", { class: "note fault", dataset: { testid: "notice" } }, entry.content, wire);
  }
  const mine = entry.direction === "out";
  const bubble = bubbleOf(entry, onTap, onLink);
  bubble.dataset.testid = "bubble";
  Object.assign(bubble.dataset, { direction: entry.direction, kind: entry.kind, id: entry.id });
  if (PUSHED[entry.via]) bubble.title = PUSHED[entry.via];
  const face = mine ? avatar(person) : accountAvatar();
  return el("div", { class: `row ${entry.direction}${fresh ? " new" : ""}` }, face, bubble, wire);
}

function note(entry) {
  return (EVENTS[entry.event] || (() => `事件 ${entry.event}`))(entry);
}

function bubbleOf(entry, onTap, onLink) {
  switch (entry.kind) {
    case "text":
      return textBubble(entry, onTap, onLink);
    case "image":
      return el("div", { class: "bubble picture" }, el("img", { src: entry.url, alt: "图片", loading: "lazy" }));
    case "voice":
      return el("div", { class: "bubble plain voice" }, icon("waves"), "2″");
    case "video":
    case "shortvideo":
      return el("div", { class: "bubble plain" }, "▶ 视频");
    case "location":
      return card(entry.label || "位置", `${entry.latitude}, ${entry.longitude}`, el("div", { class: "map" }, icon("place")));
    case "news":
      return newsCard(entry.articles[0] || {}, onLink);
    case "link":
      return linked(card(entry.title, entry.description), entry.url, onLink);
    case "template":
      return templateCard(entry, onLink);
    default:
      return el("div", { class: "bubble plain" }, `[${entry.kind}]`);
  }
}

function textBubble(entry, onTap, onLink) {
  const bubble = el("div", { class: "bubble plain" });
  const segments = entry.segments || [{ kind: "text", label: entry.content }];
  for (const segment of segments) {
    if (segment.kind === "tap") {
      const attributes = { class: "tap", type: "button", dataset: { testid: "tap", content: segment.content } };
      bubble.append(el("button", { ...attributes, onclick: () => onTap(segment) }, segment.label));
    } else if (segment.kind === "link") {
      bubble.append(anchor(segment.url, onLink, segment.label));
    } else {
      bubble.append(segment.label);
    }
  }
  return bubble;
}

function anchor(url, onLink, ...children) {
  const target = webLink(url);
  if (!target) return el("span", {}, ...children);
  return el("a", { href: target, target: "_blank", rel: "noopener noreferrer", onclick: onLink }, ...children);
}

function card(title, small, ...before) {
  const words = [el("div", { class: "card-title" }, title), el("div", { class: "card-small" }, small || "")];
  return el("div", { class: "bubble card" }, ...before, ...words);
}

function linked(node, url, onLink) {
  const target = webLink(url);
  if (target) node.append(el("div", { class: "card-foot" }, anchor(target, onLink, "打开链接"), el("span", {}, "›")));
  return node;
}

function newsCard(article, onLink) {
  const picture = webLink(article.picture);
  const before = picture ? [el("img", { src: picture, alt: "" })] : [];
  return linked(card(article.title || "", article.description, ...before), article.url, onLink);
}

function templateCard(entry, onLink) {
  const rows = el("dl", { class: "rows" });
  for (const row of entry.rows || []) rows.append(el("dt", {}, row.label), el("dd", {}, row.value));
  const node = el("div", { class: "bubble card" }, el("div", { class: "card-title" }, entry.title), rows);
  return linked(node, entry.url, onLink);
}
