// What lies over the picture while somebody looks: one canvas for the mask, painted when that changes, and one for the eye.
import { maskSign } from '../core/looktext.js';
import { maskOf } from '../core/scene.js';
import { el } from './dom.js';
import { paintDwell, paintGaze, paintProposal, paintSaid, paintSign } from './look_paint.js';
import { FONT, inUnits } from './painter.js';

/** @typedef {import('./canvas.js').Stage} Stage */
/** @typedef {import('../core/look.js').Look} Look */
/** @typedef {import('../core/messages.js').LookView} LookView */

/** @param {Stage} stage @param {Look} look @returns {() => void} unmount */
export function mountOverlay(stage, look) {
  const overlay = new Overlay(stage, look);
  return () => overlay.close();
}

class Overlay {
  mask = el('canvas', { class: 'stage-look', aria: { hidden: 'true' } });
  eye = el('canvas', { class: 'stage-look', aria: { hidden: 'true' } });
  /** What is painted on the canvas of the mask. */ #painted = '';
  #ticking = false;
  #closed = false;

  /** @param {Stage} stage @param {Look} look */
  constructor(stage, look) {
    this.stage = stage;
    this.look = look;
    stage.root.append(this.mask, this.eye);
    const again = () => this.repaint();
    this.offs = [look.subscribe(again), stage.subscribe(again), look.choices.subscribe(again)];
    again();
  }

  close() {
    this.#closed = true;
    for (const off of this.offs) off();
    this.mask.remove();
    this.eye.remove();
  }

  repaint() {
    if (this.#ticking) return;
    this.#ticking = true;
    requestAnimationFrame(() => {
      this.#ticking = false;
      if (!this.#closed) this.#paint();
    });
  }

  #paint() {
    const { look, stage } = this;
    const shown = look.shownOn(stage.frameIdx);
    this.#fit();
    this.#paintMask(shown);
    this.#paintEye(shown);
  }

  /** Both are as large as the canvas below them. */
  #fit() {
    const { width, height } = this.stage.over;
    for (const canvas of [this.mask, this.eye]) {
      if (canvas.width === width && canvas.height === height) continue;
      [canvas.width, canvas.height] = [width, height];
      this.#painted = '';
    }
  }

  /** @param {LookView|null} shown */
  #paintMask(shown) {
    const { viewport, unit, ctx } = this.stage;
    const counts = shown && this.look.mask ? this.look.mask.counts : '';
    const still = Boolean(shown && (shown.holding || shown.said.length || !shown.running));
    const now = counts ? [counts, still, unit, ...viewport.transform].join(' ') : '-';
    const to = this.mask.getContext('2d');
    if (!to || now === this.#painted) return;
    this.#painted = now;
    to.setTransform(1, 0, 0, 1, 0, 0);
    to.clearRect(0, 0, this.mask.width, this.mask.height);
    const { height, width } = ctx.store.recording;
    if (counts) paintProposal(to, viewport, unit, maskOf(counts, height, width), still);
  }

  /** @param {LookView|null} shown */
  #paintEye(shown) {
    const to = this.eye.getContext('2d');
    if (!to) return;
    const { viewport, unit } = this.stage;
    to.setTransform(1, 0, 0, 1, 0, 0);
    to.clearRect(0, 0, this.eye.width, this.eye.height);
    if (!shown) return;
    const scale = viewport.ratio * unit;
    to.setTransform(scale, 0, 0, scale, 0, 0);
    to.font = FONT;
    const view = inUnits(viewport, unit);
    const sign = maskSign(shown);
    if (this.look.mask && sign) paintSign(to, view, this.look.mask.box, sign);
    paintSaid(to, view, shown);
    paintDwell(to, view, shown);
    if (shown.gaze && this.look.choices.get('showGaze')) paintGaze(to, view, shown.gaze);
  }
}
