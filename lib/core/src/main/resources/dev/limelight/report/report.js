// Cards with maps, and the switches above them.

const page = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const CARD = 360;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function labelled(canvas, text) {
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", text);
}

// What is drawn.

const state = {
  method: 0, layer: 0, class: 0, palette: "viridis", opacity: 0.65, threshold: 0,
  smooth: true, contour: true, peak: true, shared: false,
};
/** The choice of the class that each picture's first map speaks for. */
const OWN = -1;

const ownClass = (picture) => picture.maps[0].class;
const manyOwn = new Set(page.pictures.map(ownClass)).size > 1;

function chosen(picture) {
  const wanted = state.class === OWN ? ownClass(picture) : state.class;
  return picture.maps.find(
    (map) => map.method === state.method && map.layer === state.layer && map.class === wanted);
}

let together = null;

/** The scale of a map: its own, or that of all maps now chosen that have its unit. */
function settingsFor(map) {
  const palette = page.palettes[state.palette];
  let maps = [map];
  if (state.shared) {
    together ??= page.pictures.map(chosen).filter(Boolean);
    const alike = together.filter((other) => other.unit === map.unit);
    maps = alike.includes(map) ? alike : [map, ...alike];
  }
  return { ...state, palette, scale: scaleOf(maps, palette) };
}

/** A bar of the colours between the numbers that they stand for, with the unit. */
function showBar(place, map) {
  place.replaceChildren();
  if (!map) {
    return;
  }
  const settings = settingsFor(map);
  if (blank(map, settings.palette)) {
    const nothing = ["", "activation"].includes(map.unit) ? "nothing above 0" : "no positive evidence";
    place.append(element("strong", { textContent: `${nothing}, maximum ${format(map, map.top)}` }));
    return;
  }
  const { scale, palette } = settings;
  const canvas = element("canvas", { width: 256, height: 1 });
  labelled(canvas, `Colours from ${number(scale.min)} to ${format(map, scale.max)}`);
  const brush = canvas.getContext("2d");
  const pixels = brush.createImageData(256, 1);
  for (let i = 0; i < 256; i++) {
    pixels.data.set(rgbOf(palette).subarray(3 * i, 3 * i + 3), 4 * i);
    const size = palette.diverging ? Math.abs(2 * (i / 255) - 1) : i / 255;
    pixels.data[4 * i + 3] = size < settings.threshold ? 40 : 255;
  }
  brush.putImageData(pixels, 0, 0);
  place.append(
    element("span", { textContent: number(scale.min) }), canvas,
    element("span", { textContent: format(map, scale.max) }));
}

/** The lights, with their numbers behind a switch, which is on in the large view. */
function lights(map, inView) {
  const list = element("ul", { className: "lights" });
  for (const light of map.lights) {
    const numbers = element("dl", { className: "numbers" });
    for (const [name, value] of light.numbers) {
      numbers.append(element("dt", { textContent: name }), element("dd", { textContent: value }));
    }
    const why = element("details", { className: "why", open: inView },
      element("summary", { textContent: "why" }), numbers);
    list.append(
      element("li", {},
        element("span", { className: `light ${light.level}` },
          element("span", { className: "symbol", textContent: light.symbol, ariaHidden: "true" }),
          element("span", { textContent: light.word })),
        " ", light.numbers.length > 0 ? why : ""));
  }
  return list;
}

function showTold(place, picture, map) {
  place.replaceChildren();
  if (!map) {
    place.append(element("p", { className: "missing", textContent: "No map of this picture for this choice." }));
    return;
  }
  place.append(element("p", { className: "caption", textContent: map.caption }));
  if (map.lights.length) {
    place.append(lights(map, place.id === "view-told"));
  }
}

// Cards.

const cards = [...document.querySelectorAll(".card")].map((node, place) => {
  const canvas = element("canvas", { hidden: true });
  const picture = page.pictures[place];
  labelled(canvas, `The picture ${picture.name}`);
  node.querySelector(".frame").prepend(canvas);
  return { node, place, canvas, picture, image: node.querySelector("img") };
});

async function loaded(image) {
  await image.decode();
  return image;
}

