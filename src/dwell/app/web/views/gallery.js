// The gallery: AOIs as pictures, filtered and sorted; several chosen become one, parts of another, or go.
import { Gallery, ORDERS } from '../core/gallery.js';
import { Picks } from '../core/picks.js';
import { objects } from '../core/everything.js';
import { button, el } from './dom.js';
import { makeCard } from './gallery_card.js';
import { GalleryKeys } from './gallery_keys.js';
import { icon } from './icons.js';
import { openPartOf } from './part_of.js';
import { swapHere } from './tools.js';
import { widening } from './results_wide.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('./canvas.js').Parts} Parts */
/** @typedef {import('./gallery_card.js').CardView} CardView */
/**
 * @typedef {object} GalleryView
 * @property {Ctx} ctx
 * @property {Parts} parts
 * @property {Gallery} gallery
 * @property {Picks} picks
 * @property {HTMLElement} grid
 * @property {Map<number, CardView>} cards
 * @property {number|null} current object_id of the card that the keyboard is on
 * @property {() => void} show
 * @property {(id: number) => void} go to its best frame
 * @property {(id: number, focus: boolean) => void} move the keyboard to a card
 */

/** @param {HTMLElement} root of the panel @param {Ctx} ctx @param {Parts} parts @returns {{node: HTMLElement, off: () => void}} */
export function mountGallery(root, ctx, parts) {
  const gallery = new Gallery(ctx, () => ctx.results.query());
  const wide = widening(root, ctx, 'everything', 'Widen the gallery');
  const grid = el('ul', { class: 'gallery-grid', aria: { label: 'Gallery of objects' } });
  /** @type {GalleryView} */
  const view = {
    ctx, parts, gallery, picks: new Picks(), grid, cards: new Map(), current: null,
    show: () => later(),
    go: (id) => go(view, id, wide.narrow),
    move: (id, focus) => moveTo(view, id, focus),
  };
  const head = galleryHead(view, wide.node);
  const bar = actionBar(view);
  const empty = el('p', { class: 'find-note gallery-empty' });
  const keys = new GalleryKeys(view);
  let queued = false;
  const later = () => {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => { queued = false; show(); });
  };
  const show = () => {
    const open = ctx.ui.get('panel') === 'everything';
    gallery.show(open);
    if (!open) return;
    view.picks.keep((id) => ctx.store.aois.has(id));
    const shown = showCards(view);
    head.show(shown);
    bar.show();
    empty.textContent = emptyText(view, shown);
    empty.hidden = !empty.textContent;
  };
  const offs = [
    gallery.subscribe(later),
    ctx.ui.subscribe((key) => { if (key === 'panel' || key === 'selected') later(); if (key === 'marginDeg') gallery.outdate(); }),
    () => keys.off(), wide.off, () => gallery.off(),
  ];
  later();
  const node = el('section', { class: 'gallery', aria: { label: 'Gallery' } }, head.node, empty, grid, bar.node);
  return { node, off: () => offs.forEach((off) => off()) };
}

/** Cards are made once and kept: what has changed of them is changed in place. @param {GalleryView} view @returns {number} how many are shown */
function showCards(view) {
  const { gallery, grid, cards, ctx } = view;
  const shown = gallery.cards;
  for (const id of [...cards.keys()]) if (!ctx.store.aois.has(id)) { cards.get(id)?.node.remove(); cards.delete(id); }
  const ids = shown.map(({ aoi }) => aoi.object_id);
  if (view.current === null || !ids.includes(view.current)) view.current = ids[0] ?? null;
  const nodes = shown.map((card) => {
    const id = card.aoi.object_id;
    const known = cards.get(id) ?? makeCard(view, id);
    cards.set(id, known);
    known.update(card);
    return known.node;
  });
  arrange(grid, nodes);
  return shown.length;
}

/** Puts nodes in this order and moves as few as can be, so that the focus and pictures stay. @param {HTMLElement} grid @param {readonly HTMLElement[]} nodes */
function arrange(grid, nodes) {
  const wanted = new Set(nodes);
  const focused = document.activeElement;
  for (const node of [...grid.children]) if (!wanted.has(/** @type {HTMLElement} */ (node))) node.remove();
  let at = grid.firstElementChild;
  for (const node of nodes) {
    if (node === at) at = at.nextElementSibling;
    else grid.insertBefore(node, at);
  }
  if (focused instanceof HTMLElement && focused !== document.activeElement && grid.contains(focused)) focused.focus({ preventScroll: true });
}

