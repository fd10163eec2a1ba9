// What lies over the picture of a medical volume: its window, letters at the edges, a scale bar, the crossing of planes.
import { Latest } from '../core/latest.js';
import { paintGreys, scaleBar, windowText } from '../core/volume.js';
import { button, el } from './dom.js';
import { icon } from './icons.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('./canvas.js').Parts} Parts */
/** @typedef {import('./canvas.js').Stage} Stage */
/** @typedef {import('../core/volumeview.js').VolumeView} VolumeView */

const CUSTOM = 'custom';
const EDGE_PX = 14;
/** Longest share of the stage that a scale bar may take. */
const BAR_SHARE = 0.25;

/** @param {HTMLElement} root @param {Ctx} ctx @param {Parts} parts @returns {() => void} unmount */
export function mountVolume(root, ctx, parts) {
  const { volume } = ctx;
  const { stage } = parts;
  if (!volume || !stage) return () => {};
  const marks = el('div', { class: 'volume-marks', aria: { hidden: 'true' } });
  root.append(marks);
  const offs = [
    ...edges(marks, stage, volume),
    ...bar(marks, stage, volume),
    ...crossing(marks, ctx, stage, volume),
    ...windowControl(root, ctx, volume),
    tries(ctx, stage, volume),
  ];
  return () => offs.forEach((off) => off());
}

// ------------------------------------------------------------------ the window

/** @param {HTMLElement} root @param {Ctx} ctx @param {VolumeView} volume */
function windowControl(root, ctx, volume) {
  const { presets, unit } = volume.info;
  const names = el('select', { class: 'volume-preset', title: 'Which values are shown; V takes the next, Shift+V the one before', aria: { label: 'Window' } },
    ...presets.map(({ name, level, width }) => el('option', { value: name, text: name, title: `${brief(level)} / ${brief(width)}` })),
    el('option', { value: CUSTOM, text: 'own', hidden: true }));
  const [level, width] = [number('Level', `The value in the middle${unit ? `, ${unit}` : ''}`), number('Width', `From black to white${unit ? `, ${unit}` : ''}`)];
  const set = () => {
    const spread = { level: Number(level.value), width: Number(width.value) };
    if (level.value === '' || !(spread.width > 0)) return show();
    volume.set(windowText(spread));
  };
  const show = () => {
    const { name } = volume.info.window;
    const now = volume.window;
    names.value = !volume.trying && presets.some((each) => each.name === name) ? name : CUSTOM;
    if (document.activeElement !== level || volume.trying) level.value = brief(now.level);
    if (document.activeElement !== width || volume.trying) width.value = brief(now.width);
  };
  names.addEventListener('change', () => { if (names.value !== CUSTOM) volume.set(names.value); });
  for (const field of [level, width]) {
    field.addEventListener('change', set);
    field.addEventListener('keydown', (event) => { if (event.key === 'Enter' || event.key === 'Escape') field.blur(); });
    field.addEventListener('blur', show);
  }
  root.append(el('div', { class: 'volume-window', role: 'group', title: 'Drag with the right button: sideways for the width, up and down for the level', aria: { label: 'Window' } },
    names, el('label', null, el('span', { text: 'L' }), level), el('label', null, el('span', { text: 'W' }), width)));
  show();
  const step = (/** @type {number} */ by) => void volume.step(by);
  return [
    volume.subscribe(show),
    ctx.store.subscribe((change) => { if (change.recording) show(); }),
    ctx.keys.bind({ id: 'window.next', label: 'Next window', group: 'Canvas', keys: ['v'], run: () => step(1) }),
    ctx.keys.bind({ id: 'window.previous', label: 'Previous window', group: 'Canvas', keys: ['Shift+v'], run: () => step(-1) }),
  ];
}

/** @param {string} label @param {string} title */
const number = (label, title) => el('input', { type: 'number', step: 'any', class: 'volume-number', title: `${label}: ${title}`, aria: { label } });
/** @param {number} value */
const brief = (value) => String(Number(value.toPrecision(6)));

