// The state of one project as this page knows it. Everything that changes arrives as a ChangeSet.

/** @typedef {import('./messages.js').Snapshot} Snapshot */
/** @typedef {import('./messages.js').ChangeSet} ChangeSet */
/** @typedef {import('./messages.js').Change} Change */
/** @typedef {import('./messages.js').Aoi} Aoi */
/** @typedef {import('./messages.js').Prompt} Prompt */
/** @typedef {import('./messages.js').Lane} Lane */
/** @typedef {import('./messages.js').FixationMark} FixationMark */
/** @typedef {(change: ChangeSet, whole: boolean) => void} Observer whole: all that there is, not what changed */

const REACHED_MS = 2000;

export class Store {
  /** @type {number} */ rev = -1;
  /** @type {import('./messages.js').RecordingInfo} */ recording;
  /** @type {Map<number, Aoi>} */ aois = new Map();
  /** @type {Map<number, Prompt>} */ prompts = new Map();
  /** @type {Map<number, Lane>} */ lanes = new Map();
  /** By start_ns. @type {Map<string, FixationMark>} */ marks = new Map();
  /** @type {import('./messages.js').Steps} */ steps;
  /** @type {import('./messages.js').View} */ view;
  /** @type {import('./messages.js').Job|null} */ job = null;
  /** The newest search for words. @type {import('./messages.js').Search|null} */ search = null;
  /** @type {import('./messages.js').BackendChoice} */ backend;
  /** Why nothing can be changed at the moment; empty: it can. */ lostWriter = '';
  /** @type {Set<Observer>} */ #observers = new Set();
  /** `object_id/frame_idx` → prompts; rebuilt when prompts change. @type {Map<string, Prompt[]>|null} */ #byPlace = null;

  /** @param {Snapshot} snapshot */
  constructor(snapshot) {
    this.recording = snapshot.recording;
    this.steps = snapshot.steps;
    this.view = snapshot.view;
    this.backend = snapshot.backend;
    this.#take(snapshot);
  }

  /**
   * Applies one revision.
   * @param {ChangeSet} change
   * @returns {boolean} false: revisions are missing in between; fetch a snapshot
   */
  apply(change) {
    if (change.rev <= this.rev) return true;
    if (change.rev !== this.rev + 1) return false;
    this.rev = change.rev;
    merge(this.aois, change.aois, (aoi) => aoi.object_id);
    merge(this.prompts, change.prompts, (prompt) => prompt.id ?? -1);
    merge(this.lanes, change.lanes, (lane) => lane.object_id);
    merge(this.marks, change.marks, (mark) => mark.start_ns);
    if (change.prompts) this.#byPlace = null;
    if (change.steps) this.steps = change.steps;
    if (change.view) this.view = change.view;
    if (change.job) this.job = change.job;
    if (change.backend) this.backend = change.backend;
    if (change.search) this.search = change.search;
    if (change.recording) this.recording = change.recording;
    if (change.lost_writer !== null && change.lost_writer !== undefined) this.lostWriter = change.lost_writer;
    this.#tell(change);
    return true;
  }

  /**
   * Takes a whole snapshot; observers get it as one change set in which everything known is new.
   * @param {Snapshot} snapshot
   */
  replace(snapshot) {
    const gone = {
      aois: missing(this.aois, snapshot.aois.map((aoi) => aoi.object_id)),
      prompts: missing(this.prompts, snapshot.prompts.map((prompt) => prompt.id ?? -1)),
      lanes: missing(this.lanes, snapshot.lanes.map((lane) => lane.object_id)),
      marks: missing(this.marks, snapshot.marks.map((mark) => mark.start_ns)),
    };
    this.#take(snapshot);
    this.#tell({
      rev: snapshot.rev,
      origin: 'server',
      aois: { created: [], updated: snapshot.aois, deleted: gone.aois },
      prompts: { created: [], updated: snapshot.prompts, deleted: gone.prompts },
      lanes: { created: [], updated: snapshot.lanes, deleted: gone.lanes },
      marks: { created: [], updated: snapshot.marks, deleted: gone.marks },
      steps: snapshot.steps,
      view: snapshot.view,
      job: snapshot.job,
      backend: snapshot.backend,
      task: null,
      recording: snapshot.recording,
      results: true,
      search: this.search,
      lost_writer: '',
    }, true);
  }

  /** @param {Observer} observer @returns {() => void} off */
  subscribe(observer) {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  /**
   * Waits until a revision is known here; not for ever, as the stream may be down.
   * @param {number} rev @param {number} [ms] @returns {Promise<void>}
   */
  reached(rev, ms = REACHED_MS) {
    if (this.rev >= rev) return Promise.resolve();
    return new Promise((done) => {
      const end = () => { clearTimeout(timer); off(); done(); };
      const timer = setTimeout(end, ms);
      const off = this.subscribe(() => { if (this.rev >= rev) end(); });
    });
  }

  /** Prompts of an AOI on a frame, oldest first. @param {number} objectId @param {number} frame @returns {Prompt[]} */
  promptsAt(objectId, frame) {
    this.#byPlace ??= groupByPlace(this.prompts.values());
    return this.#byPlace.get(`${objectId}/${frame}`) ?? [];
  }

  /** The AOI with a number key. @param {string} key '1' … '9' @returns {Aoi|null} */
  aoiByKey(key) {
    return this.aois.get(this.view.keys?.[key] ?? -1) ?? null;
  }

  /** @param {Snapshot} snapshot */
  #take(snapshot) {
    this.rev = snapshot.rev;
    this.recording = snapshot.recording;
    this.aois = new Map(snapshot.aois.map((aoi) => [aoi.object_id, aoi]));
    this.prompts = new Map(snapshot.prompts.map((prompt) => [prompt.id ?? -1, prompt]));
    this.lanes = new Map(snapshot.lanes.map((lane) => [lane.object_id, lane]));
    this.marks = new Map(snapshot.marks.map((mark) => [mark.start_ns, mark]));
    this.steps = snapshot.steps;
    this.view = snapshot.view;
    this.job = snapshot.job;
    this.backend = snapshot.backend;
    this.search = snapshot.search;
    this.lostWriter = ''; // a server that answers in full can write, or says so again
    this.#byPlace = null;
  }

  /** @param {ChangeSet} change @param {boolean} whole */
  #tell(change, whole = false) {
    for (const observer of [...this.#observers]) observer(change, whole);
  }
}

/**
 * @template K, V
 * @param {Map<K, V>} items @param {Change|null|undefined} change @param {(item: V) => K} keyOf
 */
function merge(items, change, keyOf) {
  if (!change) return;
  for (const key of change.deleted) items.delete(key);
  for (const item of [...change.created, ...change.updated]) items.set(keyOf(item), item);
}

/**
 * @template K
 * @param {Map<K, unknown>} had @param {K[]} has
 * @returns {K[]}
 */
function missing(had, has) {
  const kept = new Set(has);
  return [...had.keys()].filter((key) => !kept.has(key));
}

/** @param {Iterable<Prompt>} prompts @returns {Map<string, Prompt[]>} */
function groupByPlace(prompts) {
  /** @type {Map<string, Prompt[]>} */
  const groups = new Map();
  for (const prompt of prompts) {
    const place = `${prompt.object_id}/${prompt.frame_idx}`;
    const group = groups.get(place);
    if (group) group.push(prompt);
    else groups.set(place, [prompt]);
  }
  return groups;
}
