// Small tools to build the page: text is always text, never HTML.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  back: "M15 4 7 12l8 8",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  plus: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 8v8M8 12h8",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 2-2 5 4M15.5 9h.01",
  pictures: "M7 4h13v13H7zM4 8v12h12M7 14l4-4 3 3 2-2 4 4",
  upload: "M12 16V5M7.5 9.5 12 5l4.5 4.5M5 19h14",
  voice: "M12 4a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V7a3 3 0 0 1 3-3ZM6 12a6 6 0 0 0 12 0M12 18v3",
  video: "M4 7h11v10H4zM15 11l5-3v8l-5-3",
  place: "M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11ZM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  link: "M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.6-5.6l-1.2 1.1M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.6 5.6l1.2-1.1",
  scan: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16",
  waves: "M6 10.5a3 3 0 0 1 0 3M9.5 8a6.5 6.5 0 0 1 0 8M13 5.5a10 10 0 0 1 0 13",
};

/** An element. `attributes` become attributes, except `on…` (listeners) and `dataset`. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(node.dataset, value);
    else if (value === true) node.setAttribute(name, "");
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** One of the line icons above. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  if (name === "more") path.setAttribute("stroke-width", "3");
  svg.append(path);
  return svg;
}

/** A button that does `press`. */
export function button(label, press, attributes = {}) {
  return el("button", { type: "button", onclick: press, ...attributes }, label);
}

/** A button that shows an icon and is read aloud as `label`. */
export function iconButton(name, label, press, attributes = {}) {
  const whole = { type: "button", class: "icon-button", "aria-label": label, onclick: press, ...attributes };
  return el("button", whole, icon(name));
}

/** A person's picture: the first character of the name on their colour. */
export function avatar(person) {
  const node = el("span", { class: "avatar", "aria-hidden": "true" }, person.name.slice(0, 1));
  node.style.background = person.colour || "#7a8ba3";
  return node;
}

/** The account's picture. */
export function accountAvatar() {
  return el("span", { class: "avatar", "aria-hidden": "true" }, el("img", { src: "/static/icon.svg", alt: "" }));
}

/** Show a short message at the bottom of the page. */
export function toast(words) {
  const node = document.getElementById("toast");
  node.textContent = words;
  node.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => (node.hidden = true), 3500);
}

/** Only web links become links; anything else is null. */
export function webLink(url) {
  return /^https?:\/\//i.test(url || "") ? url : null;
}
