// A medical volume on this page: its window, the point at which its planes cross, and what is under the pointer.
import { Latest } from './latest.js';
import { dragged, nextPreset, pixelOf, planeOf, voxelOf, windowText } from './volume.js';

/** @typedef {import('./messages.js').VolumeInfo} VolumeInfo */
/** @typedef {import('./volume.js').Triple} Triple */
/** @typedef {import('./volume.js').Spread} Spread */
/** @typedef {Pick<import('./context.js').Ctx, 'api'|'client'|'store'|'player'|'say'>} Needs */

export class VolumeView {
  /** The window that is tried by dragging; null: none is. @type {Spread|null} */ trying = null;
  /** The voxel under the pointer, and its value once that is known. @type {{ijk: Triple, value: number|null|undefined}|null} */ under = null;
  /** Pixel of the crossing within the slice that is shown: row, column. @type {[number, number]} */ #at;
  /** @type {Set<() => void>} */ #observers = new Set();
  /** @type {Spread|null} */ #from = null;
  /** Last values, by voxel. @type {Latest<Triple>} */ #values;
  /** @type {Latest<string>} */ #windows;

  /** @param {Needs} ctx of a recording that is a volume */
  constructor(ctx) {
    this.ctx = ctx;
    const { height, width } = this.plane;
    this.#at = [height >> 1, width >> 1];
    this.#values = new Latest((ijk) => this.#ask(ijk));
    this.#windows = new Latest((text) => this.#apply(text));
  }

  /** @returns {VolumeInfo} */
  get info() {
    const { volume } = this.ctx.store.recording;
    if (!volume) throw new Error('This recording is no volume.');
    return volume;
  }

  /** Whose slices are the frames. */
  get plane() {
    return planeOf(this.info);
  }

  /** The planes beside it. */
  get others() {
    return this.info.planes.filter((each) => each.plane !== this.info.plane);
  }

  /** @param {() => void} observer called when the point, the window that is tried, or the value under the pointer is another @returns {() => void} off */
  subscribe(observer) {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  // ------------------------------------------------------------ the point

  /** The voxel at which the planes cross: on the slice that is shown. @returns {Triple} */
  get point() {
    return voxelOf(this.plane, this.ctx.player.frameIdx, ...this.#at);
  }

  /** Where the planes cross in the picture: row, column. */
  get crossing() {
    return this.#at;
  }

  /** Moves the crossing within the slice. @param {number} x @param {number} y px of the picture */
  cross(x, y) {
    const { height, width } = this.plane;
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    this.#at = [Math.floor(y), Math.floor(x)];
    this.#tell();
  }

  /** Goes to where somebody has clicked in another plane. @param {string} name @param {number} x @param {number} y px of its picture */
  jump(name, x, y) {
    const other = planeOf(this.info, name);
    const [slice] = pixelOf(other, this.point);
    const [frame, row, column] = pixelOf(this.plane, voxelOf(other, slice, y, x));
    this.#at = [row, column];
    this.ctx.player.seek(frame);
    this.#tell();
  }

  // ------------------------------------------------------------ what is under the pointer

  /** @param {number} x @param {number} y px of the picture */
  hover(x, y) {
    const { height, width } = this.plane;
    if (x < 0 || y < 0 || x >= width || y >= height) return this.leave();
    const ijk = voxelOf(this.plane, this.ctx.player.frameIdx, y, x);
    if (String(ijk) === String(this.under?.ijk)) return;
    this.under = { ijk, value: undefined };
    this.#values.want(ijk);
    this.#tell();
  }

  /** The pointer is not on the picture. */
  leave() {
    if (!this.under) return;
    this.under = null;
    this.#values.drop();
    this.#tell();
  }

  /** @param {Triple} ijk */
  async #ask([i, j, k]) {
    const { value } = await this.ctx.api.get(`value?i=${i}&j=${j}&k=${k}`);
    if (String(this.under?.ijk) !== String([i, j, k])) return;
    this.under = { ijk: [i, j, k], value };
    this.#tell();
  }

  // ------------------------------------------------------------ the window

  /** The window as it is seen: tried, or set. @returns {Spread} */
  get window() {
    return this.trying ?? this.info.window;
  }

  /** Tries what dragging so far makes of the window. @param {number} dx @param {number} dy px from where it began */
  drag(dx, dy) {
    this.#from ??= this.window;
    this.trying = dragged(this.#from, dx, dy, this.info.whole);
    this.#tell();
  }

  /** Takes what was tried. */
  take() {
    this.#from = null;
    if (this.trying) this.set(windowText(this.trying));
  }

  /** Leaves the window as it was. */
  cancel() {
    this.#from = null;
    this.trying = null;
    this.#tell();
  }

  /** Sets the window, on every page. @param {string} text a name, or level/width */
  set(text) {
    this.#windows.want(text);
  }

  /** @param {number} step 1: the next of the presets, −1: the one before */
  step(step) {
    const preset = nextPreset(this.info, step);
    if (preset) this.set(preset.name);
  }

  /** @param {string} window */
  async #apply(window) {
    const { api, client, store, say } = this.ctx;
    const tried = this.trying;
    try {
      const done = await api.put('window', { client, window });
      await store.reached(done.rev);
    } catch (error) {
      say.error(error);
    }
    if (this.trying === tried) this.trying = null;
    this.#tell();
  }

  #tell() {
    for (const observer of [...this.#observers]) observer();
  }
}
