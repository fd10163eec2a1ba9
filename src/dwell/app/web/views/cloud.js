// The dialog for Pupil Cloud: a token, an enrichment's address, what would be done; then what was done.
import { count, failedOf, outcomesOf, outcomeWords, planRows, planWords, tokenWords, toSend } from '../core/cloud.js';
import { follow } from '../core/tasks.js';
import { confirm, openDialog } from './dialog.js';
import { button, el, replace } from './dom.js';
import { icon } from './icons.js';
import { progressView } from './progress.js';
import { sentence } from './toast.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/messages.js').CloudState} CloudState */
/** @typedef {import('../core/messages.js').CloudPlan} CloudPlan */
/** @typedef {import('../core/cloud.js').Outcome} Outcome */

/** @param {Ctx} ctx */
export function openCloud(ctx) {
  const body = el('div', { class: 'cloud stack' });
  openDialog({ title: 'Send to Pupil Cloud', wide: true, body });
  void new CloudDialog(ctx, body).begin();
}

class CloudDialog {
  /** @param {Ctx} ctx @param {HTMLElement} body */
  constructor(ctx, body) {
    this.ctx = ctx;
    this.body = body;
    this.url = '';
    /** @type {HTMLElement|undefined} what is wrong */
    this.problem = undefined;
    /** @type {HTMLElement|undefined} where the plan and the outcomes are shown */
    this.place = undefined;
  }

  async begin() {
    await this.#trying(async () => this.#show(await this.ctx.api.get('cloud/state')));
  }

