// Sends the chosen files one after the other, shows how far they are, and lists what was received.

const form = document.getElementById("form");
const chooser = document.getElementById("file");
const progress = document.getElementById("progress");
const bar = document.getElementById("bar");
const doing = document.getElementById("doing");
const error = document.getElementById("error");
const count = document.getElementById("count");
const list = document.getElementById("files");
const most = Number(form.dataset.most);

document.documentElement.classList.add("js");
if (!list.querySelector("li")) list.replaceChildren();

function show(words) {
  error.textContent = words;
  error.hidden = !words;
}

/** What the page lists, anew. */
function showFiles(files) {
  list.replaceChildren(
    ...files.map((file) => {
      const line = document.createElement("li");
      const name = document.createElement("span");
      const facts = document.createElement("span");
      facts.className = "quiet";
      name.textContent = file.name;
      facts.textContent = `${file.size} · ${file.time}`;
      line.append(name, facts);
      return line;
    }),
  );
  count.textContent = String(files.length);
}

/** One file; resolves with the answer, rejects with the words to show. */
function send(file) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file, "file");
    request.open("POST", location.href);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) bar.value = (event.loaded / event.total) * 100;
    };
    request.onerror = () => reject(form.dataset.broken);
    request.onload = () => {
      try {
        const answer = JSON.parse(request.responseText);
        if (answer.error) reject(answer.error);
        else resolve(answer);
      } catch {
        reject(form.dataset.broken);
      }
    };
    request.send(body);
  });
}

async function sendAll(files) {
  const wrong = [];
  document.documentElement.classList.add("busy");
  progress.hidden = false;
  show("");
  for (const [index, file] of files.entries()) {
    doing.textContent = files.length > 1 ? `正在上传第 ${index + 1} 个，共 ${files.length} 个` : "正在上传";
    bar.value = 0;
    try {
      if (file.size > most) throw form.dataset.tooLarge;
      showFiles((await send(file)).files);
    } catch (words) {
      wrong.push(files.length > 1 ? `${file.name}：${words}` : String(words));
    }
  }
  progress.hidden = true;
  document.documentElement.classList.remove("busy");
  show(wrong.join("\n"));
}

chooser.addEventListener("change", async () => {
  const files = [...chooser.files];
  if (!files.length) return;
  await sendAll(files);
  form.reset();
});
form.addEventListener("submit", (event) => event.preventDefault());
