// What JavaScript adds, and nothing that a page needs: results while you type, and forms that answer at once.
// The same pages are asked for as without it; only the part with the results is put in place.

const WAIT = 220; // milliseconds without a key before the server is asked

function later(task) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => task(...given), WAIT);
  };
}

async function fetched(url, controller) {
  const answer = await fetch(url, { signal: controller.signal, headers: { Accept: "text/html" } });
  if (!answer.ok) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function address(form) {
  const url = new URL(form.getAttribute("action") || location.pathname, location.href);
  for (const [name, value] of new FormData(form)) if (value) url.searchParams.append(name, value);
  return url;
}

// A form marked data-live: its results change with it, and the address keeps what was chosen.
function liveForm(form) {
  const shown = document.getElementById("results");
  let controller = new AbortController();
  const ask = async () => {
    controller.abort();
    controller = new AbortController();
    const url = address(form);
    const page = await fetched(url, controller).catch(() => null);
    const found = page && page.getElementById("results");
    if (!found) return;
    shown.replaceChildren(...found.childNodes);
    zoomIn(shown);
    for (const part of ["header.hero h1", "header.hero .lead"]) {
      const title = page.querySelector(part);
      const own = document.querySelector(part);
      if (title && own) own.replaceChildren(...title.childNodes);
    }
    document.title = page.title;
    history.replaceState(null, "", url);
  };
  form.addEventListener("input", later(ask));
}

// A search box: the first names under it while you type; arrow keys go through them, Escape closes.
function suggestions(form) {
  const input = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.hidden = true;
  form.append(list);
  let controller = new AbortController();
  const ask = later(async () => {
    controller.abort();
    controller = new AbortController();
    if (input.value.trim().length < 2) return void (list.hidden = true);
    const url = address(form);
    const page = await fetched(url, controller).catch(() => null);
    if (!page) return;
    const found = [...page.querySelectorAll(".results > li")].slice(0, 7).map((item) => {
      const link = item.querySelector("a");
      const entry = document.createElement("li");
      const own = document.createElement("a");
      own.href = new URL(link.getAttribute("href"), url).href;
      own.textContent = link.textContent;
      if (link.lang) own.lang = link.lang;
      for (const part of item.querySelectorAll(".matched, .kind")) own.append(part.cloneNode(true));
      entry.append(own);
      return entry;
    });
    list.replaceChildren(...found);
    list.hidden = found.length === 0;
  });
  input.addEventListener("input", ask);
  form.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape") {
      list.hidden = true;
      input.focus();
    } else if (!list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      (links[next] || input).focus();
    }
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) list.hidden = true;
  });
}

// A drawing wider than a page: it opens at its middle, and two buttons make it larger and smaller.
function zoomable(drawing) {
  const box = drawing.parentElement;
  const middle = () => box.scrollTo((box.scrollWidth - box.clientWidth) / 2, (box.scrollHeight - box.clientHeight) / 2);
  const resized = (factor) => {
    const width = Math.max(box.clientWidth, drawing.clientWidth * factor);
    drawing.style.minWidth = "0";
    drawing.style.width = `${width}px`;
    middle();
  };
  const row = document.createElement("p");
  row.className = "zoom";
  for (const [sign, name, factor] of [["−", drawing.dataset.smaller, 1 / 1.4], ["+", drawing.dataset.larger, 1.4]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.title = name;
    button.setAttribute("aria-label", name);
    button.addEventListener("click", () => resized(factor));
    row.append(button);
  }
  box.before(row);
  middle();
}

function zoomIn(part) {
  for (const drawing of part.querySelectorAll("svg[data-larger]")) zoomable(drawing);
}

zoomIn(document);
for (const form of document.querySelectorAll("form[data-live]")) liveForm(form);
for (const form of document.querySelectorAll("form.find:not([data-live])")) suggestions(form);