  /** @param {CloudState} state */
  #show(state) {
    this.url = state.url;
    if (state.token === 'none') this.#askForToken(state);
    else this.#askForUrl(state);
  }

  // ---------------------------------------------------------------- the token

  /** @param {CloudState} state */
  #askForToken(state) {
    const token = el('input', { type: 'password', class: 'grow', autocomplete: 'off', spellcheck: false, required: true, aria: { label: 'API token' } });
    const keep = el('input', { type: 'checkbox', checked: state.can_keep, disabled: !state.can_keep });
    const send = () => this.#trying(async () => {
      const secret = token.value;
      token.value = '';
      this.#show(await this.ctx.api.post('cloud/login', { token: secret, keep: keep.checked }));
    });
    this.#fill(
      el('p', { text: 'Pupil Cloud asks for an API token. Make one in your account there, under Settings, Developer (cloud.pupil-labs.com/settings/developer).' }),
      form(send, el('div', { class: 'field' }, el('span', { text: 'API token' }), el('div', { class: 'row' }, token, submit('Check and use'))),
        el('label', { class: 'choice' }, keep, el('span', null, el('span', { text: 'Keep it in this computer’s keyring' }),
          el('span', { class: 'choice-note muted small-text', text: state.can_keep ? 'Otherwise it is forgotten when Dwell is stopped.' : 'Needs: pip install "dwell[cloud]". Without, it is forgotten when Dwell is stopped.' })))));
    token.focus();
  }

  // ---------------------------------------------------------------- the plan

  /** @param {CloudState} state */
  #askForUrl(state) {
    const url = el('input', { type: 'url', class: 'grow', value: this.url, spellcheck: false, required: true, placeholder: 'https://cloud.pupil-labs.com/workspaces/…/projects/…/enrichments/…', aria: { label: 'Address of the enrichment' } });
    const compare = () => this.#compare(url.value.trim());
    const logout = button({ label: 'Forget the token', class: 'quiet small', run: () => this.#trying(async () => this.#show(await this.ctx.api.post('cloud/logout'))) });
    this.place = el('div', { class: 'stack' });
    this.#fill(
      form(compare, el('div', { class: 'field' }, el('span', { text: 'Address of the enrichment, as the browser shows it in Pupil Cloud' }), el('div', { class: 'row' }, url, submit('Compare')))),
      el('div', { class: 'row' }, el('span', { class: 'muted small-text grow', text: tokenWords(state) }), state.token === 'environment' ? null : logout),
      this.place);
    url.focus();
  }

  /** @param {string} url */
  async #compare(url) {
    this.#say('Asking Pupil Cloud …');
    await this.#trying(async () => {
      const plan = /** @type {CloudPlan} */ (await this.ctx.api.post('cloud/plan', { url }));
      this.url = url;
      this.#showPlan(plan);
    });
  }

  /** @param {CloudPlan} plan */
  #showPlan(plan) {
    const rows = planRows(plan);
    const ticks = rows.map((row) => el('input', { type: 'checkbox', disabled: row.aoiId === null, aria: { label: `Choose ${row.name} for deletion` }, on: { change: () => { remove.disabled = !ticks.some((each) => each.checked); } } }));
    const remove = button({ label: 'Delete from Pupil Cloud …', class: 'danger', disabled: true, run: () => {
      const chosen = rows.filter((_, at) => ticks[at]?.checked);
      return this.#delete(chosen.map((row) => String(row.aoiId)), chosen.map((row) => row.name));
    } });
    const send = button({ label: 'Send', class: 'primary', disabled: toSend(plan).length === 0, run: () => this.#send(toSend(plan)) });
    this.#place(
      el('p', { role: 'status', text: planWords(plan) }),
      rows.length ? el('table', { class: 'cloud-table' },
        el('thead', null, el('tr', null, el('th', { aria: { label: 'Choose' } }), el('th', { text: 'AOI' }), el('th', { text: 'would be done' }))),
        el('tbody', null, ...rows.map((row, at) => el('tr', null, el('td', null, ticks[at]), el('td', { text: row.name }), el('td', { class: row.objectId === null || row.what === 'unchanged' ? 'muted' : '', text: row.what }))))) : null,
      el('div', { class: 'row dialog-foot' }, remove, el('span', { class: 'grow' }), send));
    if (!send.disabled) send.focus();
  }

  // ---------------------------------------------------------------- doing it

  /** @param {number[]} objectIds */
  async #send(objectIds) {
    const progress = progressView('Sending');
    const cancel = button({ label: 'Stop', run: () => { cancel.disabled = true; stop(); } });
    let id = '';
    const stop = () => { if (cancel.disabled && id) void this.ctx.start.post(`tasks/${id}/cancel`).catch(this.ctx.say.error); };
    this.#place(progress.node, el('div', { class: 'row dialog-foot' }, el('span', { class: 'grow muted small-text', text: 'What was sent stays, also if you stop.' }), cancel));
    progress.show('Sending to Pupil Cloud', null);
    cancel.focus();
    await this.#trying(async () => {
      const task = await this.ctx.api.post('cloud/push', { url: this.url, object_ids: objectIds });
      id = task.id;
      stop(); // it was stopped before it had begun
      const end = await follow(this.ctx.start, task, progress.task);
      if (end.state === 'failed') throw new Error(end.error ?? 'Sending failed. Try again.');
      if (!this.body.isConnected) return this.#tellLater(outcomesOf(end));
      if (end.state === 'cancelled') return this.#compare(this.url);
      this.#showOutcomes(outcomesOf(end));
    });
  }

  /** @param {Outcome[]} outcomes */
  #showOutcomes(outcomes) {
    const failed = failedOf(outcomes);
    const again = button({ label: 'Send the failed again', class: 'primary', run: () => this.#send(failed) });
    const back = button({ label: 'Compare again', class: failed.length ? '' : 'primary', run: () => this.#compare(this.url) });
    this.#place(
      el('p', { class: failed.length ? 'problem' : 'export-title', role: 'status', text: outcomeWords(outcomes) }),
      el('ul', { class: 'export-list' }, ...outcomes.map((each) => el('li', { class: `export-item ${each.done ? 'done' : 'failed'}` },
        icon(each.done ? 'check' : 'warning'), el('span', { text: each.name }), el('span', { class: 'muted small-text', text: each.done ? each.what : 'failed' }),
        each.why ? el('p', { class: each.done ? 'cloud-note muted' : 'export-error', text: each.why }) : null))),
      el('div', { class: 'row dialog-foot' }, el('span', { class: 'grow' }), back, failed.length ? again : null));
    (failed.length ? again : back).focus();
  }

  /** @param {Outcome[]} outcomes */
  #tellLater(outcomes) {
    if (outcomes.length === 0) return this.ctx.say.info('Sending to Pupil Cloud was stopped; what was sent stays.');
    if (failedOf(outcomes).length) return this.ctx.say.error(outcomeWords(outcomes), { label: 'Show', run: () => openCloud(this.ctx) });
    return this.ctx.say.success(outcomeWords(outcomes));
  }

  /** @param {string[]} aoiIds @param {string[]} names */
  async #delete(aoiIds, names) {
    const text = `${names.join(', ')}: deleted in Pupil Cloud for good, for everyone in the workspace. Your project here keeps its AOIs.`;
    if (!(await confirm({ title: `Delete ${count(aoiIds.length)} from Pupil Cloud?`, text, yes: 'Delete', danger: true }))) return;
    this.#say('Deleting …');
    await this.#trying(async () => {
      const removed = await this.ctx.api.post('cloud/delete', { url: this.url, aoi_ids: aoiIds });
      if (removed.left.length) throw new Error(`Still there: ${removed.left.join(', ')}. ${removed.why}`);
      await this.#compare(this.url);
    });
  }

  // ---------------------------------------------------------------- showing

  /** What goes wrong is said, in the dialog while it is open. @param {() => unknown} run */
  async #trying(run) {
    this.problem?.remove();
    this.problem = undefined;
    try {
      await run();
    } catch (error) {
      if (!this.body.isConnected) return this.ctx.say.error(error);
      if (error instanceof Error && Reflect.get(error, 'kind') === 'MissingToken') this.#show(await this.ctx.api.get('cloud/state'));
      if (this.place) replace(this.place);
      this.problem = el('p', { class: 'problem', role: 'alert', text: sentence(error) });
      this.body.append(this.problem);
    }
  }

  /** @param {...(Node|null)} nodes */
  #fill(...nodes) {
    replace(this.body, ...nodes);
  }

  /** @param {...(Node|null)} nodes */
  #place(...nodes) {
    if (this.place) replace(this.place, ...nodes);
  }

  /** @param {string} text */
  #say(text) {
    this.#place(el('p', { class: 'muted', role: 'status', text }));
  }
}

/** @param {() => unknown} run @param {...(Node|null)} nodes */
function form(run, ...nodes) {
  return el('form', { class: 'stack', on: { submit: (event) => { event.preventDefault(); void run(); } } }, ...nodes);
}

/** @param {string} label */
function submit(label) {
  return el('button', { type: 'submit', class: 'button', text: label });
}
