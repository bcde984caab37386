// What "…" opens on a phone: scan a code, follow or leave, put the phone away.

import { button, el, icon } from "./dom.js";

export function openSheet(phone) {
  const close = () => sheet.remove();
  const item = (label, press, name = "") =>
    button(label, () => { close(); press(); }, { class: name });
  const leave = item("取消关注", () => phone.acts("unfollows"), "danger");
  const follow = item("关注公众号", () => phone.acts("follows"));
  const card = el(
    "div",
    { class: "sheet-card", role: "dialog", "aria-label": "更多操作" },
    scanForm(phone, close),
    phone.person.followed ? leave : follow,
    item("收起这部手机", () => phone.world.remove(phone.person.openid)),
    item("取消", () => {}, "last"),
  );
  const sheet = el("div", { class: "sheet" }, card);
  sheet.addEventListener("click", (event) => event.target === sheet && close());
  sheet.addEventListener("keydown", (event) => event.key === "Escape" && close());
  phone.node.append(sheet);
  card.querySelector("input").focus();
}

function scanForm(phone, close) {
  const label = "二维码的场景值";
  const scene = el("input", { placeholder: label, "aria-label": label, maxlength: "64", list: "scenes", required: true });
  const form = el("form", {}, icon("scan"), scene, el("button", { type: "submit" }, "扫码"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    close();
    phone.acts("scans", { scene: scene.value.trim() });
  });
  return form;
}
