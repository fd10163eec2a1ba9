// Where window, canvas and picture are, and what the mouse does: the page's eyes on itself.

/** @typedef {import('./canvas.js').Stage} Stage */
/** @typedef {import('../core/look.js').Look} Look */
/** @typedef {import('../core/messages.js').LookScreen} LookScreen */

const WINDOW_MS = 500; // no event says that a window was dragged elsewhere

/** Where everything is now. @param {Stage} stage @returns {LookScreen|null} */
export function measure(stage) {
  const { viewport, frameIdx, ctx } = stage;
  if (!stage.shown) return null;
  const { left, top, width, height } = stage.over.getBoundingClientRect();
  return {
    t_ns: String(BigInt(Math.round(performance.timeOrigin + performance.now())) * 1_000_000n),
    screen_x: screenX, screen_y: screenY, outer_width: outerWidth, outer_height: outerHeight, inner_width: innerWidth, inner_height: innerHeight,
    canvas: { left, top, width, height }, scale: viewport.scale, x: viewport.x, y: viewport.y,
    image_width: viewport.imageWidth, image_height: viewport.imageHeight, frame_idx: frameIdx,
    device_pixel_ratio: devicePixelRatio, visible: document.visibilityState === 'visible',
    object_id: ctx.ui.get('selected'),
  };
}

/** Reports whenever anything of it changes. @param {Stage} stage @param {Look} look @returns {() => void} off */
export function watchScreen(stage, look) {
  const report = () => look.report();
  const off = new AbortController();
  for (const type of ['resize', 'focus', 'blur']) globalThis.addEventListener(type, report, { signal: off.signal });
  for (const type of ['visibilitychange', 'fullscreenchange']) document.addEventListener(type, report, { signal: off.signal });
  for (const type of ['resize', 'scroll']) globalThis.visualViewport?.addEventListener(type, report, { signal: off.signal });
  const offs = [stage.subscribe(report), stage.ctx.ui.subscribe((key) => key === 'selected' && report())];
  const timer = window.setInterval(report, WINDOW_MS);
  return () => {
    off.abort();
    window.clearInterval(timer);
    offs.forEach((each) => each());
  };
}

/** The mouse plays the eye: all that it does on the page, also between two pictures. @param {Look} look @returns {() => void} off */
export function watchMouse(look) {
  const off = new AbortController();
  const listen = (/** @type {string} */ type, /** @type {(event: PointerEvent) => void} */ run) =>
    globalThis.addEventListener(type, (event) => { if (event instanceof PointerEvent) run(event); }, { signal: off.signal, passive: true, capture: true });
  listen('pointermove', (event) => {
    const all = event.getCoalescedEvents?.() ?? [];
    for (const each of all.length ? all : [event]) look.look(performance.timeOrigin + each.timeStamp, each.clientX, each.clientY);
  });
  listen('pointerdown', (event) => look.look(performance.timeOrigin + event.timeStamp, event.clientX, event.clientY));
  document.documentElement.addEventListener('pointerleave', (event) => look.look(performance.timeOrigin + event.timeStamp, null, null), { signal: off.signal });
  return () => off.abort();
}
