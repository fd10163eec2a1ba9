// The tab "Review": moments worth a look, worst first, and fixations.

import { count, headline, whyEmpty } from '../core/queue.js';
import { el, replace } from './dom.js';
import { FixationView } from './fixation.js';
import { ReviewDesk } from './review_desk.js';
import { dealtItem, momentItem, percent } from './review_item.js';
import { bindReviewKeys } from './review_keys.js';
import { makeReviewParts } from './review_parts.js';

/**
 * @typedef {import('../core/context.js').Ctx} Ctx
 * @typedef {import('../core/messages.js').Moment} Moment
 * @typedef {'moments' | 'fixations'} Part
 */

const MOST_SHOWN = 200;

/**
 * @param {HTMLElement} root
 * @param {Ctx} ctx
 * @returns {() => void} unmounts it
 */
export function mountReview(root, ctx) {
  const view = new ReviewView(root, ctx);
  return () => view.close();
}

class ReviewView {
  /**
   * @param {HTMLElement} root
   * @param {Ctx} ctx
   */
  constructor(root, ctx) {
    this.ctx = ctx;
    this.root = root;
    /** @type {Part} */
    this.part = 'moments';
    this.desk = new ReviewDesk(ctx, { changed: () => this.showLater(), announce: (words) => this.announce(words) });
    this.due = false;
    /** Lines by moment, so that pictures are not fetched again. @type {Map<string, HTMLLIElement>} */
    this.lines = new Map();
    this.live = el('div', { class: 'visually-hidden', aria: { live: 'polite' } });
    this.fixations = new FixationView(ctx, {
      moments: () => this.desk.queue.answer?.moments ?? [],
      shown: () => this.isOpen('fixations'),
      open: () => this.setPart('fixations'),
      announce: (words) => this.announce(words),
    });
    const { desk } = this;
    this.parts = makeReviewParts(desk, this.fixations.node, this.live, (part) => this.setPart(part));
    this.parts.target.addEventListener('input', () => this.setTarget());
    this.parts.list.addEventListener('keydown', (event) => this.listKey(event));
    root.append(this.parts.node);
    this.setPart('moments');
    /** @type {Array<() => void>} */
    this.bound = [];
    this.bind();
    const off = ctx.ui.subscribe((key) => key === 'panel' && this.opened());
    this.offs = [off, ctx.store.subscribe((change) => change.aois && this.forgetLines())];
    this.opened();
  }

  close() {
    for (const off of [...this.offs, ...this.bound]) off();
    this.fixations.close();
    this.desk.close();
    this.root.replaceChildren();
  }

  /** @param {Part} part */
  isOpen(part) {
    return this.ctx.ui.get('panel') === 'review' && this.part === part;
  }

  /** The tab was opened: its keys go before those of others. */
  opened() {
    if (!this.desk.shown) return this.desk.loop.stop();
    this.bind();
    this.fixations.bind();
    void this.desk.load();
    this.showLater();
  }

  bind() {
    for (const off of this.bound) off();
    this.bound = bindReviewKeys(this.desk, () => this.isOpen('moments'));
  }

  /** @param {Part} name */
  setPart(name) {
    this.part = name;
    for (const each of this.parts.switches) each.setAttribute('aria-pressed', String(each.dataset.part === name));
    this.parts.moments.hidden = name !== 'moments';
    this.fixations.node.hidden = name !== 'fixations';
    if (name === 'fixations') this.fixations.opened();
    else this.desk.loop.stop();
  }

  setTarget() {
    const { target, targetText } = this.parts;
    const share = Number(target.value);
    targetText.textContent = `${share} %`;
    this.desk.setTarget(share / 100);
  }

  /** Enter on the current moment goes on; on another it goes there. @param {KeyboardEvent} event */
  listKey(event) {
    const line = event.target instanceof Element ? event.target.closest('li') : null;
    if (event.key !== 'Enter' || !line?.classList.contains('current')) return;
    event.preventDefault();
    this.desk.next();
    requestAnimationFrame(() =>
      this.parts.list.querySelector('button[aria-current]')?.scrollIntoView({ block: 'nearest' }),
    );
  }