/** @param {GalleryView} view @param {HTMLElement} widen */
function galleryHead(view, widen) {
  const { gallery } = view;
  const count = el('p', { class: 'gallery-count', role: 'status' });
  const filter = el('input', { type: 'search', placeholder: 'Filter by name', aria: { label: 'Filter the gallery by name' } });
  filter.addEventListener('input', () => gallery.filter(filter.value));
  filter.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' && view.current !== null) { event.preventDefault(); view.move(view.current, true); }
    if (event.key !== 'Escape') return;
    event.preventDefault();
    if (filter.value) { filter.value = ''; gallery.filter(''); } else view.parts.stage?.over.focus();
  });
  const order = el('select', { aria: { label: 'Sort the gallery by' } });
  order.addEventListener('change', () => gallery.sortBy(/** @type {import('../core/gallery.js').Order} */ (order.value)));
  let had = /** @type {boolean|null} */ (null);
  const show = (/** @type {number} */ n) => {
    if (had !== gallery.hasGaze) {
      had = gallery.hasGaze;
      order.replaceChildren(...ORDERS.filter(([value]) => had || value !== 'gaze').map(([value, text]) => el('option', { value, text })));
    }
    if (order.value !== gallery.sortedBy) order.value = gallery.sortedBy;
    const all = view.ctx.store.aois.size;
    const text = n === all ? objects(all) : `${n} of ${objects(all)}`;
    if (count.textContent !== text) count.textContent = text;
    tools.hidden = all === 0;
  };
  const tools = el('div', { class: 'gallery-tools' }, filter, order);
  return { node: el('div', { class: 'gallery-head' }, el('div', { class: 'row' }, el('h2', { text: 'Gallery' }), count, el('span', { class: 'grow' }), widen), tools), show };
}

/** What can be done with those that are chosen. @param {GalleryView} view */
function actionBar(view) {
  const { ctx, parts, picks } = view;
  const said = el('span', { class: 'gallery-chosen', role: 'status' });
  const done = () => { picks.clear(); view.show(); };
  const after = async (/** @type {Promise<boolean>} */ doing) => { if (await doing) done(); };
  const merge = button({ label: 'Merge', class: 'primary small', run: () => void after(parts.actions.mergeAois(picks.chosen)) });
  const part = button({ label: 'Part of…', class: 'small', title: 'Say what they are parts of', run: () => void openPartOf(ctx, parts, picks.chosen).then((set) => set && done()) });
  const swap = button({ label: 'Swap', class: 'small', title: 'Swap their identities from this frame on (S)', run: () => void swapHere(ctx, parts, picks.chosen) });
  const remove = button({ label: 'Delete', class: 'small', title: 'Delete with all their masks (Del)', run: () => void after(parts.actions.removeAois(picks.chosen)) });
  const none = button({ label: 'Choose none', icon: icon('close'), iconOnly: true, class: 'quiet small', title: 'Choose none (Esc)', run: () => { done(); if (view.current !== null) view.move(view.current, true); } });
  const node = el('div', { class: 'gallery-bar', role: 'toolbar', aria: { label: 'With those that are chosen' }, hidden: true }, said, merge, swap, part, remove, none);
  const show = () => {
    const n = picks.chosen.length;
    node.hidden = n === 0;
    const text = `${n} chosen`;
    if (n && said.textContent !== text) said.textContent = text;
    const first = ctx.store.aois.get(picks.chosen[0] ?? -1)?.name ?? '';
    merge.title = n < 2 ? 'Choose at least two that are one thing' : `Make them one AOI: ${first}`;
    const lost = Boolean(ctx.store.lostWriter);
    merge.disabled = n < 2 || lost;
    swap.hidden = n !== 2 || ctx.store.recording.n_frames === 1;
    swap.disabled = part.disabled = remove.disabled = lost;
    const label = merge.querySelector('span');
    if (label) label.textContent = n < 2 ? 'Merge' : `Merge into ${first}`;
  };
  return { node, show };
}

/** @param {GalleryView} view @param {number} shown */
function emptyText({ ctx, gallery }, shown) {
  if (gallery.error) return gallery.error;
  if (ctx.store.aois.size === 0) return 'Objects that are found appear here, with a picture of each.';
  return shown === 0 ? `No object has “${gallery.text}” in its name.` : '';
}

/** @param {GalleryView} view @param {number} id @param {() => void} narrow */
function go({ ctx, gallery }, id, narrow) {
  ctx.ui.set('selected', id);
  const frame = gallery.items.get(id)?.frame_idx;
  if (frame === null || frame === undefined) return ctx.say.info('It is not seen on any frame yet.');
  narrow();
  ctx.player.seek(frame);
}

/** @param {GalleryView} view @param {number} id @param {boolean} focus */
function moveTo(view, id, focus) {
  const before = view.current;
  view.current = id;
  for (const each of [before, id]) view.cards.get(each ?? -1)?.reach(each === id);
  if (focus) view.cards.get(id)?.focus();
}
