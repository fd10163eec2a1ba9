// What shortcuts and buttons do to the project. Each says what happened, or what went wrong.
import { follow } from './tasks.js';

/** @typedef {import('./context.js').Ctx} Ctx */
/** @typedef {import('./messages.js').View} View */
/** @typedef {Pick<Ctx, 'api'|'client'|'store'|'ui'|'say'|'player'>} Needs */

export class Actions {
  /** @type {Promise<unknown>} */ #steps = Promise.resolve();

  /** @param {Needs} ctx @param {import('./annotate.js').Annotator} annotator */
  constructor(ctx, annotator) {
    this.ctx = ctx;
    this.annotator = annotator;
  }

  /** Steps that are asked for quickly go one after the other, each from where the one before it led. @param {'undo'|'redo'} way */
  step(way) {
    this.#steps = this.#steps.then(() => this.#step(way));
    return this.#steps;
  }

  /** @param {'undo'|'redo'} way */
  async #step(way) {
    const { api, client, store, say } = this.ctx;
    const step = store.steps[way];
    if (!step) return say.info(way === 'undo' ? 'There is nothing to undo.' : 'There is nothing to redo.');
    this.annotator.dismiss();
    await this.#try(async () => {
      const done = await api.post(way, { client, expect: step.id });
      await store.reached(done.rev);
      say.info(`${way === 'undo' ? 'Undone' : 'Redone'}: ${step.label}.`);
    });
  }

  /** Adds an AOI without a prompt and selects it. @param {string} name */
  async newAoi(name) {
    const { api, client, ui } = this.ctx;
    await this.#try(async () => {
      const aoi = await api.post('aois', { client, name });
      ui.set('selected', aoi.object_id);
    });
  }

  /** @param {number} objectId @param {{name?: string, colour?: string, category?: string}} edit */
  async editAoi(objectId, edit) {
    const { api, client } = this.ctx;
    return this.#try(() => api.patch(`aois/${objectId}`, { client, ...edit }));
  }

  /** Removes an AOI; the message offers to undo it. @param {number} objectId */
  async removeAoi(objectId) {
    const { api, client, store } = this.ctx;
    const name = store.aois.get(objectId)?.name ?? 'The AOI';
    const removed = await this.#undoable(() => api.delete(`aois/${objectId}?client=${encodeURIComponent(client)}`), () => `${name} is removed with its masks.`);
    if (removed) this.#deselect([objectId]);
  }

  /** Removes AOIs in one step. @param {readonly number[]} objectIds @returns {Promise<boolean>} */
  async removeAois(objectIds) {
    const { api, client } = this.ctx;
    const [names, verb, whose] = objectIds.length === 1 ? [this.#names(objectIds), 'is', 'its'] : [this.#names(objectIds), 'are', 'their'];
    const removed = await this.#undoable(() => api.post('aois/remove', { client, object_ids: objectIds }), () => `${names} ${verb} removed with ${whose} masks.`);
    if (removed) this.#deselect(objectIds);
    return removed;
  }

  /** Makes AOIs that are one thing one AOI: the first. @param {readonly number[]} objectIds at least two @returns {Promise<boolean>} */
  mergeAois([keep = -1, ...others]) {
    const { api, client, store } = this.ctx;
    const names = this.#names(others);
    return this.#undoable(() => api.post('aois/merge', { client, keep, others }), () => `${names} and ${store.aois.get(keep)?.name ?? 'another'} are one now.`);
  }

  /** @param {readonly number[]} objectIds @param {number|null} whole null: parts of none @returns {Promise<boolean>} */
  setPart(objectIds, whole) {
    const { api, client, store } = this.ctx;
    const of = whole === null ? 'of nothing else' : `of ${store.aois.get(whole)?.name}`;
    const parts = objectIds.length === 1 ? 'is part' : 'are parts';
    return this.#undoable(() => api.post('aois/part', { client, object_ids: objectIds, part_of: whole ?? 0 }), () => `${this.#names(objectIds)} ${parts} ${of} now.`);
  }

  /**
   * Makes a change that may take long: an editing tool, labels that are taken over; says what was done, with a way back.
   * @template {{rev: number, step: import('./messages.js').Step|null}} R
   * @param {string} path @param {object} request @param {(result: R) => string} text
   * @param {(task: import('./messages.js').Task) => void} onTask called while it goes on
   * @returns {Promise<R|null>} null: it was stopped
   * @throws {Error} a sentence
   */
  async change(path, request, text, onTask) {
    const { api, store, say } = this.ctx;
    this.annotator.dismiss();
    const task = await follow(api, /** @type {import('./messages.js').Task} */ (await api.post(path, request)), onTask);
    if (task.state === 'failed') throw new Error(task.error ?? 'It failed, and nothing has changed. Try again.');
    if (task.state === 'cancelled') {
      say.info('Stopped. Nothing has changed.');
      return null;
    }
    const result = /** @type {R} */ (/** @type {unknown} */ (task.result));
    await store.reached(result.rev);
    if (result.step) say.success(text(result), this.#wayBack(result.step.id));
    else say.info(text(result));
    return result;
  }

  /** @param {number|undefined} mine id of a step */
  #wayBack(mine) {
    const { store, say } = this.ctx;
    const run = () => {
      if (store.steps.undo?.id === mine) return void this.step('undo');
      say.info('Something was changed since then. Undo that first, with Undo in the toolbar.');
    };
    return { label: 'Undo', run };
  }

  /** Does something, and says so with a way back. @param {() => Promise<{rev: number}>} run @param {() => string} text */
  #undoable(run, text) {
    const { store, say } = this.ctx;
    return this.#try(async () => {
      const done = await run();
      await store.reached(done.rev);
      say.info(text(), this.#wayBack(store.steps.undo?.id));
    });
  }

  /** @param {readonly number[]} gone */
  #deselect(gone) {
    const { ui } = this.ctx;
    const selected = ui.get('selected');
    if (selected !== null && gone.includes(selected)) ui.set('selected', null);
  }

  /** @param {readonly number[]} objectIds */
  #names(objectIds) {
    const names = objectIds.map((id) => this.ctx.store.aois.get(id)?.name ?? 'an AOI');
    return names.length > 3 ? `${names.length} AOIs` : names.join(', ').replace(/, ([^,]*)$/, ' and $1');
  }

  /** Approves the selected AOI on the frame that is shown, or takes that back. */
  async approveHere() {
    const { api, client, player, say } = this.ctx;
    const objectId = this.#target();
    if (objectId === null) return;
    const approved = !this.annotator.masks.get(player.frameIdx)?.masks.get(objectId)?.approved;
    await this.#try(async () => {
      const [start, stop] = [player.frameIdx, player.frameIdx + 1];
      const done = await api.post('approve', { client, object_ids: [objectId], start, stop, approved });
      if (done.n === 0) say.info('There is no answer on this frame to approve. Click the thing, or track to here first.');
      else say.info(approved ? 'Approved here.' : 'No longer approved here.');
    });
  }

  /** Says that the selected AOI is not in the frame that is shown. */
  async absentHere() {
    const { player, store, say } = this.ctx;
    const objectId = this.#target();
    if (objectId === null) return;
    const answer = await this.annotator.send(objectId, player.frameIdx, [{ kind: 'absent' }]);
    if (answer) say.info(`${store.aois.get(objectId)?.name} is marked absent here.`);
  }

  /** Takes back the selected AOI's prompts on the frame that is shown. */
  async clearHere() {
    const { api, client, player } = this.ctx;
    const objectId = this.#target();
    if (objectId === null) return;
    this.annotator.dismiss();
    await this.#try(() => api.post('prompts/clear', { client, object_id: objectId, frame_idx: player.frameIdx }));
  }

  /** Puts an AOI into a list of the view, or takes it out. @param {'hidden'|'locked'} list @param {number} objectId */
  async toggle(list, objectId) {
    const ids = this.ctx.store.view[list] ?? [];
    await this.setView({ [list]: ids.includes(objectId) ? ids.filter((id) => id !== objectId) : [...ids, objectId] });
  }

  /** Gives an AOI a number key, taking it from whoever has it. @param {number} objectId @param {string|null} key */
  async giveKey(objectId, key) {
    const keys = Object.entries(this.ctx.store.view.keys ?? {}).filter(([each, id]) => each !== key && id !== objectId);
    await this.setView({ keys: Object.fromEntries(key === null ? keys : [...keys, [key, objectId]]) });
  }

  /** @param {Partial<View>} part */
  async setView(part) {
    const { api, client, store } = this.ctx;
    const before = store.view;
    const wanted = { ...before, ...part };
    store.view = wanted; // at once; the answer confirms it
    const done = await this.#try(() => api.put(`view?client=${encodeURIComponent(client)}`, wanted));
    if (!done && store.view === wanted) store.view = before;
  }

  /** @returns {number|null} */
  #target() {
    const { store, ui, say } = this.ctx;
    const selected = ui.get('selected');
    if (selected !== null && store.aois.has(selected)) return selected;
    say.info(store.aois.size ? 'Select an AOI first: its number key, or a click in the list.' : 'Add an AOI first: press N.');
    return null;
  }

  /** @param {() => Promise<unknown>} run @returns {Promise<boolean>} */
  async #try(run) {
    try {
      await run();
      return true;
    } catch (error) {
      this.ctx.say.error(error);
      return false;
    }
  }
}
