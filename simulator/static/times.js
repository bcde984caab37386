// Times as WeChat writes them, in China's timezone.

const ZONE = "Asia/Shanghai";
const DAY = 86400000;
const clock = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hour12: false });
const date = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, year: "numeric", month: "long", day: "numeric" });
const weekday = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, weekday: "long" });
const number = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE });

/** A new time line stands before a message this many seconds after the one before it. */
export const APART = 300;

export function hour(moment = new Date()) {
  return clock.format(moment);
}

/** `at` is epoch seconds. */
export function stamp(at, now = new Date()) {
  const moment = new Date(at * 1000);
  const days = (new Date(number.format(now)) - new Date(number.format(moment))) / DAY;
  if (days === 0) return hour(moment);
  if (days === 1) return `昨天 ${hour(moment)}`;
  if (days > 1 && days < 7) return `${weekday.format(moment)} ${hour(moment)}`;
  return `${date.format(moment)} ${hour(moment)}`;
}