/** Shows the window that is tried. Only the slice on screen is made, from its values, here. @param {Ctx} ctx @param {Stage} stage @param {VolumeView} volume */
function tries(ctx, stage, volume) {
  const { width, height } = volume.plane;
  const canvas = el('canvas', { width, height });
  const to = canvas.getContext('2d');
  const picture = new ImageData(width, height);
  /** @type {{frameIdx: number, values: Float32Array}|null} */
  let known = null;
  let due = false;
  /** Of the pictures on which dragging began. */ let tag = '';
  const paint = () => {
    due = false;
    if (!volume.trying || !to || known?.frameIdx !== stage.frameIdx) return;
    paintGreys(known.values, volume.trying, volume.info.whole, picture.data);
    to.putImageData(picture, 0, 0);
    stage.try(canvas);
  };
  const later = () => {
    if (!due) requestAnimationFrame(paint);
    due = true;
  };
  const values = new Latest(async (/** @type {number} */ frameIdx) => {
    known = { frameIdx, values: new Float32Array(await ctx.api.bytes(`values/${frameIdx}`)) };
    later();
  });
  return volume.subscribe(() => {
    if (volume.trying) {
      tag ||= stage.tag;
      if (known?.frameIdx !== stage.frameIdx) values.want(stage.frameIdx);
      later();
      return;
    }
    if (tag && tag === stage.tag) stage.try(null); // dropped; else it stays until there is a picture of the new window
    tag = '';
  });
}

// ------------------------------------------------------------------ marks

/** @param {HTMLElement} root @param {Stage} stage @param {VolumeView} volume */
function edges(root, stage, volume) {
  const { left, right, top, bottom } = volume.plane;
  const signs = [left, right, top, bottom].map((text) => el('span', { class: 'volume-edge', text }));
  root.append(...signs);
  const show = () => {
    const { viewport } = stage;
    const [from, to] = [viewport.toScreen(0, 0), viewport.toScreen(viewport.imageWidth, viewport.imageHeight)];
    const [x0, x1] = [Math.max(from.x, 0), Math.min(to.x, viewport.stageWidth)];
    const [y0, y1] = [Math.max(from.y, 0), Math.min(to.y, viewport.stageHeight)];
    const gap = EDGE_PX * stage.unit;
    place(signs[0], x0 + gap, (y0 + y1) / 2);
    place(signs[1], x1 - gap, (y0 + y1) / 2);
    place(signs[2], (x0 + x1) / 2, y0 + gap);
    place(signs[3], (x0 + x1) / 2, y1 - gap);
  };
  show();
  return [stage.subscribe(show)];
}

/** @param {HTMLElement} root @param {Stage} stage @param {VolumeView} volume */
function bar(root, stage, volume) {
  const line = el('span', { class: 'volume-bar-line' });
  const text = el('span', { class: 'volume-bar-text' });
  root.append(el('span', { class: 'volume-bar' }, text, line));
  const show = () => {
    const { scale, stageWidth } = stage.viewport;
    const { mm, px } = scaleBar(volume.plane.px_mm / scale, stageWidth * BAR_SHARE);
    line.style.width = `${px}px`;
    text.textContent = `${mm} mm`;
  };
  show();
  return [stage.subscribe(show)];
}

/** Where the other planes cross the picture; shown while they are. @param {HTMLElement} root @param {Ctx} ctx @param {Stage} stage @param {VolumeView} volume */
function crossing(root, ctx, stage, volume) {
  const [across, down] = [el('span', { class: 'volume-cross across' }), el('span', { class: 'volume-cross down' })];
  root.append(across, down);
  const show = () => {
    const [row, column] = volume.crossing;
    const { x, y } = stage.viewport.toScreen(column + 0.5, row + 0.5);
    for (const each of [across, down]) each.hidden = ctx.ui.get('panel') !== 'planes';
    across.style.top = `${y}px`;
    down.style.left = `${x}px`;
  };
  show();
  return [stage.subscribe(show), volume.subscribe(show), ctx.ui.subscribe((key) => key === 'panel' && show())];
}

/** @param {HTMLElement|undefined} node @param {number} x @param {number} y stage px */
function place(node, x, y) {
  if (node) node.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px) translate(-50%, -50%)`;
}

/** A button that opens the project for another plane. @param {Ctx} ctx @param {string} plane */
export function workIn(ctx, plane) {
  const run = async () => {
    open.disabled = true;
    try {
      const { pid } = await ctx.api.post(`planes/${plane}`);
      location.hash = `#p/${encodeURIComponent(pid)}`;
    } catch (error) {
      open.disabled = false;
      ctx.say.error(error);
    }
  };
  const open = button({ label: 'Work in this plane', icon: icon('play'), class: 'small', title: `Opens the project for ${plane} slices, beside this one; its AOIs are its own`, run });
  return open;
}
