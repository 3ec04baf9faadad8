// Maps and how they are drawn, as dev.limelight.image does it.

const decoded = new Map();

/** The values of a map, row by row; undone from their levels when they are first needed. */
function valuesOf(map) {
  if (!decoded.has(map)) {
    const bytes = Uint8Array.from(atob(map.levels), (character) => character.charCodeAt(0));
    const values = new Float32Array(map.width * map.height);
    const range = map.max - map.min;
    for (let i = 0; i < values.length; i++) {
      const level = map.bits === 16 ? (bytes[2 * i] * 256 + bytes[2 * i + 1]) / 65535 : bytes[i] / 255;
      values[i] = map.min + level * range;
    }
    decoded.set(map, values);
  }
  return decoded.get(map);
}

/** For each new position the two old neighbours and the share of the second: half-pixel centres, clamped edges. */
function axis(size, newSize, smooth) {
  const first = new Int32Array(newSize);
  const second = new Int32Array(newSize);
  const share = new Float32Array(newSize);
  for (let i = 0; i < newSize; i++) {
    const position = ((i + 0.5) * size) / newSize - 0.5;
    if (!smooth) {
      first[i] = second[i] = Math.max(0, Math.min(size - 1, Math.round(position)));
    } else {
      const floor = Math.floor(position);
      first[i] = Math.max(0, Math.min(size - 1, floor));
      second[i] = Math.max(0, Math.min(size - 1, floor + 1));
      share[i] = floor < 0 || floor >= size - 1 ? 0 : position - floor;
    }
  }
  return { first, second, share };
}

function resized(map, width, height, smooth) {
  const values = valuesOf(map);
  // Areas keep their edges.
  const x = axis(map.width, width, smooth && !map.crisp);
  const y = axis(map.height, height, smooth && !map.crisp);
  const result = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const above = y.first[row] * map.width;
    const below = y.second[row] * map.width;
    const down = y.share[row];
    for (let i = 0; i < width; i++) {
      const right = x.share[i];
      const top = values[above + x.first[i]] * (1 - right) + values[above + x.second[i]] * right;
      const bottom = values[below + x.first[i]] * (1 - right) + values[below + x.second[i]] * right;
      result[row * width + i] = top * (1 - down) + bottom * down;
    }
  }
  return result;
}

/** Zero in the middle for a diverging palette, else from zero up. */
function scaleOf(maps, palette) {
  const top = Math.max(...maps.map((map) => map.max));
  const bottom = Math.min(...maps.map((map) => map.min));
  if (palette.diverging) {
    const bound = Math.max(Math.abs(top), Math.abs(bottom)) || 1;
    return { min: -bound, max: bound };
  }
  return { min: 0, max: top > 0 ? top : 1 };
}

/** Whether a map has nothing to show: no positive value, or only zeros where negative ones are drawn. */
function blank(map, palette) {
  return !(map.max > 0) && !(palette.diverging && map.min < 0);
}

function rgbOf(palette) {
  palette.rgb ??= Uint8Array.from(palette.colors.match(/../g), (pair) => parseInt(pair, 16));
  return palette.rgb;
}

/** How much of its colour a place gets: nothing at zero and below the threshold, all from six tenths on. */
function strength(t, palette, threshold) {
  const size = palette.diverging ? Math.abs(2 * t - 1) : t;
  if (size < threshold) {
    return 0;
  }
  const x = Math.min(1, size / 0.6);
  return x * x * (3 - 2 * x);
}

/** Where a map lies on a canvas, in whole pixels; it may reach beyond. */
function placeOf(map, picture, width, height) {
  const seen = map.seen ?? [0, 0, picture.width, picture.height];
  const x = Math.round((seen[0] * width) / picture.width);
  const y = Math.round((seen[1] * height) / picture.height);
  const right = Math.round(((seen[0] + seen[2]) * width) / picture.width);
  const bottom = Math.round(((seen[1] + seen[3]) * height) / picture.height);
  return { x, y, width: Math.max(1, right - x), height: Math.max(1, bottom - y) };
}