async function show(card) {
  const image = await loaded(card.image);
  const map = chosen(card.picture);
  draw(card.canvas, card.picture, image, map, map && settingsFor(map), CARD);
  labelled(card.canvas, map ? map.alt : `The picture ${card.picture.name}; no map of it for this choice`);
  card.canvas.hidden = false;
  card.image.hidden = true;
}

/** What is small and comes with words, such as a group's members; drawn like cards. */
const minis = [];

function addMini(watched, paint) {
  minis.push({ node: watched, paint, stale: true });
}

for (const link of document.querySelectorAll(".members li[data-picture] a")) {
  const card = cards[link.parentNode.dataset.picture];
  const canvas = element("canvas");
  labelled(canvas, `The picture ${card.picture.name}`);
  link.prepend(canvas);
  addMini(link, async () => {
    const image = await loaded(card.image);
    const map = chosen(card.picture);
    draw(canvas, card.picture, image, map, map && { ...settingsFor(map), peak: false }, 128);
    labelled(canvas, map ? map.alt : `The picture ${card.picture.name}`);
  });
}

for (const figure of document.querySelectorAll("[data-mean]")) {
  const map = page.means[figure.dataset.mean];
  const canvas = element("canvas");
  const bar = element("div", { className: "bar" });
  figure.prepend(canvas, bar);
  labelled(canvas, map.alt);
  addMini(figure, async () => {
    const palette = page.palettes[state.palette];
    draw(canvas, map, null, map, { ...state, palette, scale: scaleOf([map], palette) }, 160);
    showBar(bar, map);
  });
}

const drawn = [...cards.map((card) => ({ node: card.node, paint: () => show(card), stale: true })), ...minis];
const byNode = new Map(drawn.map((item) => [item.node, item]));
const visible = new Set();
const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const item = byNode.get(entry.target);
    if (entry.isIntersecting) {
      visible.add(item);
    } else {
      visible.delete(item);
    }
  }
  redraw();
}, { rootMargin: "400px" });
drawn.forEach((item) => watcher.observe(item.node));

let asked = false;

/** Draws what is in sight at the next frame, and the rest when nothing else is to be done. */
function redraw() {
  if (!asked) {
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      visible.forEach(paint);
      idle();
    });
  }
}

function paint(item) {
  if (item.stale) {
    item.stale = false;
    item.paint().catch((error) => console.error(error));
  }
}

let resting = false;

function idle() {
  if (resting || !drawn.some((item) => item.stale)) {
    return;
  }
  resting = true;
  const wait = window.requestIdleCallback ?? ((work) => setTimeout(work, 50));
  wait(() => {
    resting = false;
    // All of them, since what is printed must have been drawn.
    drawn.filter((item) => item.stale).slice(0, 4).forEach(paint);
    idle();
  });
}

const changed = [];

/** After a change of what is drawn. */
function refresh() {
  together = null;
  for (const card of cards) {
    const map = chosen(card.picture);
    showBar(card.node.querySelector(".bar"), map);
    showTold(card.node.querySelector(".told"), card.picture, map);
  }
  drawn.forEach((item) => (item.stale = true));
  redraw();
  tellSettings();
  changed.forEach((listener) => listener());
}

// The value under the pointer.

