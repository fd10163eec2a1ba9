// The Planes panel: the two other planes of a volume, through one point, with the masks that are there.
import { Latest } from '../core/latest.js';
import { pixelOf } from '../core/volume.js';
import { el } from './dom.js';
import { workIn } from './volume.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/messages.js').PlaneInfo} PlaneInfo */
/** @typedef {import('../core/volumeview.js').VolumeView} VolumeView */

/** Masks are fetched at most so often while tracking goes on. */
const PAUSE_MS = 1500;
/** How high a picture may be, in % of the window. */
const MOST_VH = 26;

/** @param {HTMLElement} root @param {Ctx} ctx @returns {() => void} unmount */
export function mountPlanes(root, ctx) {
  const volume = /** @type {VolumeView} */ (ctx.volume);
  const panes = volume.others.map((plane) => new Pane(ctx, volume, plane));
  root.append(el('div', { class: 'planes' },
    el('p', { class: 'muted small-text planes-hint', text: 'Through the point clicked last; with Shift held they follow the pointer. Click in them to go there.' }),
    ...panes.map((pane) => pane.node)));
  const seen = () => ctx.ui.get('panel') === 'planes';
  const show = () => { if (seen()) for (const pane of panes) pane.show(); };
  const outdate = () => { for (const pane of panes) pane.outdate(); show(); };
  let timer = 0;
  const later = () => {
    if (timer) return;
    timer = window.setTimeout(() => { timer = 0; outdate(); }, ctx.store.job?.state === 'running' ? PAUSE_MS : 0);
  };
  show();
  const offs = [
    volume.subscribe(show),
    ctx.player.subscribe(show),
    ctx.ui.subscribe((key) => { if (key === 'panel' || key === 'showMasks' || key === 'maskOpacity') show(); }),
    ctx.store.subscribe((change) => { if (change.lanes || change.aois || change.view || change.recording) later(); }),
  ];
  return () => {
    window.clearTimeout(timer);
    for (const off of offs) off();
    for (const pane of panes) pane.close();
    root.replaceChildren();
  };
}

class Pane {
  /** @type {{slice: number, tag: string, picture: ImageBitmap}|null} */ #picture = null;
  /** @type {{slice: number, masks: ImageBitmap}|null} */ #masks = null;
  #wanted = '';
  #stale = true;
  #closed = false;

  /** @param {Ctx} ctx @param {VolumeView} volume @param {PlaneInfo} plane */
  constructor(ctx, volume, plane) {
    this.ctx = ctx;
    this.volume = volume;
    this.plane = plane;
    const name = plane.plane[0]?.toUpperCase() + plane.plane.slice(1);
    this.place = el('span', { class: 'muted small-text' });
    this.canvas = el('canvas', { class: 'plane-picture', width: plane.width, height: plane.height, tabindex: 0, role: 'img', aria: { label: `${name} plane` } });
    this.canvas.addEventListener('click', (event) => this.#click(event));
    this.canvas.addEventListener('keydown', (event) => this.#key(event));
    const { left, right, top, bottom } = plane;
    const letters = [['left', left], ['right', right], ['top', top], ['bottom', bottom]].map(([side, text]) => el('span', { class: `plane-edge ${side}`, text, aria: { hidden: 'true' } }));
    this.lines = ['across', 'down'].map((way) => el('span', { class: `volume-cross ${way}`, aria: { hidden: 'true' } }));
    const frame = el('div', { class: 'plane-frame' }, this.canvas, ...this.lines, ...letters);
    frame.style.width = `min(100%, ${MOST_VH * (plane.width / plane.height)}vh)`;
    this.node = el('section', { class: 'plane', aria: { label: `${name} plane` } },
      el('div', { class: 'plane-head' }, el('h2', { text: name }), this.place, el('span', { class: 'grow' }), workIn(ctx, plane.plane)),
      frame);
    this.pictures = new Latest((/** @type {number} */ slice) => this.#load(slice));
  }

  close() {
    this.#closed = true;
    this.#picture?.picture.close();
    this.#masks?.masks.close();
  }

  /** Masks may be others. */
  outdate() {
    this.#stale = true;
  }

  show() {
    const [slice] = pixelOf(this.plane, this.volume.point);
    const { frames_tag: tag } = this.ctx.store.recording;
    this.place.textContent = `slice ${slice}`;
    this.place.title = `of 0–${this.plane.n_voxels[0] - 1}`;
    const wanted = `${slice} ${tag}`;
    if (wanted !== this.#wanted || this.#stale) {
      this.#wanted = wanted;
      this.#stale = false;
      this.pictures.want(slice);
    }
    this.#paint();
  }

  /** @param {number} slice */
  async #load(slice) {
    const { api, say, store } = this.ctx;
    const tag = store.recording.frames_tag;
    const base = `planes/${this.plane.plane}/${slice}`;
    try {
      if (this.#picture?.slice !== slice || this.#picture.tag !== tag) {
        const picture = await bitmap(api, `${base}.jpg?tag=${tag}`);
        this.#picture?.picture.close();
        this.#picture = { slice, tag, picture };
        this.#paint();
      }
      const masks = await bitmap(api, `${base}/masks.png`);
      this.#masks?.masks.close();
      this.#masks = { slice, masks };
      this.#paint();
    } catch (error) {
      this.#wanted = '';
      if (!this.#closed) say.error(error);
    }
  }

  #paint() {
    const to = this.canvas.getContext('2d');
    if (!to || this.#closed) return;
    const { width, height } = this.plane;
    to.clearRect(0, 0, width, height);
    if (this.#picture) to.drawImage(this.#picture.picture, 0, 0);
    if (this.#masks && this.#masks.slice === this.#picture?.slice && this.ctx.ui.get('showMasks')) {
      to.globalAlpha = this.ctx.ui.get('maskOpacity');
      to.drawImage(this.#masks.masks, 0, 0);
      to.globalAlpha = 1;
    }
    const [, row, column] = pixelOf(this.plane, this.volume.point);
    const [across, down] = this.lines;
    if (across) across.style.top = `${(100 * (row + 0.5)) / height}%`;
    if (down) down.style.left = `${(100 * (column + 0.5)) / width}%`;
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    this.volume.jump(this.plane.plane, x * this.plane.width, y * this.plane.height);
  }

  /** Arrows move the point. @param {KeyboardEvent} event */
  #key(event) {
    /** @type {Record<string, [number, number]>} */
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const [, row, column] = pixelOf(this.plane, this.volume.point);
    const [, rows, columns] = this.plane.n_voxels;
    const [down, right] = [Math.ceil(this.plane.height / rows), Math.ceil(this.plane.width / columns)]; // a voxel at least
    this.volume.jump(this.plane.plane, column + move[1] * right, row + move[0] * down);
  }
}

/** @param {import('../core/api.js').Api} api @param {string} path */
async function bitmap(api, path) {
  const answer = await api.request('GET', path);
  return createImageBitmap(await answer.blob());
}
