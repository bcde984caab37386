// One person's phone: the chat, the input, the account's menu.

import { act, base64, inbox } from "./api.js";
import { button, el, icon, iconButton, toast } from "./dom.js";
import { line } from "./lines.js";
import { openSheet } from "./sheet.js";
import { APART, hour, stamp } from "./times.js";

const NEAR_END = 120;
/** WeChat lets people choose so many pictures at once. */
const AT_ONCE = 9;
const MENU_BUTTON = { dataset: { testid: "menu-button" } };
const SENDS = [
  ["picture", "图片", "image"],
  ["upload", "相册", "file"],
  ["pictures", "九张图", "nine"],
  ["voice", "语音", "voice"],
  ["video", "视频", "video"],
  ["place", "位置", "location"],
  ["link", "链接", "link"],
];

export class Phone {
  /** `world` is what all phones share: the account, and what to do about removing, the drawer, going back. */
  constructor(person, world) {
    this.person = person;
    this.world = world;
    this.last = 0;
    this.lastAt = 0;
    this.waiting = 0;
    this.build();
    this.showMenu();
    this.showPerson(person);
  }

  build() {
    this.title = el("span", {});
    this.whose = el("span", { class: "whose" });
    this.time = el("span", {}, hour());
    this.chat = el("div", { class: "chat", role: "log", "aria-live": "polite", "aria-label": "聊天记录", tabindex: "0" });
    this.input = el("textarea", {
      rows: "1",
      "aria-label": "输入消息",
      enterkeyhint: "send",
      dataset: { testid: "input" },
      oninput: () => this.fit(),
      onkeydown: (event) => this.key(event),
    });
    this.send = button("发送", () => this.say(), { class: "send", hidden: true, dataset: { testid: "send" } });
    this.plus = iconButton("plus", "更多功能", () => this.togglePanel(), { dataset: { testid: "plus" } });
    this.plus.setAttribute("aria-expanded", "false");
    this.inputRow = el("div", { class: "input-row" }, this.input, this.send, this.plus);
    this.panel = el("div", { class: "panel", hidden: true }, ...SENDS.map((row) => this.tile(...row)));
    this.menu = el("nav", { class: "menu-bar", "aria-label": "公众号菜单" });
    const follow = button("关注公众号", () => this.acts("follows"), { dataset: { testid: "follow" } });
    this.stranger = el("div", { class: "stranger" }, "还没有关注这个公众号", follow);
    const back = iconButton("back", "返回人员列表", () => this.world.back());
    back.classList.add("back");
    const more = iconButton("more", "更多操作", () => openSheet(this), { dataset: { testid: "more" } });
    const openid = this.person.openid;
    this.node = el(
      "section",
      { class: "phone", "aria-label": `${this.person.name}的手机`, dataset: { testid: "phone", openid } },
      el("div", { class: "phone-status", "aria-hidden": "true" }, this.time, el("span", {}, "5G ▮▮▮")),
      el("header", { class: "phone-bar" }, back, el("h2", {}, this.title, this.whose), more),
      this.chat,
      this.inputRow,
      this.panel,
      this.menu,
      this.stranger,
      el("div", { class: "home-line", "aria-hidden": "true" }),
    );
  }

  tile(name, label, kind) {
    const press = () => {
      this.togglePanel(false);
      if (kind === "file") this.choosePictures();
      else if (kind === "nine") this.acts("sends", { type: "image", count: AT_ONCE });
      else this.acts("sends", { type: kind });
    };
    const tile = button(label, press, { dataset: { testid: `send-${kind}` } });
    tile.prepend(el("span", { class: "tile" }, icon(name)));
    return tile;
  }

  /** Load everything that is not shown yet. */
  async load() {
    this.loading = true;
    try {
      do {
        this.missed = false;
        for (const entry of await inbox(this.person.openid, this.last)) this.put(entry, false);
      } while (this.missed);
    } finally {
      this.loading = false;
    }
    this.toEnd();
  }

  /** Show a line that has just happened; while older ones are being loaded, it will come with them. */
  add(entry) {
    if (this.loading) this.missed = true;
    else this.put(entry, true);
  }