for (const card of cards) {
  const output = card.node.querySelector(".value");
  card.node.addEventListener("pointermove", (event) => {
    const map = chosen(card.picture);
    const box = card.canvas.getBoundingClientRect();
    const cell = map && cellAt(map, card.picture,
      (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    output.hidden = !cell;
    output.textContent = cell ? reading(map, cell) : "";
  });
  card.node.addEventListener("pointerleave", () => (output.hidden = true));
}

// The toolbar.

function options(select, names, value) {
  select.replaceChildren(
    ...names.map(([key, text]) => element("option", { value: key, textContent: text })));
  select.value = value;
}

function has(method, layer) {
  return page.pictures.some((picture) => picture.maps.some((map) => map.method === method && map.layer === layer));
}

/** Keeps method and layer such that there are maps: the one just chosen stays. */
function settle(kept) {
  if (!has(state.method, state.layer)) {
    const other = kept === "method" ? "layer" : "method";
    const all = page[`${other}s`].map((_, place) => place);
    state[other] = all.find((place) => (kept === "method" ? has(state.method, place) : has(place, state.layer)));
    byId(other).value = state[other];
  }
}

/** Chooses a map; its class as each picture's own where it is that. */
function choose(picture, map) {
  state.method = map.method;
  state.layer = map.layer;
  state.class = manyOwn && map.class === ownClass(picture) ? OWN : map.class;
  for (const name of ["method", "layer", "class"]) {
    byId(name).value = state[name];
  }
  refresh();
}

function tellSettings() {
  const told = byId("settings-told");
  if (told) {
    const about = state.class === OWN ? "each picture's own class" : page.classes[state.class];
    told.textContent =
      `Maps by ${page.methods[state.method]} at ${page.layers[state.layer]} for ${about}, in ${state.palette}, ` +
      `opacity ${Math.round(100 * state.opacity)} %, threshold ${Math.round(100 * state.threshold)} % of the maximum.`;
  }
}

function startToolbar() {
  const first = page.pictures[0].maps[0];
  state.method = first.method;
  state.layer = first.layer;
  state.class = manyOwn ? OWN : first.class;
  const numbered = (names) => names.map((name, place) => [place, name]);
  options(byId("method"), numbered(page.methods), state.method);
  options(byId("layer"), numbered(page.layers), state.layer);
  const classes = numbered(page.classes);
  options(byId("class"), manyOwn ? [[OWN, "each picture's own"], ...classes] : classes, state.class);
  options(byId("palette"), Object.entries(page.palettes).map(([name, palette]) =>
    [name, palette.diverging ? `${name} (signed)` : name]), state.palette);
  for (const name of ["method", "layer", "class"]) {
    document.querySelector(`[data-choice=${name}]`).hidden = byId(name).options.length < 2;
    byId(name).addEventListener("change", () => {
      state[name] = Number(byId(name).value);
      settle(name);
      refresh();
    });
  }
  byId("palette").addEventListener("change", () => {
    state.palette = byId("palette").value;
    refresh();
  });
  for (const name of ["opacity", "threshold"]) {
    const slider = byId(name);
    const tell = () => {
      state[name] = slider.value / 100;
      const text = `${slider.value} %`;
      slider.nextElementSibling.textContent = text;
      slider.setAttribute("aria-valuetext", name === "threshold" ? `${text} of the maximum` : text);
    };
    tell();
    slider.addEventListener("input", () => {
      tell();
      refresh();
    });
  }
  for (const name of ["smooth", "contour", "peak", "shared"]) {
    // A browser that goes back to a page keeps what was ticked.
    state[name] = byId(name).checked;
    byId(name).addEventListener("change", () => {
      state[name] = byId(name).checked;
      refresh();
    });
  }
  byId("shared").parentNode.hidden = cards.length < 2;
  byId("display").open = document.body.classList.contains("explorer") || matchMedia("(min-width: 48rem)").matches;
  byId("order").addEventListener("change", arrange);
  byId("find").addEventListener("input", arrange);
}

const LEVELS = ["green", "amber", "red"];

function worst(card) {
  const map = chosen(card.picture);
  return map ? Math.max(-1, ...map.lights.map((light) => LEVELS.indexOf(light.level))) : -1;
}

const ORDERS = {
  given: (a, b) => a.place - b.place,
  name: (a, b) => a.picture.name.localeCompare(b.picture.name, undefined, { numeric: true }),
  unsure: (a, b) => (a.picture.sure ?? 2) - (b.picture.sure ?? 2),
  light: (a, b) => worst(b) - worst(a),
};

/** Puts the cards in order and hides those that are not looked for. */
function arrange() {
  const order = ORDERS[byId("order").value];
  const words = byId("find").value.toLowerCase().trim();
  let found = 0;
  for (const grid of document.querySelectorAll(".grid")) {
    const own = cards.filter((card) => card.node.parentNode === grid);
    own.sort((a, b) => order(a, b) || a.place - b.place);
    own.forEach((card) => grid.append(card.node));
  }
  for (const card of cards) {
    card.node.hidden = !card.node.textContent.toLowerCase().includes(words);
    found += card.node.hidden ? 0 : 1;
  }
  const all = cards.length === 1 ? "1 picture" : `${cards.length} pictures`;
  byId("count").textContent = words ? `${found} of ${all}` : all;
}

if (cards.length) {
  startToolbar();
  refresh();
  arrange();
} else {
  redraw();
}