/** Draws a map over an image, or alone without an image. */
function draw(canvas, picture, image, map, settings, longest) {
  const factor = longest / Math.max(picture.width, picture.height);
  const width = Math.max(1, Math.round(picture.width * factor));
  const height = Math.max(1, Math.round(picture.height * factor));
  canvas.width = width;
  canvas.height = height;
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  if (image) {
    brush.imageSmoothingQuality = "high";
    brush.drawImage(image, 0, 0, width, height);
  }
  if (!map) {
    return;
  }
  const { palette, scale } = settings;
  const place = placeOf(map, picture, width, height);
  const values = resized(map, place.width, place.height, settings.smooth);
  const pixels = brush.getImageData(0, 0, width, height);
  const data = pixels.data;
  const colors = rgbOf(palette);
  const empty = blank(map, palette);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      const column = x - place.x;
      const row = y - place.y;
      const inside = column >= 0 && row >= 0 && column < place.width && row < place.height;
      if (!inside || (empty && image)) {
        const grey = 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
        for (let c = 0; c < 3; c++) {
          data[at + c] = inside ? data[at + c] + (grey - data[at + c]) * 0.85 : grey + (200 - grey) * 0.65;
        }
        continue;
      }
      const t = Math.max(0, Math.min(1, (values[row * place.width + column] - scale.min) / (scale.max - scale.min)));
      const color = 3 * Math.round(t * 255);
      const share = image ? settings.opacity * strength(t, palette, settings.threshold) : 1;
      for (let c = 0; c < 3; c++) {
        data[at + c] += (colors[color + c] - data[at + c]) * share;
      }
      data[at + 3] = 255;
    }
  }
  brush.putImageData(pixels, 0, 0);
  if (map.box && image) {
    const [left, top, across, down] = map.box.map((length) => length * factor);
    brush.beginPath();
    brush.rect(left, top, across, down);
    halo(brush, Math.max(1.2, longest / 300));
  }
  if (!empty && map.max > 0 && image) {
    brush.save();
    brush.beginPath();
    brush.rect(0, 0, width, height);
    brush.clip();
    if (settings.contour) {
      outline(brush, values, place);
    }
    if (settings.peak) {
      markPeak(brush, place.x + map.peak[0] * place.width, place.y + map.peak[1] * place.height, longest);
    }
    brush.restore();
  }
}

/** A white line with a dark edge: visible on every photo and in a grey print. */
function halo(brush, thin) {
  brush.lineCap = brush.lineJoin = "round";
  brush.strokeStyle = "rgba(0, 0, 0, 0.67)";
  brush.lineWidth = 2.2 * thin;
  brush.stroke();
  brush.strokeStyle = "#fff";
  brush.lineWidth = thin;
  brush.stroke();
}

function markPeak(brush, x, y, longest) {
  const r = Math.max(5, longest / 55);
  brush.beginPath();
  brush.arc(x, y, r, 0, 2 * Math.PI);
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    brush.moveTo(x + 0.4 * r * dx, y + 0.4 * r * dy);
    brush.lineTo(x + 1.7 * r * dx, y + 1.7 * r * dy);
  }
  halo(brush, Math.max(1.2, longest / 300));
}

/** The line at half of the maximum, by marching squares over every second pixel. */
function outline(brush, values, place) {
  let top = 0;
  for (const value of values) {
    top = Math.max(top, value);
  }
  const level = top / 2;
  const step = 2;
  const columns = Math.ceil(place.width / step);
  const rows = Math.ceil(place.height / step);
  // What lies beyond the border is below every level, so that lines close along it.
  const at = (column, row) =>
    column < 0 || row < 0 || column >= columns || row >= rows
      ? -Infinity
      : values[Math.min(place.height - 1, row * step) * place.width + Math.min(place.width - 1, column * step)];
  const between = (a, b) => {
    const va = at(...a);
    const vb = at(...b);
    const share = va === -Infinity ? 1 : vb === -Infinity ? 0 : (level - va) / (vb - va);
    return [
      place.x + 0.5 + step * (a[0] + (b[0] - a[0]) * share),
      place.y + 0.5 + step * (a[1] + (b[1] - a[1]) * share),
    ];
  };
  brush.beginPath();
  for (let row = -1; row < rows; row++) {
    for (let column = -1; column < columns; column++) {
      const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]];
      const crossed = [];
      for (let i = 0; i < 4; i++) {
        const a = corners[i];
        const b = corners[(i + 1) % 4];
        if (at(...a) >= level !== at(...b) >= level) {
          crossed.push(between(a, b));
        }
      }
      for (let i = 0; i + 1 < crossed.length; i += 2) {
        brush.moveTo(...crossed[i]);
        brush.lineTo(...crossed[i + 1]);
      }
    }
  }
  halo(brush, Math.max(1, Math.max(place.width, place.height) / 320));
}

/** The cell under a point of the picture, given as shares of its width and height; null outside of the map. */
function cellAt(map, picture, x, y) {
  const seen = map.seen ?? [0, 0, picture.width, picture.height];
  const column = Math.floor(((x * picture.width - seen[0]) / seen[2]) * map.width);
  const row = Math.floor(((y * picture.height - seen[1]) / seen[3]) * map.height);
  return column < 0 || row < 0 || column >= map.width || row >= map.height ? null : { column, row };
}

/** "0.42 logit in row 3, column 5", counted from 1. */
function reading(map, cell) {
  const value = valuesOf(map)[cell.row * map.width + cell.column];
  const about = map.bits === 8 ? "about " : "";
  const mean = map.block > 1 ? `, mean of ${map.block} x ${map.block} cells` : "";
  return `${about}${format(map, value)} in row ${cell.row + 1}, column ${cell.column + 1}${mean}`;
}

function number(value) {
  const size = Math.abs(value);
  if (size === 0) {
    return "0";
  }
  if (size < 1e-3 || size >= 1e5) {
    return value.toExponential(1);
  }
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : size >= 0.01 ? 4 : 5);
}

function format(map, value) {
  return map.unit ? `${number(value)} ${map.unit}` : number(value);
}
