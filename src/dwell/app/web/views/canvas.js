// The stage: the frame with masks, prompts and gaze over it, and what people do on it.
import { aoiAt, colourOf, lookedAt, maskOf, promptOf, shownGaze, shownMasks, shownPrompts, shownSuggestions } from '../core/scene.js';
import { Frames } from '../core/frames.js';
import { GazeFeed } from '../core/gaze.js';
import { Viewport } from '../core/viewport.js';
import { el, watchSize } from './dom.js';
import { paintFrame, paintScene } from './painter.js';
import { listenToPointer } from './pointer.js';
import { DESIGN_REM_PX, remPx } from './timeline_paint.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/messages.js').Prompt} Prompt */
/** @typedef {import('../core/gestures.js').Act} Act */
/**
 * @typedef {object} Parts what the editor's views share beside the context
 * @property {import('../core/annotate.js').Annotator} annotator
 * @property {import('../core/correct.js').Corrector} corrector
 * @property {import('../core/actions.js').Actions} actions
 * @property {import('../core/maskcache.js').MaskCache} masks
 * @property {import('../core/timings.js').Timings} timings
 * @property {import('../core/words.js').Words} words
 * @property {Stage|null} stage
 * @property {import('../core/look.js').Look|null} look
 */

const PREPARE_MS = 250; // longer than somebody who looks at every frame stays at one
const NEIGHBOUR_MS = 150;
const KEPT_WHILE_PLAYING = 3;

export class Stage {
  /** What is on screen. @type {import('../core/frames.js').Shown|null} */ shown = null;
  /** Gaze of the frame on screen: 0 … 3, or null. @type {number|null} */ gazeStatus = null;
  /** @type {{act: Act, radius: number, colour: string}|null} */ draft = null;
  /** Where the pointer is, in stage px. @type {{x: number, y: number}|null} */ pointer = null;
  /** Stage px per px of the design. */ unit = 1;
  /** Where the keyboard aims, in image px. */ aim = { x: 0, y: 0 };
  /** @type {Set<() => void>} */ #observers = new Set();
  #dirty = { frame: false, scene: false };
  #ticking = false;
  /** Masks painted last, for hit tests. @type {ReturnType<typeof shownMasks>} */ #masks = [];
  /** @type {any[]} */ #timers = [];
  #closed = false;
  /** A slice through the window that is tried. @type {HTMLCanvasElement|null} */ #tried = null;
  /** Of the pictures that are shown. */ tag = '';
  /** Takes the next place that is clicked, instead of a prompt; image px. @type {((x: number, y: number) => void)|null} */ pick = null;

  /** @param {HTMLElement} root @param {Ctx} ctx @param {Parts} parts */
  constructor(root, ctx, parts) {
    const { recording } = ctx.store;
    this.ctx = ctx;
    this.parts = parts;
    this.aim = { x: recording.width / 2, y: recording.height / 2 };
    this.viewport = new Viewport(recording.width, recording.height);
    this.frames = new Frames({
      nFrames: recording.n_frames,
      load: (order, signal) => this.#load(order, signal),
      show: (shown) => this.#show(shown),
    });
    this.tag = recording.frames_tag;
    this.gaze = new GazeFeed(ctx.api, recording.n_frames);
    this.base = el('canvas', { class: 'stage-frame', aria: { hidden: 'true' } });
    this.over = el('canvas', { class: 'stage-over', id: 'stage-canvas', tabindex: 0, role: 'application',
      aria: { label: 'Scene video', roledescription: 'canvas', describedby: 'stage-hint' } });
    this.hint = el('p', { id: 'stage-hint', class: 'stage-hint visually-hidden',
      text: 'Click to include, Alt-click to exclude, drag for a box. With the keyboard: press Y to aim, arrows to move, Enter to include, minus to exclude.' });
    root.append(this.base, this.over, this.hint);
    this.root = root;
    this.offs = this.#listen();
    this.#showTool();
  }

