// The bar above the picture after a correction: track the gap again, compare before and after, approve or undo.
import { button, el, replace } from './dom.js';
import { glyph } from './glyphs.js';
import { icon } from './icons.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('./canvas.js').Parts} Parts */

/** @param {HTMLElement} root @param {Ctx} ctx @param {Parts} parts @returns {() => void} unmount */
export function mountCorrection(root, ctx, parts) {
  const { corrector } = parts;
  const bar = el('div', { class: 'correction', hidden: true, role: 'region', aria: { label: 'Correction' } });
  const text = el('span', { class: 'correction-text', role: 'status' });
  const before = button({ label: 'Before', class: 'small', title: 'As it was before the correction (O)', run: () => corrector.now && ctx.ui.set('before', corrector.now.stepId) });
  const after = button({ label: 'After', class: 'small', title: 'As it is now (O)', run: () => ctx.ui.set('before', null) });
  const again = button({ label: 'Re-track this gap', icon: glyph('track'), class: 'small primary', run: () => void corrector.track() });
  const approve = button({ label: 'Approve gap', icon: icon('check'), class: 'small', title: 'Approve all frames of the gap, so that tracking leaves them alone', run: () => void corrector.approve() });
  const undo = button({ label: 'Undo correction', icon: glyph('undo'), class: 'small', run: () => void corrector.undo() });
  const close = button({ label: 'Keep and close', icon: icon('close'), iconOnly: true, class: 'quiet small', run: () => corrector.dismiss() });
  replace(bar, text, again, el('span', { class: 'segments', role: 'group', aria: { label: 'Compare' } }, before, after), approve, undo, close);
  root.append(bar);
  const show = () => {
    const { now } = corrector;
    bar.hidden = now === null;
    if (!now) return;
    const name = ctx.store.aois.get(now.objectId)?.name ?? 'AOI';
    const frames = `frames ${now.span.start}–${now.span.stop - 1}`;
    text.textContent =
      now.phase === 'tracking' ? `Re-tracking ${name}, ${frames} …`
      : now.phase === 'done' ? `${name} is tracked again, ${frames}. Compare, then approve or undo.`
      : `${name} changed here; ${frames} are out of date.`;
    again.hidden = now.phase !== 'offered';
    approve.disabled = now.phase === 'tracking';
    before.setAttribute('aria-pressed', String(ctx.ui.get('before') !== null));
    after.setAttribute('aria-pressed', String(ctx.ui.get('before') === null));
  };
  const offs = [
    corrector.subscribe(show),
    ctx.ui.subscribe((key) => key === 'before' && show()),
  ];
  return () => offs.forEach((off) => off());
}
