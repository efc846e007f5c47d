// Turns the land polygons of Natural Earth into assets/map/land.txt; see README.md beside this file.
// node compile.mjs > land.txt
import { readFileSync } from "node:fs";
import { feature } from "topojson-client";
import { presimplify, simplify } from "topojson-simplify";

// What is dropped: detail below this area in square degrees, and islands below that one.
const DETAIL = 0.015, ISLAND = 0.05;
// The map is cut at this meridian, degrees east; nothing but two small islands lies across it.
const CUT = -169;

const source = JSON.parse(readFileSync(new URL("./node_modules/world-atlas/land-50m.json", import.meta.url)));
const ringArea = (ring) =>
  Math.abs(ring.reduce((sum, [x, y], i) => sum + x * ring[(i + 1) % ring.length][1] - ring[(i + 1) % ring.length][0] * y, 0)) / 2;
const land = feature(simplify(presimplify(source), DETAIL), source.objects.land);

// Longitudes run on across the 180th meridian, so that no ring is torn.
function unwrap(ring) {
  let last = ((ring[0][0] - CUT + 360) % 360) + CUT;
  return ring.map(([x, y]) => {
    while (x - last > 180) x -= 360;
    while (x - last < -180) x += 360;
    last = x;
    return [x, y];
  });
}

function encode(ring) {
  let before = [0, 0];
  const out = [];
  // The last point repeats the first.
  for (const [x, y] of ring.slice(0, -1)) {
    const at = [Math.round(x * 100), Math.round(y * 100)];
    if (out.length && at[0] === before[0] && at[1] === before[1]) continue;
    out.push(at[0] - before[0], at[1] - before[1]);
    before = at;
  }
  return out.length >= 6 ? out.join(" ") : null;
}

const features = land.type === "FeatureCollection" ? land.features : [land];
const polygons = features.flatMap(({ geometry: g }) => (g.type === "Polygon" ? [g.coordinates] : g.coordinates));
const lines = polygons
  // Antarctica.
  .filter(([outer]) => outer.some(([, y]) => y > -58))
  .map((rings) => rings.map(unwrap).filter((ring) => ringArea(ring) >= ISLAND))
  .filter((rings) => rings.length)
  .sort((a, b) => ringArea(b[0]) - ringArea(a[0]))
  .map((rings) => rings.map(encode).filter(Boolean).join(";"))
  .filter(Boolean);
process.stdout.write(lines.join("\n") + "\n");
