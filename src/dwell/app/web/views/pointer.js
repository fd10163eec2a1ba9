// Mouse, pen, touch, wheel and the keyboard's cross-hair on the stage.
import { Gestures, wheelFactor } from '../core/gestures.js';
import { colourOf } from '../core/scene.js';
import { WheelSteps } from '../core/slices.js';

/** @typedef {import('./canvas.js').Stage} Stage */

const AIM_STEP_PX = 4;
const AIM_BIG_STEP_PX = 24;

/** @param {Stage} stage @returns {() => void} off */
export function listenToPointer(stage) {
  const { ctx, over } = stage;
  let since = 0;
  const wheel = new WheelSteps();
  const gestures = new Gestures({
    tool: () => ctx.ui.get('tool'),
    act: (act) => stage.act(act, since),
    draft: (act) => showDraft(stage, act),
    pan: (dx, dy) => stage.pan(dx, dy),
    zoom: (factor, x, y) => stage.zoom(factor, x, y),
    level: ctx.volume && ((dx, dy, state) => level(stage, dx, dy, state)),
    mac: ctx.keys.mac,
  });
  const offs = new AbortController();
  const on = listener(over, offs.signal);
  on('pointerdown', (event) => {
    if (event.button > 2) return;
    over.focus({ preventScroll: true });
    over.setPointerCapture(event.pointerId);
    gestures.down(pointerOf(event, over));
    event.preventDefault();
  });
  on('pointermove', (event) => {
    const pointer = pointerOf(event, over);
    for (const each of event.getCoalescedEvents?.() ?? []) gestures.move(pointerOf(each, over));
    gestures.move(pointer);
    hover(stage, pointer);
  });
  on('pointerup', (event) => {
    since = event.timeStamp;
    gestures.up(pointerOf(event, over));
  });
  on('pointercancel', () => void gestures.cancel());
  on('pointerleave', () => hover(stage, null));
  on('contextmenu', (event) => event.preventDefault());
  on('wheel', (event) => {
    const { x, y } = pointerOf(event, over);
    event.preventDefault();
    const turns = ctx.store.recording.kind === 'volume' && !event.ctrlKey && !event.metaKey; // with Ctrl it zooms there, too
    if (turns && !event.shiftKey) ctx.player.step(wheel.turn(event));
    else if (event.shiftKey) stage.pan(-(event.deltaX || event.deltaY), 0);
    else stage.zoom(wheelFactor(event), x, y);
  });
  on('keydown', (event) => {
    if (event.key === 'Escape' && gestures.cancel()) event.preventDefault(); // before all else that Escape ends
    else aim(stage, event);
  });
  const space = panKey(gestures, stage, offs.signal);
  return () => {
    offs.abort();
    space();
  };
}

/** @param {HTMLElement} element @param {AbortSignal} signal */
function listener(element, signal) {
  /** @template {keyof HTMLElementEventMap} K @param {K} type @param {(event: HTMLElementEventMap[K]) => void} run */
  return (type, run) => element.addEventListener(type, run, { signal, passive: false });
}

/** @param {MouseEvent} event @param {HTMLElement} over @returns {import('../core/gestures.js').PointerLike} */
function pointerOf(event, over) {
  const box = over.getBoundingClientRect();
  const pointer = /** @type {Partial<PointerEvent>} */ (event);
  return {
    id: pointer.pointerId ?? 0,
    type: pointer.pointerType ?? 'mouse',
    x: event.clientX - box.left,
    y: event.clientY - box.top,
    button: event.button,
    alt: event.altKey,
    ctrl: event.ctrlKey,
    shift: event.shiftKey,
    t: event.timeStamp,
  };
}

/** @param {Stage} stage @param {import('../core/gestures.js').Act|null} act */
function showDraft(stage, act) {
  if (!act && !stage.draft) return;
  const colour = colourOf(stage.ctx.store, stage.ctx.ui.get('selected'));
  stage.draft = act ? { act, colour, radius: stage.ctx.ui.get('brushPx') * stage.viewport.scale } : null;
  stage.repaint();
}

/** @param {Stage} stage @param {{x: number, y: number}|null} pointer */
function hover(stage, pointer) {
  const tool = stage.ctx.ui.get('tool');
  stage.pointer = pointer;
  if (stage.ctx.volume) hoverVolume(stage, stage.ctx.volume, pointer);
  if (tool === 'brush' || tool === 'eraser') stage.repaint();
}

/** What is under the pointer; with Shift held the other planes follow it.
 * @param {Stage} stage @param {import('../core/volumeview.js').VolumeView} volume @param {{x: number, y: number, shift?: boolean}|null} pointer */
function hoverVolume(stage, volume, pointer) {
  if (!pointer) return volume.leave();
  const { x, y } = stage.viewport.toImage(pointer.x, pointer.y);
  volume.hover(x, y);
  if (pointer.shift) volume.cross(x, y);
}

/** @param {Stage} stage @param {number} dx @param {number} dy @param {'going'|'done'|'dropped'} state */
function level(stage, dx, dy, state) {
  const { volume } = stage.ctx;
  if (state === 'going') volume?.drag(dx, dy);
  else if (state === 'done') volume?.take();
  else volume?.cancel();
}

/** Holding Alt+Shift is not needed: the middle button pans, and so does dragging while Z is held.
 * @param {Gestures} gestures @param {Stage} stage @param {AbortSignal} signal @returns {() => void} */
function panKey(gestures, stage, signal) {
  const set = (/** @type {boolean} */ held) => {
    gestures.panKey = held;
    stage.over.classList.toggle('panning', held);
  };
  globalThis.addEventListener('keyup', (event) => event.key.toLowerCase() === 'z' && set(false), { signal });
  globalThis.addEventListener('blur', () => set(false), { signal });
  return stage.ctx.keys.bind({ id: 'pan.hold', label: 'Hold and drag to pan', group: 'Canvas', keys: ['z'], run: () => set(true) });
}

/** The keyboard's cross-hair: arrows move it, Enter includes, Shift+Enter or − excludes.
 * @param {Stage} stage @param {KeyboardEvent} event */
function aim(stage, event) {
  if (!stage.ctx.ui.get('aim') || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = (event.shiftKey ? AIM_BIG_STEP_PX : AIM_STEP_PX) / stage.viewport.scale;
  /** @type {Record<string, [number, number]>} */
  const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
  const move = moves[event.key];
  if (move) stage.moveAim(...move);
  else if (event.key === 'Enter' || event.key === '-') {
    const positive = event.key === 'Enter' && !event.shiftKey;
    const [x, y] = [stage.aim.x, stage.aim.y].map((value) => Math.round(value * 10) / 10);
    stage.prompt({ kind: 'point', x, y, positive }, event.timeStamp);
  } else return;
  event.preventDefault();
}
