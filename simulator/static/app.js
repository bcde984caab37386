// The page: the list of people, the phones that are open, live updates.

import { get, listen, post } from "./api.js";
import { avatar, el, toast } from "./dom.js";
import * as drawer from "./drawer.js";
import { Phone } from "./phone.js";

const KINDS = { service: "服务号", subscription: "订阅号", test: "测试号" };
const MODES = { safe: "安全模式", plain: "明文模式" };

const people = new Map();
const phones = new Map();
const unread = new Map();
const list = document.getElementById("people");
const stage = document.getElementById("stage");
const welcome = document.getElementById("welcome");
const filter = document.getElementById("filter");
const violations = document.getElementById("violations");
let broken = 0;

const world = {
  account: { name: "", menu: null },
  back: () => document.body.classList.remove("chatting"),
  remove: (openid) => closePhone(openid),
  showWire: (person, entry) => drawer.showWire(person, entry).catch((error) => toast(error.message)),
};

/** Open a person's phone; one that is open already is only brought into sight. */
async function openPhone(openid) {
  let phone = phones.get(openid);
  if (!phone) {
    phone = new Phone(people.get(openid), world);
    phones.set(openid, phone);
    stage.append(phone.node);
    remember();
  }
  for (const other of phones.values()) other.node.classList.toggle("front", other === phone);
  document.body.classList.add("chatting");
  unread.delete(openid);
  welcome.hidden = true;
  showPeople();
  await phone.load();
  phone.node.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (matchMedia("(min-width: 701px)").matches) phone.input.focus();
}

function closePhone(openid) {
  phones.get(openid)?.node.remove();
  phones.delete(openid);
  welcome.hidden = phones.size > 0;
  document.body.classList.remove("chatting");
  remember();
  showPeople();
}

/** The phones that are open stand in the address, so that a reload opens them again. */
function remember() {
  history.replaceState(null, "", phones.size ? `#${[...phones.keys()].map(encodeURIComponent).join(",")}` : location.pathname);
}

function showPeople() {
  const wanted = filter.value.trim();
  const shown = [...people.values()].filter((person) => !wanted || `${person.name}${person.note}`.includes(wanted));
  list.replaceChildren(...shown.map(personItem));
}

function personItem(person) {
  const face = avatar(person);
  const count = unread.get(person.openid) || 0;
  if (count) face.append(el("span", { class: "unread", dataset: { testid: "unread" } }, count > 99 ? "99+" : String(count)));
  const away = person.followed ? null : el("span", { class: "away" }, "未关注");
  const words = el("span", { class: "who" }, el("b", {}, person.name, away), el("span", {}, person.note));
  const label = `${person.name} ${person.note}${count ? ` ${count} 条未读` : ""}`;
  const attributes = {
    type: "button",
    "aria-label": label,
    "aria-pressed": String(phones.has(person.openid)),
    dataset: { testid: "person", openid: person.openid },
    onclick: () => openPhone(person.openid),
  };
  return el("li", {}, el("button", attributes, face, words));
}

/** On a small screen only the front phone is read; elsewhere every open one. */
function isRead(phone) {
  return phone && phone.node.offsetParent !== null && getComputedStyle(phone.node).visibility === "visible";
}

const updates = {
  entry({ openid, entry }) {
    const phone = phones.get(openid);
    phone?.add(entry);
    if (entry.direction === "in" && !isRead(phone)) {
      unread.set(openid, (unread.get(openid) || 0) + 1);
      showPeople();
    }
  },
  person({ person }) {
    people.set(person.openid, person);
    phones.get(person.openid)?.showPerson(person);
    showPeople();
  },
  menu({ menu }) {
    world.account.menu = menu;
    for (const phone of phones.values()) phone.showMenu();
  },
  violation({ violation }) {
    showBroken(broken + 1);
    toast(`机器人违反了微信规则：${violation.rule}`);
  },
};

function showBroken(count) {
  broken = count;
  violations.querySelector("b").textContent = String(count);
  violations.classList.toggle("bad", count > 0);
}

async function load() {
  const [account, everybody, found] = await Promise.all([get("/sim/account"), get("/sim/people"), get("/sim/violations")]);
  world.account = account;
  document.getElementById("account-name").textContent = account.name;
  document.getElementById("account-facts").textContent = `微信模拟器 · ${KINDS[account.kind]} · ${MODES[account.mode]}`;
  document.title = `${account.name} · 微信模拟器`;
  const scenes = el("datalist", { id: "scenes" }, ...account.scenes.map((scene) => el("option", { value: scene })));
  document.getElementById("scenes")?.remove();
  document.body.append(scenes);
  for (const person of everybody) people.set(person.openid, person);
  showBroken(found.length);
  showPeople();
  for (const phone of phones.values()) {
    phone.showPerson(people.get(phone.person.openid));
    await phone.load();
  }
}

document.getElementById("add-person").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const content = { ...Object.fromEntries(new FormData(form)), followed: false };
  try {
    const person = await post("/sim/people", content);
    people.set(person.openid, person);
    form.reset();
    await openPhone(person.openid);
  } catch (error) {
    toast(error.message);
  }
});
document.getElementById("drawer-close").addEventListener("click", drawer.close);
violations.addEventListener("click", () => drawer.showViolations().catch((error) => toast(error.message)));
filter.addEventListener("input", showPeople);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") drawer.close();
});
setInterval(() => phones.forEach((phone) => phone.tick()), 10000);

listen((update) => updates[update.what]?.(update), () => load().catch((error) => toast(error.message)));
await load();
for (const openid of location.hash.slice(1).split(",").filter(Boolean).map(decodeURIComponent)) {
  if (people.has(openid)) await openPhone(openid);
}
document.body.dataset.ready = "yes";
