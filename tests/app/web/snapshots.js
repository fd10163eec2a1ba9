// A small project, as the server would tell of it.

/** @returns {any} */
export function snapshot(overrides = {}) {
  return {
    protocol: 1,
    rev: 5,
    recording: {
      name: 'kitchen', project: '/data/kitchen.dwell', path: '/data/kitchen', kind: 'neon', wearer: null, width: 40, height: 30,
      n_frames: 100, start_ns: '1700000000000000000', duration_ns: '4000000000', has_gaze: true, has_fixations: true, has_times: true,
      has_camera: true, n_filler: 0, first_frame: 0, notes: [], frames_tag: 'a1',
    },
    aois: [
      { object_id: 1, name: 'cup', colour: '#e69f00', category: null },
      { object_id: 2, name: 'book', colour: '#56b4e9', category: 'paper' },
    ],
    prompts: [{ kind: 'point', id: 7, object_id: 1, frame_idx: 10, x: 3, y: 4, positive: true }],
    lanes: [{ object_id: 1, version: 3, n_known: 50 }],
    marks: [{ start_ns: '1700000001000000000', object_ids: [1] }],
    steps: { undo: { id: 12, label: 'Prompt cup' }, redo: null },
    view: { hidden: [], locked: [], keys: { 1: 1, 2: 2 } },
    job: null,
    backend: { name: 'embedded', resolution: null },
    search: null,
    ...overrides,
  };
}

/** @returns {any} */
export function changeSet(rev, parts = {}) {
  return {
    rev, origin: 'page', aois: null, prompts: null, lanes: null, marks: null, steps: null, view: null, job: null, backend: null, search: null,
    task: null, results: false, lost_writer: null, ...parts,
  };
}

/** @returns {any} */
export const change = (parts) => ({ created: [], updated: [], deleted: [], ...parts });

/** Timers that run when told to. */
export class FakeTimers {
  now = 0;
  #next = 1;
  #waiting = new Map();
  later = (run, ms) => {
    this.#waiting.set(this.#next, { run, at: this.now + ms });
    return this.#next++;
  };
  cancel = (handle) => void this.#waiting.delete(handle);
  /** Lets time pass; promises get their turn after each timer. */
  async pass(ms) {
    const end = this.now + ms;
    for (;;) {
      const due = [...this.#waiting].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.#waiting.delete(due[0]);
      this.now = due[1].at;
      due[1].run();
      await turns();
    }
    this.now = end;
    await turns();
  }
}

/** Lets promises that are ready go on. */
export async function turns(n = 20) {
  for (let turn = 0; turn < n; turn++) await new Promise((done) => setImmediate(done));
}

/** Random numbers that are the same in every run. */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
