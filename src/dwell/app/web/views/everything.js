// The panel "Everything": looking for whatever there is in the video, and the gallery of what was found.
import { endText, EverythingDesk, jobText, unfinishedText } from '../core/everything.js';
import { button, el, replace } from './dom.js';
import { everythingForm } from './everything_form.js';
import { mountGallery } from './gallery.js';
import { icon } from './icons.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('./canvas.js').Parts} Parts */

/** @param {Ctx} ctx */
export function openEverything(ctx) {
  ctx.ui.set('panel', 'everything');
  requestAnimationFrame(() => requestAnimationFrame(() => { // cards are there by then
    const panel = document.getElementById('panel-everything');
    const first = ['.card-picture[tabindex="0"]', '.find-resume .button', 'details[open] input:not(:disabled)', 'summary'].map((each) => panel?.querySelector(each)).find(Boolean);
    /** @type {HTMLElement|null|undefined} */ (first)?.focus();
  }));
}

/** @param {HTMLElement} root @param {Ctx} ctx @param {Parts} parts @returns {() => void} unmount */
export function mountEverything(root, ctx, parts) {
  const desk = new EverythingDesk(ctx);
  const find = finding(ctx, desk);
  const gallery = mountGallery(root, ctx, parts);
  root.append(el('div', { class: 'everything' }, find.node, gallery.node));
  let queued = false;
  const show = () => {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => { queued = false; find.show(); });
  };
  show();
  void desk.load();
  const off = desk.subscribe(show);
  return () => { off(); desk.off(); gallery.off(); };
}

/** What to look for, or how far it is. @param {Ctx} ctx @param {EverythingDesk} desk */
function finding(ctx, desk) {
  const form = everythingForm(ctx, desk);
  const open = ctx.store.aois.size === 0;
  const fold = el('details', { class: 'find', open }, el('summary', null, el('span', { text: 'Find objects' })), form.node);
  const text = el('p', { class: 'find-text' });
  const bar = el('progress', { max: 1, aria: { label: 'Looking for objects' } });
  const stop = button({ label: 'Stop', icon: icon('close'), class: 'small', title: 'Stop; what is done stays', run: () => void desk.stop() });
  const running = el('div', { class: 'find-running', hidden: true }, text, el('div', { class: 'row' }, bar, stop));
  const said = el('p', { class: 'find-said', role: 'status' });
  const resume = el('div', { class: 'find-resume stack', hidden: true });
  let shown = '';
  let [was, had] = [false, false]; // a job ran, a run that was stopped was there
  const show = () => {
    const job = desk.running;
    const left = job ? null : (desk.info?.unfinished ?? null);
    running.hidden = !job;
    fold.hidden = Boolean(job);
    if (job) {
      text.textContent = jobText(job);
      bar.value = job.done / Math.max(1, job.total);
    }
    if ((job && !was) || (left && !had)) fold.open = false; // what is found has the place, or what can be gone on with
    [was, had] = [Boolean(job), Boolean(left)];
    const ended = left ? '' : endText(ctx.store.job);
    if (said.textContent !== ended) said.textContent = ended;
    said.classList.toggle('bad', ctx.store.job?.state === 'failed');
    form.show();
    const now = JSON.stringify([left, desk.busy, desk.asking, ctx.store.lostWriter]);
    if (now === shown) return;
    shown = now;
    resume.hidden = !left;
    replace(resume, ...(left ? resumption(ctx, desk, left) : []));
  };
  const node = el('section', { class: 'stack', aria: { label: 'Find objects' } }, running, resume, said, fold);
  return { node, show };
}

/** @param {Ctx} ctx @param {EverythingDesk} desk @param {import('../core/messages.js').Unfinished} left */
function resumption(ctx, desk, left) {
  const disabled = desk.busy || desk.asking || Boolean(ctx.store.lostWriter);
  return [
    el('p', { text: unfinishedText(left) }),
    el('div', { class: 'row wrap' },
      button({ label: 'Go on', icon: icon('play'), class: 'primary', disabled, title: 'Go on where it stopped, with its own limits', run: () => void desk.start({ kind: left.kind, go_on: true }) }),
      button({ label: 'Start afresh…', disabled, title: 'Forget how far it was and choose anew; its AOIs stay', run: () => afresh() })),
  ];
}

/** Opens the form, which then begins a new run. */
function afresh() {
  const fold = document.querySelector('details.find');
  if (!(fold instanceof HTMLDetailsElement)) return;
  fold.open = true;
  /** @type {HTMLElement|null} */ (fold.querySelector('input:not(:disabled)'))?.focus();
}
