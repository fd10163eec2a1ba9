// Markers at the edges of the page, by which glasses know where it is; the picture makes room for them.
import { markerPlaces } from '../core/screen.js';
import { el } from './dom.js';

/** @typedef {import('../core/look.js').Look} Look */
/** @typedef {import('../core/screen.js').ShownMarker} ShownMarker */
/** @typedef {import('../core/messages.js').LookMarkers} LookMarkers */

export class Markers {
  /** Where they are. @type {ShownMarker[]} */ shown = [];
  /** @type {LookMarkers|null} */ #pictures = null;
  #for = '';

  /** @param {HTMLElement} editor @param {import('../core/context.js').Ctx} ctx @param {Look} look */
  constructor(editor, ctx, look) {
    this.editor = editor;
    this.ctx = ctx;
    this.look = look;
    this.node = el('div', { class: 'look-markers', aria: { hidden: 'true' } });
    document.body.append(this.node);
    const place = () => this.#place();
    globalThis.addEventListener('resize', place);
    const off = look.subscribe(() => void this.#follow());
    this.off = () => {
      off();
      globalThis.removeEventListener('resize', place);
      this.#pictures = null;
      this.#place();
      this.node.remove();
    };
    void this.#follow();
  }

  /** Fetched once for each look that needs them. */
  async #follow() {
    const wanted = this.look.mine && this.look.info?.markers ? this.look.info.name : '';
    if (wanted === this.#for) return;
    this.#for = wanted;
    try {
      const pictures = wanted ? /** @type {LookMarkers} */ (await this.ctx.api.get('look/markers')) : null;
      if (wanted !== this.#for) return;
      this.#pictures = pictures;
      this.#place();
    } catch (error) {
      this.ctx.say.error(error);
    }
  }

  #place() {
    const { markers, size_px: size } = this.#pictures ?? { markers: [], size_px: 0 };
    const places = markerPlaces(innerWidth, innerHeight, size);
    const byId = new Map(markers.map((each) => [each.marker_id, each.svg]));
    this.shown = places.filter(({ marker_id }) => byId.has(marker_id));
    if (markers.length && !this.shown.length) this.ctx.say.info('The window is too small for markers. Make it larger, so that glasses can find it.');
    this.node.replaceChildren(...this.shown.map(({ marker_id, rect }) => {
      const picture = el('img', { alt: '', src: `data:image/svg+xml,${encodeURIComponent(byId.get(marker_id) ?? '')}` });
      Object.assign(picture.style, { left: `${rect.left}px`, top: `${rect.top}px`, width: `${rect.width}px`, height: `${rect.height}px` });
      return picture;
    }));
    this.editor.classList.toggle('marked', this.shown.length > 0);
    this.editor.style.setProperty('--marker', `${this.shown.length ? size : 0}px`);
    this.look.report();
  }
}
