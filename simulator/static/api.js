// Talks to the simulator: actions of people, lists, live updates.

async function answered(response) {
  const content = await response.json();
  if (!response.ok) throw new Error(content.error || `HTTP ${response.status}`);
  return content;
}

export async function get(path) {
  return answered(await fetch(path));
}

export async function post(path, content = {}) {
  const headers = { "Content-Type": "application/json" };
  return answered(await fetch(path, { method: "POST", headers, body: JSON.stringify(content) }));
}

/** A person does something; resolves when the account has answered. */
export function act(openid, what, content) {
  return post(`/sim/people/${encodeURIComponent(openid)}/${what}`, content);
}

export function inbox(openid, after = 0) {
  return get(`/sim/people/${encodeURIComponent(openid)}/inbox?after=${after}`);
}

/** Calls `take(update)` for every live update, and `anew()` when updates may have been missed. */
export function listen(take, anew) {
  const source = new EventSource("/sim/updates");
  let broken = false;
  source.onmessage = (event) => take(JSON.parse(event.data));
  source.onerror = () => (broken = true);
  source.onopen = () => {
    if (broken) anew();
    broken = false;
  };
}

/** Bytes of a file as base64. */
export function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",", 2)[1] || "");
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