  /** Show one more line; lines that are shown already are left out. */
  put(entry, fresh) {
    if (entry.id <= this.last) return;
    const near = this.chat.scrollHeight - this.chat.scrollTop - this.chat.clientHeight < NEAR_END;
    if (entry.at - this.lastAt > APART) this.chat.append(el("p", { class: "stamp" }, stamp(entry.at)));
    this.last = entry.id;
    this.lastAt = entry.at;
    this.chat.append(
      line(entry, {
        person: this.person,
        fresh,
        onTap: (tap) => this.acts("taps", { content: tap.content, id: tap.id }),
        onLink: () => this.sign(),
        onWire: (shown) => this.world.showWire(this.person, shown),
      }),
    );
    if (near || entry.direction === "out") this.toEnd();
  }

  toEnd() {
    this.chat.scrollTop = this.chat.scrollHeight;
  }

  /** Do something as this person and wait for the account's answer. */
  async acts(what, content = {}) {
    this.wait(1);
    try {
      await act(this.person.openid, what, content);
      for (const entry of await inbox(this.person.openid, this.last)) this.add(entry);
    } catch (error) {
      toast(error.message);
    } finally {
      this.wait(-1);
    }
  }

  wait(more) {
    this.waiting += more;
    this.title.textContent = this.waiting ? "对方正在输入…" : this.world.account.name;
    this.node.toggleAttribute("aria-busy", this.waiting > 0);
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.say();
  }

  say() {
    const text = this.input.value;
    if (!text.trim()) return;
    this.input.value = "";
    this.fit();
    this.acts("says", { text });
    this.input.focus();
  }

  fit() {
    this.input.style.height = "40px";
    this.input.style.height = `${Math.min(128, this.input.scrollHeight)}px`;
    const typed = this.input.value.trim() !== "";
    this.send.hidden = !typed;
    this.plus.hidden = typed;
  }

  togglePanel(open = this.panel.hidden) {
    this.panel.hidden = !open;
    this.plus.setAttribute("aria-expanded", String(open));
    this.toEnd();
  }

  choosePictures() {
    const chooser = el("input", { type: "file", accept: "image/*", multiple: true });
    chooser.onchange = async () => {
      const files = [...chooser.files].slice(0, AT_ONCE);
      if (chooser.files.length > AT_ONCE) toast(`一次最多发 ${AT_ONCE} 张，只发送前 ${AT_ONCE} 张`);
      const items = await Promise.all(files.map(async (file) => ({ content_base64: await base64(file) })));
      if (items.length) this.acts("sends", { type: "image", items });
    };
    chooser.click();
  }

  /** The account's bottom menu, as it was pushed. */
  showMenu() {
    const items = this.world.account.menu?.button || [];
    this.menu.replaceChildren(...items.map((item) => this.menuButton(item)));
    this.menu.hidden = !items.length || !this.person.followed;
  }

  menuButton(item) {
    const subs = item.sub_button || [];
    if (!subs.length) return el("div", {}, this.pressable(item));
    const list = el("div", { class: "sub-menu", hidden: true }, ...subs.map((sub) => this.pressable(sub)));
    const toggle = () => {
      const open = list.hidden;
      for (const other of this.menu.querySelectorAll(".sub-menu")) other.hidden = true;
      list.hidden = !open;
    };
    return el("div", { class: "has-sub" }, button(item.name, toggle, MENU_BUTTON), list);
  }

  pressable(item) {
    const press = () => {
      for (const list of this.menu.querySelectorAll(".sub-menu")) list.hidden = true;
      if (item.type === "view") {
        this.sign();
        window.open(item.url, "_blank", "noopener");
        this.acts("views", { url: item.url });
      } else if (item.key) {
        this.acts("clicks", { key: item.key });
      }
    };
    return button(item.name, press, MENU_BUTTON);
  }

  showPerson(person) {
    this.person = person;
    this.wait(0);
    this.whose.textContent = person.note ? `${person.name} · ${person.note}` : person.name;
    this.stranger.hidden = person.followed;
    this.inputRow.hidden = !person.followed;
    if (!person.followed) this.togglePanel(false);
    this.showMenu();
  }

  /** Say whose phone a web page is opened from: the OAuth page reads it. */
  sign() {
    document.cookie = `sim_openid=${encodeURIComponent(this.person.openid)}; path=/connect; SameSite=Lax`;
  }

  tick() {
    this.time.textContent = hour();
  }
}
