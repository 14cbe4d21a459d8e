// The SPARQL editor in place of the plain form. It talks to this site's endpoint and to nobody else: the parts of the
// editor that ask other hosts for prefixes, classes and properties are switched off or answered from the page.

const place = document.getElementById("editor");
const plain = document.getElementById("plain");
const prefixes = JSON.parse(document.getElementById("prefixes").textContent);
const Yasgui = window.Yasgui && (window.Yasgui.Yasgui || window.Yasgui.default || window.Yasgui);

// The table of results writes a style element, which the policy of these pages forbids. Its rules are taken up as a
// constructed sheet instead, which is no inline style.
const create = document.createElement.bind(document);
document.createElement = (name, options) => {
  if (name !== "style") return create(name, options);
  const stand = create("meta");
  stand.appendChild = (text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text.data);
    document.adoptedStyleSheets.push(sheet);
    return text;
  };
  return stand;
};

// What the editor leaves without a name for those who do not see it, or out of reach of the keyboard.
const NAMES = [
  [".yasqe textarea", (field) => field.setAttribute("aria-label", place.dataset.query)],
  ["select.tableSizer", (field) => field.setAttribute("aria-label", place.dataset.rows)],
  ["th:first-child .dt-column-title:empty", (title) => (title.innerHTML = `<span class="hidden">${place.dataset.row}</span>`)],
  [".CodeMirror-scroll[tabindex='-1']", (part) => part.setAttribute("tabindex", "0")],
  [".errorResult pre:not([tabindex])", readable],
  [`.yasr_results a[href^="${place.dataset.base}"]`, (link) => (link.href = toPage(link.href))],
];

// An error of this site is problem+json: its sentence and its hint are what a person wants to read.
function readable(shown) {
  shown.tabIndex = 0;
  try {
    const problem = JSON.parse(shown.textContent);
    shown.textContent = [problem.detail || problem.title, problem.hint].filter(Boolean).join("\n");
  } catch {
    return;
  }
}

// A thing of the data is linked to its page here, as everywhere on these pages, and not to where its name may lead.
function toPage(iri) {
  const url = new URL(place.dataset.page, location.href);
  url.searchParams.set("iri", iri);
  return url.href;
}

function mend() {
  for (const [selector, mended] of NAMES) for (const found of place.querySelectorAll(selector)) mended(found);
}

function start() {
  const endpoint = new URL(place.dataset.endpoint, location.href).href;
  const asked = new URLSearchParams(location.search).get("query");
  const { Yasqe } = Yasgui;
  Yasqe.defaults.autocompleters = ["declared"];
  Yasqe.forkAutocompleter("prefixes", {
    name: "declared",
    persistenceId: null,
    get: () => Object.entries(prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`),
  });
  place.hidden = false;
  const query = asked || plain.query.value;
  const yasgui = new Yasgui(place, {
    requestConfig: { endpoint, method: "POST" },
    copyEndpointOnNewTab: true,
    persistenceId: null,
    endpointCatalogueOptions: { getData: () => [{ endpoint }] },
    yasqe: { value: query, autocompleters: ["declared"], showQueryButton: true, resizeable: true },
  });
  const tab = yasgui.getTab();
  tab.setQuery(query);
  const editor = tab.getYasqe();
  // Tab leaves the editor, as it leaves every other field: nobody is caught in it.
  editor.setOption("extraKeys", { ...editor.getOption("extraKeys"), Tab: false, "Shift-Tab": false });
  mend();
  new MutationObserver(mend).observe(place, { childList: true, subtree: true });
  for (const example of document.querySelectorAll("pre.example")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = example.dataset.label || "→";
    button.addEventListener("click", () => {
      yasgui.getTab().setQuery(example.textContent);
      place.scrollIntoView();
    });
    example.before(button);
  }
  plain.hidden = true;
}

if (place && Yasgui) start();
