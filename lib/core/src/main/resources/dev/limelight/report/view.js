// The large view of one picture.

const LARGE = 800;

function startView() {
  const view = byId("view");
  // The view is all there is, and stays open.
  const explorer = document.body.classList.contains("explorer");
  const canvas = element("canvas");
  labelled(canvas, "No picture was chosen yet");
  const mark = element("div", { className: "cell-mark", hidden: true });
  byId("cells").append(canvas, mark);
  let card = null;
  let cell = null;

  const inOrder = () =>
    [...document.querySelectorAll(".card")].filter((node) => !node.hidden || node === card?.node);

  async function show(other) {
    card = other;
    cell = null;
    tellCell();
    await update();
  }

  async function update() {
    if (!view.open || !card) {
      return;
    }
    const { picture } = card;
    const map = chosen(picture);
    const order = inOrder();
    byId("view-name").textContent = picture.name;
    byId("view-place").textContent = `${order.indexOf(card.node) + 1} of ${order.length}`;
    byId("previous").disabled = byId("next").disabled = order.length < 2;
    showBar(byId("view-bar"), map);
    showTold(byId("view-told"), picture, map);
    byId("facts").replaceChildren(
      ...(map ? map.facts : []).flatMap(([name, value]) =>
        [element("dt", { textContent: name }), element("dd", { textContent: value })]));
    labelled(canvas, map ? map.alt : `The picture ${picture.name}; no map of it for this choice`);
    const image = await loaded(card.image);
    if (card.picture === picture) {
      draw(canvas, picture, image, map, map && settingsFor(map), LARGE);
      showOthers(picture, image, map);
      tellCell();
    }
  }

  /** All maps of the picture side by side; each is a switch. */
  function showOthers(picture, image, map) {
    const place = byId("others");
    const focused = [...place.children].indexOf(document.activeElement);
    place.replaceChildren();
    if (picture.maps.length < 2) {
      return;
    }
    for (const other of picture.maps) {
      const small = element("canvas");
      draw(small, picture, image, other, { ...settingsFor(other), peak: false }, 120);
      labelled(small, other.alt);
      const words = ["method", "layer", "class"]
        .filter((name) => new Set(picture.maps.map((one) => one[name])).size > 1)
        .map((name) => page[name === "class" ? "classes" : `${name}s`][other[name]]);
      const button = element("button", { type: "button", ariaPressed: String(other === map) },
        small, element("span", { textContent: words.join(" · ") }));
      button.addEventListener("click", () => choose(picture, other));
      place.append(button);
    }
    place.children[focused]?.focus();
  }

  /** Tells the value of the cell and draws a frame around it. */
  function tellCell() {
    const map = card && chosen(card.picture);
    const known = map && cell && cell.column < map.width && cell.row < map.height;
    byId("view-value").textContent = known
      ? reading(map, cell)
      : "Point at the map, or focus it and use the arrow keys, to read its values.";
    mark.hidden = !known;
    if (known) {
      const { picture } = card;
      const seen = map.seen ?? [0, 0, picture.width, picture.height];
      const part = (value, whole) => `${(100 * value) / whole}%`;
      mark.style.left = part(seen[0] + (cell.column / map.width) * seen[2], picture.width);
      mark.style.top = part(seen[1] + (cell.row / map.height) * seen[3], picture.height);
      mark.style.width = part(seen[2] / map.width, picture.width);
      mark.style.height = part(seen[3] / map.height, picture.height);
    }
  }

  function open(other) {
    // The switches go along, for nothing outside of a dialog can be reached.
    byId("view-settings").append(byId("settings"));
    if (explorer) {
      // Without the focus, which belongs to the page around the frame.
      view.open = true;
    } else {
      view.showModal();
      byId("close").focus();
    }
    show(other);
  }

  function step(by) {
    const order = inOrder();
    const at = order.indexOf(card.node);
    const node = order[(at + by + order.length) % order.length];
    show(cards.find((one) => one.node === node));
  }

  view.addEventListener("close", () => {
    byId("settings-place").append(byId("settings"));
    const last = card.node.hidden ? byId("find") : card.node.querySelector(".open");
    card.node.scrollIntoView({ block: "nearest" });
    last.focus();
  });
  byId("close").addEventListener("click", () => view.close());
  byId("previous").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));
  view.addEventListener("click", (event) => {
    if (event.target === view) {
      view.close();
    }
  });
  view.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    // Sliders, lists and the map have their own arrows.
    if (by && !event.target.closest("input, select, #cells")) {
      event.preventDefault();
      step(by);
    }
  });
  byId("cells").addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const map = chosen(card.picture);
    if (move && map) {
      event.preventDefault();
      cell = cell
        ? {
            column: Math.max(0, Math.min(map.width - 1, cell.column + move[0])),
            row: Math.max(0, Math.min(map.height - 1, cell.row + move[1])),
          }
        : { column: Math.floor(map.peak[0] * map.width), row: Math.floor(map.peak[1] * map.height) };
      tellCell();
    }
  });
  byId("cells").addEventListener("pointermove", (event) => {
    const map = chosen(card.picture);
    const box = canvas.getBoundingClientRect();
    cell = map && cellAt(map, card.picture,
      (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    tellCell();
  });
  for (const one of cards) {
    one.node.addEventListener("click", () => open(one));
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#picture-"]');
    if (link) {
      event.preventDefault();
      open(cards[link.getAttribute("href").slice("#picture-".length)]);
    }
  });
  changed.push(update);
  const asked = /^#picture-(\d+)$/.exec(location.hash);
  if (explorer) {
    view.setAttribute("role", "region");
    open(cards[0]);
  } else if (asked && cards[asked[1]]) {
    open(cards[asked[1]]);
  }
}

if (cards.length) {
  startView();
}
