// What is wrong with the layout of a page, as sentences: names of what covers something else, and of what is cut off.
() => {
  const elsewhere = "svg, .hidden, .skip, .suggestions, .CodeMirror, .scroll, #editor, pre";
  const shown = (e) => !e.closest(elsewhere) && e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const name = (e) => e.textContent.trim().slice(0, 40) || e.outerHTML.slice(0, 60);
  const read = "h1, h2, h3, a, button, input, select, textarea, label, th, time, .badge";

  // Rectangles of what is read or pressed, line by line; two share an area only where one lies in the other.
  const covered = () => {
    const boxes = [...document.querySelectorAll(read)].filter(shown)
      .flatMap((e) => [...e.getClientRects()].map((r) => ({ e, r })))
      .filter(({ r }) => r.width > 1 && r.height > 1)
      .sort((a, b) => a.r.top - b.r.top);
    return boxes.flatMap((one, at) => {
      const found = [];
      for (const other of boxes.slice(at + 1)) {
        if (other.r.top >= one.r.bottom - 6) break;
        const wide = Math.min(one.r.right, other.r.right) - Math.max(one.r.left, other.r.left);
        const apart = !one.e.contains(other.e) && !other.e.contains(one.e);
        if (wide > 2 && apart) found.push(`${name(one.e)} covers ${name(other.e)}`);
      }
      return found;
    });
  };

  const cut = () =>
    [...document.querySelectorAll("main *, .site-head *")]
      .filter((e) => !e.matches("select, textarea, input") && shown(e))
      .filter((e) => ["hidden", "clip"].includes(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1)
      .map((e) => `${name(e)} is cut off`);

  return [...covered(), ...cut()].slice(0, 8);
}