  /** @param {string} words */
  announce(words) {
    this.live.textContent = words;
  }

  forgetLines() {
    this.lines.clear();
    this.showLater();
  }

  showLater() {
    if (this.due) return;
    this.due = true;
    requestAnimationFrame(() => {
      this.due = false;
      if (this.desk.shown) this.show();
    });
  }

  show() {
    const { queue } = this.desk;
    const { headline: head, controls, empty, list } = this.parts;
    const nothing = queue.open.length === 0;
    head.textContent = this.headWords();
    head.hidden = head.textContent === '';
    controls.hidden = nothing && queue.dealt.length === 0;
    list.hidden = nothing;
    empty.hidden = !nothing || queue.answer === null;
    if (!empty.hidden) this.showEmpty(empty);
    this.showProgress();
    this.showList(list);
    this.showDealt();
  }

  headWords() {
    const { queue, busy, error } = this.desk;
    if (error) return `The queue could not be made. ${error}`;
    if (!queue.answer) return busy ? 'Looking for moments worth a look …' : '';
    if (queue.open.length === 0) return '';
    return `${headline(queue.answer)}.`;
  }

  /** @param {HTMLElement} node */
  showEmpty(node) {
    const { store } = this.ctx;
    const nKnown = [...store.lanes.values()].reduce((sum, lane) => sum + lane.n_known, 0);
    const { title, next } = whyEmpty({ hasGaze: store.recording.has_gaze, nAois: store.aois.size, nKnown });
    replace(node, el('h3', { text: title }), el('p', { text: next }));
  }

  showProgress() {
    const { queue, loop } = this.desk;
    const share = queue.progress();
    const { cleared, clearedText, loop: loopButton, actions } = this.parts;
    cleared.style.width = `${share * 100}%`;
    const words = `${percent(share)} of the possible error cleared in this session`;
    clearedText.textContent = queue.dealt.length ? words : 'Nothing cleared yet in this session';
    loopButton.setAttribute('aria-pressed', String(loop.frames !== null));
    for (const node of actions.querySelectorAll('button')) {
      node.disabled = !queue.current && !node.title.startsWith('Next');
    }
  }

  /** @param {HTMLElement} list */
  showList(list) {
    const { queue } = this.desk;
    const within = queue.within();
    const current = queue.index();
    /** @type {Map<string, HTMLLIElement>} */
    const lines = new Map();
    queue.open.slice(0, MOST_SHOWN).forEach((moment, i) => {
      const key = JSON.stringify(moment);
      const line = this.lines.get(key) ?? momentItem(this.ctx, moment, () => this.desk.go(moment));
      line.classList.toggle('current', i === current);
      line.classList.toggle('beyond', i >= within);
      const row = line.querySelector('button');
      if (i === current) row?.setAttribute('aria-current', 'step');
      else row?.removeAttribute('aria-current');
      lines.set(key, line);
    });
    this.lines = lines;
    const more = queue.open.length - lines.size;
    const nodes = [...lines.values()];
    if (list.children.length !== nodes.length || nodes.some((node, i) => list.children[i] !== node)) {
      replace(
        list,
        ...nodes,
        more > 0 ? el('li', { class: 'muted small-text', text: `and ${count(more, 'smaller moment')}` }) : null,
      );
    }
    list.querySelector('.current')?.scrollIntoView({ block: 'nearest' });
  }

  showDealt() {
    const { desk } = this;
    const { dealt } = desk.queue;
    const { dealtBox, dealtTitle, dealtList } = this.parts;
    dealtBox.hidden = dealt.length === 0;
    dealtTitle.textContent = `Done in this session (${dealt.length})`;
    const items = dealt.map((done) =>
      dealtItem(this.ctx, done, { go: () => desk.go(done.moment), undo: () => void desk.undo(done) }),
    );
    replace(dealtList, ...items);
  }
}