  /** @param {() => void} observer called when another frame, gaze or zoom is on screen @returns {() => void} off */
  subscribe(observer) {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  close() {
    this.#closed = true;
    for (const off of this.offs) off();
    for (const timer of this.#timers) clearTimeout(timer);
    this.frames.clear();
  }

  /** The frame that a person sees: prompts belong to it. */
  get frameIdx() {
    return this.shown?.frameIdx ?? this.ctx.player.frameIdx;
  }

  /** Asks for the scene to be painted again, and the frame too if need be. @param {boolean} [frame] */
  repaint(frame = false) {
    this.#dirty.scene = true;
    this.#dirty.frame ||= frame;
    if (this.#ticking) return;
    this.#ticking = true;
    requestAnimationFrame(() => this.#paint());
  }

  /** @param {number} factor @param {number} [x] stage px @param {number} [y] */
  zoom(factor, x, y) {
    this.viewport.zoomAt(factor, x, y);
    this.#moved();
  }

  /** Shows a slice through another window until the next frame is shown. @param {HTMLCanvasElement|null} picture */
  try(picture) {
    this.#tried = picture;
    this.repaint(true);
  }

  fit() {
    this.viewport.fit();
    this.#moved();
  }

  /** @param {number} dx stage px @param {number} dy */
  pan(dx, dy) {
    this.viewport.pan(dx, dy);
    this.#moved();
  }

  /** A gesture has ended. @param {Act} act @param {number} [since] time of the event */
  act(act, since = performance.now()) {
    const { ctx, parts } = this;
    if (ctx.volume && act.kind !== 'stroke') this.#cross(act);
    if (this.pick) {
      if (act.kind === 'box' || act.kind === 'stroke') return;
      const { x, y } = this.viewport.toImage(act.x, act.y);
      return this.pick(x, y);
    }
    if (act.kind === 'select') {
      const { x, y } = this.viewport.toImage(act.x, act.y);
      return ctx.ui.set('selected', aoiAt(this.#masks, x, y));
    }
    const prompt = promptOf(act, this.viewport, ctx.ui.get('brushPx'));
    if (prompt) this.prompt(prompt, since);
    else parts.annotator.dismiss();
  }

  /** The other planes go through what was clicked. @param {Exclude<Act, {kind: 'stroke'}>} act */
  #cross(act) {
    const at = act.kind === 'box' ? { x: (act.x0 + act.x1) / 2, y: (act.y0 + act.y1) / 2 } : act;
    const { x, y } = this.viewport.toImage(at.x, at.y);
    this.ctx.volume?.cross(x, y);
  }

  /** Adds a prompt on the frame that is seen. @param {Prompt} prompt @param {number} [since] */
  prompt(prompt, since = performance.now()) {
    const { ctx, parts, frameIdx } = this;
    if (this.pick && prompt.kind === 'point') return this.pick(prompt.x ?? 0, prompt.y ?? 0);
    if (ctx.store.lostWriter) return ctx.say.error(ctx.store.lostWriter);
    if (ctx.player.playing || ctx.player.frameIdx !== frameIdx) ctx.player.seek(frameIdx);
    if (ctx.ui.get('before') !== null) ctx.ui.set('before', null);
    const known = ctx.ui.get('selected') !== null && ctx.store.aois.has(ctx.ui.get('selected') ?? -1);
    if (!known && prompt.kind === 'point' && !parts.annotator.naming) {
      const there = aoiAt(this.#masks, prompt.x ?? 0, prompt.y ?? 0);
      if (there !== null) return ctx.ui.set('selected', there);
    }
    parts.timings.begin('click', frameIdx, since);
    void parts.annotator.add(prompt, frameIdx);
    this.repaint();
  }

  /** @param {number} dx image px @param {number} dy */
  moveAim(dx, dy) {
    const { imageWidth, imageHeight } = this.viewport;
    this.aim = { x: Math.min(Math.max(this.aim.x + dx, 0), imageWidth - 1), y: Math.min(Math.max(this.aim.y + dy, 0), imageHeight - 1) };
    this.viewport.reveal(this.aim.x, this.aim.y);
    this.#moved();
  }

  #listen() {
    const { ctx, parts } = this;
    const again = () => this.repaint();
    return [
      watchSize(this.root, () => this.#resize()),
      listenToPointer(this),
      ctx.player.subscribe((position) => this.#goTo(position.settled)),
      ctx.ui.subscribe((key) => this.#uiChanged(key)),
      ctx.store.subscribe((change) => this.#changed(change)),
      this.#followResults(),
      this.#followPicture(),
      parts.annotator.subscribe(again),
      parts.words.subscribe(again),
      this.gaze.subscribe(() => { again(); this.#tell(); }),
      parts.masks.subscribe((frame) => {
        if (frame !== this.frameIdx) return;
        if (!ctx.player.playing) void parts.masks.want(frame, ctx.ui.get('before'));
        again();
      }),
    ];
  }

  /** Fixations on a picture are there once and for all. */
  #followPicture() {
    void this.ctx.picture?.wantDots();
    return this.ctx.picture?.subscribe(() => this.repaint()) ?? (() => {});
  }

  /** What is looked at changes with the results. */
  #followResults() {
    const { results, player } = this.ctx;
    let was = results.info;
    return results.subscribe(() => {
      if (results.info !== was) {
        was = results.info;
        this.parts.masks.outdate();
        if (!player.playing) void this.parts.masks.want(this.frameIdx, this.ctx.ui.get('before'));
      }
      this.repaint();
    });
  }

  /** @param {import('../core/messages.js').ChangeSet} change */
  #changed(change) {
    const { masks } = this.parts;
    if (change.lanes || change.results || change.aois || change.prompts) {
      masks.outdate([...(change.aois?.deleted ?? []), ...(change.lanes?.deleted ?? [])]);
      if (!this.ctx.player.playing) void masks.want(this.frameIdx, this.ctx.ui.get('before'));
    }
    const tag = this.ctx.store.recording.frames_tag;
    if (tag !== this.tag) {
      if (this.shown) this.shown = { ...this.shown, exact: false };
      this.frames.renew();
    }
    if (change.backend || tag !== this.tag) this.#prepareLater();
    this.tag = tag;
    this.repaint();
  }

  /** @param {string} key */
  #uiChanged(key) {
    if (key === 'before') void this.parts.masks.want(this.frameIdx, this.ctx.ui.get('before'));
    if (key === 'tool' || key === 'selected') this.draft = null;
    if (key === 'selected' && this.ctx.ui.get('selected') !== null) this.parts.annotator.cancelName();
    if (key === 'tool') this.#showTool();
    if (key === 'aim' && this.ctx.ui.get('aim')) this.over.focus();
    this.repaint();
  }

  /** The pointer says which tool is on. */
  #showTool() {
    this.over.className = `stage-over tool-${this.ctx.ui.get('tool')}`;
  }

  #resize() {
    const { clientWidth, clientHeight } = this.root;
    if (!clientWidth || !clientHeight) return;
    const ratio = globalThis.devicePixelRatio || 1;
    for (const canvas of [this.base, this.over]) {
      canvas.width = Math.round(clientWidth * ratio);
      canvas.height = Math.round(clientHeight * ratio);
    }
    this.unit = remPx() / DESIGN_REM_PX;
    this.viewport.resize(clientWidth, clientHeight, ratio);
    if (!this.shown) this.#goTo(true);
    this.#moved();
  }

  #moved() {
    if (this.shown && !this.frames.has(this.shown.frameIdx, this.viewport.level)) this.#want('exact');
    this.repaint(true);
    this.#tell();
  }

  /** @param {boolean} settled */
  #goTo(settled) {
    const { player } = this.ctx;
    const frame = player.frameIdx;
    if (frame !== this.shown?.frameIdx) {
      this.parts.timings.begin('seek', frame);
      this.parts.annotator.dismiss();
      if (this.parts.annotator.naming && this.parts.annotator.naming.frameIdx !== frame) this.parts.annotator.cancelName();
    }
    this.#want(settled ? 'exact' : player.playing ? 'play' : 'drag');
    if (!settled) return;
    void this.parts.masks.want(frame, this.ctx.ui.get('before'));
    this.#prepareLater();
  }

  /** @param {'exact'|'drag'|'play'} mode */
  #want(mode) {
    this.frames.want({ frameIdx: this.ctx.player.frameIdx, level: this.viewport.level, mode });
  }

  /** @param {import('../core/frames.js').Shown} shown */
  #show(shown) {
    const { parts, ctx } = this;
    this.shown = shown;
    this.try(null);
    this.gaze.want(shown.frameIdx - 40, shown.frameIdx + 60);
    void parts.masks.want(shown.frameIdx, ctx.ui.get('before'));
    if (ctx.player.playing) for (const ahead of [2, 4, 6]) void parts.masks.want(Math.min(shown.frameIdx + ahead, ctx.player.nFrames - 1));
    this.repaint(true);
    this.#tell();
  }

  /** When a frame has settled: have it encoded, and fetch the neighbours' masks. */
  #prepareLater() {
    for (const timer of this.#timers) clearTimeout(timer);
    const frame = this.ctx.player.frameIdx;
    const prepare = () => void this.ctx.api.post(`prepare/${frame}`).catch(() => {});
    const neighbours = () => {
      for (const near of [frame + 1, frame - 1, frame + 2])
        if (near >= 0 && near < this.ctx.player.nFrames) void this.parts.masks.want(near);
    };
    this.#timers = [setTimeout(prepare, PREPARE_MS), setTimeout(neighbours, NEIGHBOUR_MS)];
  }

  #paint() {
    this.#ticking = false;
    if (this.#closed) return;
    const [base, over] = [this.base.getContext('2d', { alpha: false }), this.over.getContext('2d')];
    if (!base || !over) return;
    if (this.#dirty.frame) paintFrame(base, this.viewport, this.#tried ?? this.shown?.picture ?? null);
    this.#dirty = { frame: false, scene: false };
    const frame = this.frameIdx;
    paintScene(over, this.viewport, this.#scene(frame));
    const { timings, annotator } = this.parts;
    if (this.shown?.exact) timings.end('seek', frame);
    const waiting = annotator.pending.some((each) => each.frameIdx === frame && each.until === Infinity);
    if (!waiting || annotator.naming?.counts) timings.end('click', frame);
  }

  /** @param {number} frame @returns {import('./painter.js').Scene} */
  #scene(frame) {
    const { ctx, parts } = this;
    const looked = ctx.ui.get('before') === null ? lookedAt(ctx.results.info, frame) : [];
    this.#masks = shownMasks(ctx, this.#entry(frame), looked);
    const { trail, gaze, fixation, status } = shownGaze(ctx, this.gaze, frame);
    this.gazeStatus = status;
    const tool = ctx.ui.get('tool');
    const brushing = (tool === 'brush' || tool === 'eraser') && this.pointer;
    return {
      masks: [...this.#masks, ...this.#preview(frame)],
      prompts: shownPrompts(ctx, parts.annotator, frame),
      suggestions: shownSuggestions(ctx, parts.words, frame),
      trail,
      gaze,
      fixation,
      dots: ctx.picture && ctx.ui.get('showGaze') ? ctx.picture.dots : null,
      draft: this.draft,
      aim: ctx.ui.get('aim') ? this.aim : null,
      brush: brushing ? { ...brushing, radius: ctx.ui.get('brushPx') * this.viewport.scale } : null,
      opacity: ctx.ui.get('maskOpacity'),
      labels: ctx.ui.get('showBadges'),
      unit: this.unit,
    };
  }

  /** Masks of the frame; while playing those of a frame just before it, rather than none. @param {number} frame */
  #entry(frame) {
    const { masks } = this.parts;
    const before = this.ctx.ui.get('before');
    const entry = masks.get(frame, before);
    if (entry || before !== null || !this.ctx.player.playing) return entry;
    for (let back = 1; back <= KEPT_WHILE_PLAYING; back++) {
      const near = masks.get(frame - back);
      if (near) return near;
    }
    return null;
  }

  /** What the AOI that waits for its name would be. @param {number} frame */
  #preview(frame) {
    const { naming } = this.parts.annotator;
    if (!naming?.counts || naming.frameIdx !== frame) return [];
    const { width, height } = this.ctx.store.recording;
    const mask = maskOf(naming.counts, height, width);
    return [{ mask, colour: colourOf(this.ctx.store, null), name: 'New AOI', selected: true, looked: false, stale: false, badge: '' }];
  }

  /** @param {import('../core/frames.js').Order} order @param {AbortSignal} signal */
  async #load({ frameIdx, level }, signal) {
    const { api, store } = this.ctx;
    const width = level ? `&w=${Math.ceil(store.recording.width / 2 ** level)}` : '';
    const answer = await api.request('GET', `frames/${frameIdx}.jpg?tag=${store.recording.frames_tag}${width}`, undefined, { signal });
    return createImageBitmap(await answer.blob());
  }

  #tell() {
    for (const observer of [...this.#observers]) observer();
  }
}

/** @param {HTMLElement} root @param {Ctx} ctx @param {Parts} parts @returns {() => void} unmount */
export function mountCanvas(root, ctx, parts) {
  const stage = new Stage(root, ctx, parts);
  parts.stage = stage;
  if (ctx.store.recording.has_times)
    void ctx.api.bytes('times').then((buffer) => ctx.player.setTimes(new BigInt64Array(buffer)), () => {});
  void ctx.api.get('keys').then((keys) => (stage.frames.keyFrames = keys.frames), () => {});
  return () => {
    stage.close();
    parts.stage = null;
    root.replaceChildren();
  };
}
