// Density of gaze over the frame that is shown.
import { el, replace } from './dom.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/resultsfeed.js').ResultsFeed} ResultsFeed */

const WIDTH_PX = 960;

/** @param {Ctx} ctx @param {ResultsFeed} feed @returns {{node: HTMLElement, show: () => void, names: () => void, off: () => void}} */
export function mountHeatmap(ctx, feed) {
  const frame = el('img', { class: 'heat-frame', alt: '' });
  const heat = el('img', { class: 'heat', alt: 'Density of gaze over the current frame' });
  const failed = el('p', { class: 'muted small-text', role: 'status', hidden: true, text: 'The heatmap could not be drawn; it is tried again with the next results.' });
  const opacity = el('input', { type: 'range', min: 0, max: 100, value: 70, class: 'grow', aria: { label: 'Opacity of the heatmap' } });
  const which = el('select', { aria: { label: 'Gaze shown' } });
  const picture = el('figure', { class: 'heat-figure' }, frame, heat);
  picture.style.aspectRatio = `${ctx.store.recording.width} / ${ctx.store.recording.height}`;
  let seen = false;
  let drawn = '';
  const draw = () => {
    if (!seen || !feed.info || feed.busy) return;
    const query = new URLSearchParams(feed.query());
    query.set('w', String(Math.min(WIDTH_PX, ctx.store.recording.width)));
    if (which.value) query.set('object_id', which.value);
    const address = `${ctx.api.url('heatmap.png')}?${query}&version=${feed.version}`;
    if (address === drawn) return;
    drawn = address;
    heat.src = address;
  };
  const drawFrame = () => {
    if (!seen || ctx.ui.get('panel') !== 'results') return;
    const address = ctx.api.url(`frames/${ctx.player.frameIdx}.jpg?tag=${encodeURIComponent(ctx.store.recording.frames_tag)}&w=${WIDTH_PX}`);
    if (frame.getAttribute('src') !== address) frame.src = address;
  };
  const names = () => {
    const before = which.value;
    replace(which, el('option', { value: '', text: 'All gaze' }), ...[...ctx.store.aois.values()].map((aoi) => el('option', { value: aoi.object_id, text: `Gaze on ${aoi.name}` })));
    which.value = [...which.options].some((each) => each.value === before) ? before : '';
  };
  opacity.addEventListener('input', () => { heat.style.opacity = String(Number(opacity.value) / 100); });
  heat.style.opacity = '0.7';
  heat.addEventListener('error', () => { failed.hidden = false; heat.hidden = true; });
  heat.addEventListener('load', () => { failed.hidden = true; heat.hidden = false; });
  which.addEventListener('change', draw);
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen = true;
    watch.disconnect();
    draw();
    drawFrame();
  });
  watch.observe(picture);
  const off = ctx.player.subscribe(({ settled }) => { if (settled) drawFrame(); });
  return {
    node: el('div', { class: 'stack' }, el('div', { class: 'row' }, which, el('span', { class: 'muted small-text', text: 'Opacity' }), opacity), picture, failed),
    show: () => { draw(); drawFrame(); },
    names,
    off: () => { watch.disconnect(); off(); },
  };
}
