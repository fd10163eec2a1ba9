// Prompts on their way: shown at once, sent in order, taken back if refused. Names a new AOI, offers candidates.

/** @typedef {import('./messages.js').Prompt} Prompt */
/** @typedef {import('./messages.js').Candidate} Candidate */
/** @typedef {import('./messages.js').Segmented} Segmented */
/** @typedef {{objectId: number|null, frameIdx: number, prompt: Prompt, until: number}} Pending until: rev that brings the stored one */
/** @typedef {{prompts: Prompt[], frameIdx: number, counts: string, name: string}} Naming an AOI that waits for its name, and what its mask would be */
/** @typedef {{objectId: number, frameIdx: number, list: Candidate[], index: number}} Choice */
/** @typedef {Pick<import('./context.js').Ctx, 'api'|'client'|'store'|'ui'|'say'>} Needs */

export class Annotator {
  /** @type {Pending[]} */ pending = [];
  /** @type {Naming|null} */ naming = null;
  /** @type {Choice|null} */ choice = null;
  /** Called after each prompt that was taken. @type {(answer: Segmented, frameIdx: number) => void} */ onSegmented = () => {};
  /** @type {Set<() => void>} */ #observers = new Set();
  /** @type {Promise<unknown>} */ #queue = Promise.resolve();
  #asked = 0;
  /** A named AOI on its way to the project: clicks meanwhile are for it. @type {Promise<any>|null} */ #adding = null;

