// The drawer on the right: what crossed the wire for one message, or the rules that the bot broke.

import { get } from "./api.js";
import { el } from "./dom.js";
import { stamp } from "./times.js";

const drawer = document.getElementById("drawer");
const title = document.getElementById("drawer-title");
const body = document.getElementById("drawer-body");
const THEN = {
  again: "微信会再问，三次都不对就提示故障",
  notice: "微信立刻提示故障",
  recorded: "微信照样显示，这里记录下来",
};
const TAGS = /(<\/?(?:[A-Z]\w*|xml|item|bizmsgmenuid)>)/;
const OUTCOMES = { ok: "正常", timeout: "超时" };

export function close() {
  drawer.hidden = true;
  mark(null);
}

/** What crossed the wire for one line of a chat. */
export async function showWire(person, entry) {
  const openid = encodeURIComponent(person.openid);
  const exchanges = await get(`/sim/wire?openid=${openid}&cause=${entry.cause}`);
  open("线上报文");
  mark(entry.cause);
  body.replaceChildren(...exchanges.map(exchangeCard));
  if (!exchanges.length) {
    body.append(el("p", { class: "empty" }, "没有保存这条消息的报文。每个人只保存最近 200 次往来。"));
  }
}

/** All rules that were broken, the latest first. */
export async function showViolations() {
  const [violations, rules] = await Promise.all([get("/sim/violations"), get("/sim/rules")]);
  const sources = new Map(rules.map((rule) => [rule.rule, rule]));
  open("违规记录");
  mark(null);
  body.replaceChildren(...violations.toReversed().map((each) => violationCard(each, sources.get(each.rule))));
  if (!violations.length) {
    const words = `机器人的每个回复和接口调用都按 ${rules.length} 条微信规则检查。`;
    body.append(el("p", { class: "empty" }, "没有违规。", el("br"), words));
  }
}

function open(words) {
  title.textContent = words;
  drawer.hidden = false;
  body.scrollTop = 0;
}

function mark(cause) {
  for (const node of document.querySelectorAll(".wire")) {
    node.classList.toggle("shown", node.dataset.cause === String(cause));
  }
}

function violationCard(violation, rule) {
  const source = rule ? `WECHAT.md ${rule.source} → ${THEN[rule.then] || rule.then}` : "";
  const head = el("div", {}, el("b", {}, violation.rule), ` ${stamp(violation.at)} ${violation.openid}`);
  const attributes = { class: "broken", dataset: { testid: "violation" } };
  return el("div", attributes, head, violation.detail, el("span", { class: "source" }, source));
}

function exchangeCard(exchange) {
  const callback = exchange.way === "callback";
  const words = callback ? `微信 → 机器人  ${exchange.name}` : `机器人 → 微信  ${exchange.name}`;
  const facts = [
    callback && exchange.attempt > 1 ? `第 ${exchange.attempt} 次` : "",
    exchange.status ? `HTTP ${exchange.status}` : "",
    `${exchange.ms} ms`,
  ];
  const outcome = el("span", { class: exchange.outcome === "ok" ? "outcome" : "outcome bad" });
  outcome.textContent = OUTCOMES[exchange.outcome] || exchange.outcome;
  const head = el("div", { class: "exchange-head" }, el("b", {}, words), outcome);
  head.append(el("span", { class: "facts" }, facts.filter(Boolean).join(" · ")));
  const another = exchange.received && exchange.received !== exchange.response;
  return el(
    "article",
    { class: "exchange", dataset: { testid: "exchange" } },
    head,
    part("请求", exchange.request, true),
    part("回复", exchange.response || "（没有内容）", true),
    part("请求在线上的样子", exchange.sent, false),
    another ? part("回复在线上的样子", exchange.received, false) : null,
  );
}

function part(label, content, isOpen) {
  return el("details", { open: isOpen }, el("summary", {}, label), el("pre", {}, ...coloured(indented(content))));
}

/** XML with one element a line; anything else as it is. */
function indented(content) {
  if (!/^\s*<xml>/.test(content)) return content;
  const root = new DOMParser().parseFromString(content, "text/xml").documentElement;
  if (root.querySelector("parsererror") || root.tagName === "parsererror") return content;
  const write = (node, depth) => {
    const space = "  ".repeat(depth);
    if (!node.children.length) return `${space}<${node.tagName}>${node.textContent}</${node.tagName}>`;
    const inside = [...node.children].map((child) => write(child, depth + 1));
    return [`${space}<${node.tagName}>`, ...inside, `${space}</${node.tagName}>`].join("\n");
  };
  return write(root, 0);
}

function coloured(content) {
  return content.split(TAGS).map((piece) => (TAGS.test(piece) ? el("span", { class: "tag" }, piece) : piece));
}
