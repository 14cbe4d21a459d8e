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
