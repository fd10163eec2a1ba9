// The playhead by keyboard, while the timeline has the focus.

/**
 * @typedef {object} SliderNeeds
 * @property {import('../core/context.js').Ctx} ctx
 * @property {() => [number, number]} getSpan
 * @property {(factor: number) => void} zoom
 * @property {() => void} fit
 * @property {() => void} menu opens the menu at the playhead
 */

/**
 * @param {HTMLElement} node with the role slider
 * @param {SliderNeeds} needs
 */
export function sliderKeys(node, { ctx, getSpan, zoom, fit, menu }) {
  const { player } = ctx;
  const page = () => Math.max(10, Math.round((getSpan()[1] - getSpan()[0]) / 10));
  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowLeft: () => player.step(-1),
    ArrowDown: () => player.step(-1),
    ArrowRight: () => player.step(1),
    ArrowUp: () => player.step(1),
    'Shift+ArrowLeft': () => player.step(-10),
    'Shift+ArrowRight': () => player.step(10),
    PageDown: () => player.step(-page()),
    PageUp: () => player.step(page()),
    Home: () => player.seek(0),
    End: () => player.seek(player.nFrames - 1),
    ' ': () => player.toggle(),
    '+': () => zoom(1 / 1.6),
    '=': () => zoom(1 / 1.6),
    '-': () => zoom(1.6),
    0: fit,
    ContextMenu: menu,
    'Shift+F10': menu,
  };
  node.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const shifted = event.shiftKey && event.key.length > 1;
    const run = keys[shifted ? `Shift+${event.key}` : event.key];
    if (!run) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  });
}
