// Parts and wholes: which AOI is listed below which.

/** @typedef {import('./messages.js').Aoi} Aoi */
/** @typedef {ReadonlyMap<number, Aoi>} Aois */

/**
 * Wholes in the order they were made, each with its parts below it.
 * @param {Aois} aois @returns {{aoi: Aoi, depth: number}[]} depth 0: part of none
 */
export function inFamilies(aois) {
  const parts = partsOf(aois);
  /** @type {{aoi: Aoi, depth: number}[]} */
  const listed = [];
  const list = (/** @type {Aoi} */ aoi, /** @type {number} */ depth) => {
    listed.push({ aoi, depth });
    for (const part of parts.get(aoi.object_id) ?? []) list(part, depth + 1);
  };
  for (const aoi of aois.values()) if (wholeOf(aoi, aois) === null) list(aoi, 0);
  return listed;
}

/** The AOI that this one is a part of; null: of none, or of one that is no more. @param {Aoi} aoi @param {Aois} aois @returns {Aoi|null} */
export function wholeOf({ part_of }, aois) {
  return aois.get(part_of ?? -1) ?? null;
}

/**
 * AOIs of which all these may be parts: not themselves, nor parts of them.
 * @param {Aois} aois @param {Iterable<number>} objectIds @returns {Aoi[]} in families' order
 */
export function possibleWholes(aois, objectIds) {
  const chosen = new Set(objectIds);
  const within = (/** @type {Aoi|null} */ aoi) => {
    for (let each = aoi; each; each = wholeOf(each, aois)) if (chosen.has(each.object_id)) return true;
    return false;
  };
  return inFamilies(aois).map(({ aoi }) => aoi).filter((aoi) => !within(aoi));
}

/** @param {Aois} aois @returns {Map<number, Aoi[]>} parts by the object_id of their whole */
function partsOf(aois) {
  /** @type {Map<number, Aoi[]>} */
  const parts = new Map();
  for (const aoi of aois.values()) {
    const whole = wholeOf(aoi, aois);
    if (whole) parts.set(whole.object_id, [...(parts.get(whole.object_id) ?? []), aoi]);
  }
  return parts;
}
