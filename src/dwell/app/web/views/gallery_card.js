// One AOI in the gallery: picture, name, when it is seen, how much it was looked at, what it is part of.
import { barOf, noteOf, pictureOf, whenOf } from '../core/gallery.js';
import { el, replace } from './dom.js';

/** @typedef {import('./gallery.js').GalleryView} GalleryView */
/** @typedef {import('../core/gallery.js').Card} Card */
/**
 * @typedef {object} CardView
 * @property {HTMLLIElement} node
 * @property {(card: Card) => void} update
 * @property {(on: boolean) => void} reach whether Tab stops here
 * @property {() => void} focus
 * @property {() => void} rename
 */

const SIDE_PX = 192;

/** @param {GalleryView} view @param {number} id object_id @returns {CardView} */
export function makeCard(view, id) {
  const { ctx, picks } = view;
  const image = el('img', { class: 'card-image', alt: '', width: SIDE_PX, height: SIDE_PX, loading: 'lazy', decoding: 'async', draggable: 'false' });
  const picture = el('button', { type: 'button', class: 'card-picture', on: { click: (event) => press(view, id, event), focus: () => view.move(id, false) } }, image);
  const box = el('input', { type: 'checkbox', class: 'card-choose', on: { click: (event) => choose(view, id, event) } });
  const dot = el('span', { class: 'card-dot', aria: { hidden: 'true' } });
  const title = el('span', { class: 'card-title' });
  /** @type {HTMLButtonElement} */
  const name = el('button', { type: 'button', class: 'card-name', title: 'Rename (F2)', on: { click: () => rename() } }, dot, title);
  const bar = el('span', { class: 'card-bar' });
  const note = el('span', { class: 'card-note' });
  const whole = el('button', { type: 'button', class: 'card-whole', hidden: true, on: { click: () => toWhole() } });
  const node = el('li', { class: 'card', data: { id } }, picture, box, el('div', { class: 'card-words' }, name, bar, note, whole));
  const controls = [picture, box, name, whole];
  /** @type {Card|null} */
  let card = null;
  let [drawn, source] = ['', ''];
  const reach = (/** @type {boolean} */ on) => { for (const each of controls) each.tabIndex = on ? 0 : -1; };
  const rename = () => { if (card) edit(view, card, name); };
  const toWhole = () => { if (card?.whole && view.cards.get(card.whole.object_id)?.node.isConnected) view.move(card.whole.object_id, true); };
  const update = (/** @type {Card} */ now) => {
    card = now;
    const chosen = picks.has(id);
    const state = JSON.stringify([now, chosen, ctx.ui.get('selected') === id, view.current === id]);
    if (state === drawn) return;
    drawn = state;
    reach(view.current === id);
    const { aoi, item } = now;
    node.classList.toggle('chosen', chosen);
    node.classList.toggle('selected', ctx.ui.get('selected') === id);
    box.checked = chosen;
    box.setAttribute('aria-label', `Choose ${aoi.name}`);
    dot.style.background = aoi.colour;
    title.textContent = aoi.name;
    name.setAttribute('aria-label', `Rename ${aoi.name}`);
    const when = ctx.player.nFrames === 1 ? '' : item ? whenOf(item, (frame) => ctx.player.msOf(frame)) : 'Not seen yet';
    const known = item ? noteOf(item, ctx.player.nFrames) : '…';
    note.textContent = known;
    bar.hidden = ctx.player.nFrames === 1;
    bar.title = when;
    replace(bar, ...(item ? barOf(item, ctx.player.nFrames) : []).map(span));
    whole.hidden = !now.whole;
    whole.textContent = now.whole ? `part of ${now.whole.name}` : '';
    picture.setAttribute('aria-label', `${aoi.name}${chosen ? ', chosen' : ''}: ${[known, when, now.whole && `part of ${now.whole.name}`].filter(Boolean).join('. ')}`);
    picture.title = ctx.player.nFrames === 1 ? `Select ${aoi.name}` : item && item.frame_idx !== null ? `Go to frame ${item.frame_idx}, where ${aoi.name} is seen best` : 'Not seen yet';
    const address = item ? pictureOf(item, SIDE_PX) : null;
    if (address && address !== source) { source = address; image.src = ctx.api.url(address); }
    image.hidden = !address;
  };
  image.addEventListener('error', () => { source = ''; image.hidden = true; }); // it has changed meanwhile; the next answer brings another address
  image.addEventListener('load', () => { image.hidden = false; });
  return { node, update, reach, focus: () => picture.focus(), rename };
}

/** @param {{left: number, width: number}} at 0 … 1 */
function span({ left, width }) {
  const node = el('span');
  node.style.left = `${100 * left}%`;
  node.style.width = `${100 * width}%`;
  return node;
}

/** A click goes to it; with Shift or Ctrl it chooses. @param {GalleryView} view @param {number} id @param {MouseEvent} event */
function press(view, id, event) {
  view.move(id, false);
  if (event.shiftKey) view.picks.extend(id, idsOf(view));
  else if (event.ctrlKey || event.metaKey) view.picks.toggle(id);
  else return view.go(id);
  view.show();
}

/** @param {GalleryView} view @param {number} id @param {MouseEvent} event */
function choose(view, id, event) {
  view.move(id, false);
  if (event.shiftKey) view.picks.extend(id, idsOf(view));
  else view.picks.toggle(id);
  view.show();
}

/** @param {GalleryView} view as they are listed */
export const idsOf = (view) => view.gallery.cards.map(({ aoi }) => aoi.object_id);

/** A field in place of the name. @param {GalleryView} view @param {Card} card @param {HTMLElement} name */
function edit(view, { aoi }, name) {
  if (!name.isConnected) return;
  const input = el('input', { type: 'text', class: 'card-rename', value: aoi.name, maxlength: 200, aria: { label: `New name of ${aoi.name}` } });
  let open = true;
  const done = async (/** @type {boolean} */ keep, /** @type {boolean} */ back) => {
    if (!open) return;
    open = false;
    const text = input.value.trim();
    input.replaceWith(name);
    if (back) view.move(aoi.object_id, true);
    if (keep && text && text !== aoi.name) await view.parts.actions.editAoi(aoi.object_id, { name: text });
  };
  input.addEventListener('blur', () => void done(true, false));
  input.addEventListener('keydown', (event) => {
    event.stopPropagation();
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    event.preventDefault();
    void done(event.key === 'Enter', true);
  });
  name.replaceWith(input);
  input.focus();
  input.select();
}