  /** @param {Needs} ctx @param {import('./maskcache.js').MaskCache} masks */
  constructor(ctx, masks) {
    this.ctx = ctx;
    this.masks = masks;
    this.off = ctx.store.subscribe(() => this.#settle());
  }

  /** @param {() => void} observer @returns {() => void} off */
  subscribe(observer) {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  /** Adds a prompt to the selected AOI, or begins a new one. @param {Prompt} prompt @param {number} frameIdx */
  async add(prompt, frameIdx) {
    if (this.#adding) await this.#adding.catch(() => {});
    const objectId = this.#selected();
    if (this.naming?.frameIdx === frameIdx) return this.#extend(prompt);
    if (objectId === null) return this.#begin(prompt, frameIdx);
    if (this.#locked(objectId)) return;
    await this.send(objectId, frameIdx, [prompt]);
  }

  /**
   * Sends prompts after those before them.
   * @param {number} objectId @param {number} frameIdx @param {Prompt[]} prompts @param {{fresh?: boolean}} [options]
   * @returns {Promise<Segmented|null>} null: refused, and said so
   */
  send(objectId, frameIdx, prompts, { fresh = false } = {}) {
    const pending = prompts.map((prompt) => /** @type {Pending} */ ({ objectId, frameIdx, prompt, until: Infinity }));
    this.pending.push(...pending);
    this.dismiss();
    this.#tell();
    const run = this.#queue.then(async () => {
      try {
        const { api, client } = this.ctx;
        /** @type {Segmented} */
        const answer = await api.post('prompts', { client, object_id: objectId, frame_idx: frameIdx, prompts, fresh });
        for (const each of pending) each.until = answer.rev;
        this.#settle();
        this.masks.put(frameIdx, answer.mask);
        this.onSegmented(answer, frameIdx);
        return answer;
      } catch (error) {
        this.pending = this.pending.filter((each) => !pending.includes(each));
        this.ctx.say.error(error);
        this.#tell();
        return null;
      }
    });
    this.#queue = run;
    if (prompts.some((prompt) => prompt.kind === 'point' || prompt.kind === 'box'))
      void run.then((answer) => (answer?.mask.counts ? this.#askCandidates(objectId, frameIdx) : undefined));
    return run;
  }

  /** The AOI that waits for it gets a name, and its prompts are sent. @param {string} name */
  async confirmName(name) {
    const { api, client, ui } = this.ctx;
    const naming = this.naming;
    if (!naming) return;
    this.naming = null;
    this.#tell();
    try {
      this.#adding = api.post('aois', { client, name: name.trim() || this.defaultName() }).then((aoi) => {
        ui.set('selected', aoi.object_id);
        return aoi;
      });
      const aoi = await this.#adding;
      this.pending = this.pending.filter((each) => each.objectId !== null);
      await this.send(aoi.object_id, naming.frameIdx, naming.prompts);
    } catch (error) {
      this.naming = { ...naming, name }; // still there, to be named otherwise
      this.ctx.say.error(error);
      this.#tell();
    } finally {
      this.#adding = null;
    }
  }

  /** @returns {boolean} whether an AOI was waiting for a name */
  cancelName() {
    if (!this.naming) return false;
    this.naming = null;
    this.pending = this.pending.filter((each) => each.objectId !== null);
    this.#tell();
    return true;
  }

  /** `AOI 1`, or the next that is free. */
  defaultName() {
    const names = new Set([...this.ctx.store.aois.values()].map((aoi) => aoi.name));
    for (let n = 1; ; n++) if (!names.has(`AOI ${n}`)) return `AOI ${n}`;
  }

  /** @param {number} index into the list, wraps around */
  async choose(index) {
    const choice = this.choice;
    if (!choice || choice.list.length === 0) return;
    const { api, client, say } = this.ctx;
    const { objectId, frameIdx, list } = choice;
    choice.index = (index + list.length) % list.length;
    this.#tell();
    const chosen = list[choice.index];
    if (!chosen) return;
    const body = { client, object_id: objectId, frame_idx: frameIdx, index: chosen.index };
    const run = this.#queue.then(() => api.post('candidates/choose', body)); // after the prompts that were sent before
    this.#queue = run.catch(() => {});
    try {
      const answer = await run;
      if (this.choice === choice && list[choice.index] === chosen) this.masks.put(frameIdx, answer.mask);
      this.onSegmented(answer, frameIdx);
    } catch (error) {
      this.dismiss();
      say.error(error);
    }
  }

  /** @returns {boolean} whether candidates were shown */
  dismiss() {
    this.#asked += 1;
    const shown = this.choice !== null;
    this.choice = null;
    if (shown) this.#tell();
    return shown;
  }

  /** @param {number} objectId @param {number} frameIdx */
  async #askCandidates(objectId, frameIdx) {
    const asked = ++this.#asked;
    const { api, client } = this.ctx;
    try {
      const found = await api.post('candidates', { client, object_id: objectId, frame_idx: frameIdx });
      if (asked !== this.#asked || found.candidates.length < 2) return;
      const list = /** @type {Candidate[]} */ (found.candidates);
      this.choice = { objectId, frameIdx, list, index: Math.max(0, list.findIndex((each) => each.chosen)) };
      this.#tell();
    } catch {
      // an extra: the mask is there without
    }
  }

  /** @param {Prompt} prompt @param {number} frameIdx */
  async #begin(prompt, frameIdx) {
    this.cancelName();
    if (prompt.positive === false) {
      this.ctx.say.info('Select the AOI that this spot is not part of first, or click on what you want.');
      return;
    }
    this.naming = { prompts: [], frameIdx, counts: '', name: '' };
    await this.#extend(prompt);
  }

  /** Adds a prompt to the AOI that waits for its name, and previews it. @param {Prompt} prompt */
  async #extend(prompt) {
    const naming = this.naming;
    if (!naming) return;
    naming.prompts = [...naming.prompts, prompt];
    this.pending.push({ objectId: null, frameIdx: naming.frameIdx, prompt, until: Infinity });
    this.#tell();
    const prompts = naming.prompts;
    try {
      const found = await this.ctx.api.post('preview', { frame_idx: naming.frameIdx, prompts });
      if (this.naming !== naming || naming.prompts !== prompts) return;
      naming.counts = found.candidates[0]?.counts ?? '';
      this.#tell();
    } catch {
      // the prompt itself will say what is wrong
    }
  }

  /** @returns {number|null} */
  #selected() {
    const { store, ui } = this.ctx;
    const selected = ui.get('selected');
    return selected !== null && store.aois.has(selected) ? selected : null;
  }

  /** @param {number} objectId */
  #locked(objectId) {
    const { store, say } = this.ctx;
    if (!store.view.locked?.includes(objectId)) return false;
    say.info(`${store.aois.get(objectId)?.name} is locked. Unlock it in the list to change it.`);
    return true;
  }

  /** Drops markers whose stored prompts have come. */
  #settle() {
    const { rev } = this.ctx.store;
    const left = this.pending.filter((each) => each.until > rev);
    if (left.length === this.pending.length) return;
    this.pending = left;
    this.#tell();
  }

  #tell() {
    for (const observer of [...this.#observers]) observer();
  }
}
