// Files go up in pieces, in order; a piece that got lost is sent again from where the server is.

export const CHUNK_BYTES = 8_000_000;
const WAITS_MS = [500, 1000, 2000, 4000, 8000, 15_000];
const SPEED_WINDOW_MS = 5000;

/** @typedef {{put: (path: string, body?: unknown, options?: {signal?: AbortSignal}) => Promise<any>}} Putter */
/** @typedef {{name: string, size: number, slice: (start: number, stop: number) => unknown}} FileLike */
/** @typedef {{sent: number, size: number, perSecond: number|null, leftS: number|null, waiting: boolean}} UploadProgress */

/**
 * Sends a file; resolves to its path on the server.
 * @param {Putter} api of the start page
 * @param {FileLike} file
 * @param {{onProgress?: (progress: UploadProgress) => void, signal?: AbortSignal, now?: () => number,
 *   pause?: (ms: number) => Promise<void>}} [options]
 * @returns {Promise<string>}
 */
export async function upload(api, file, options = {}) {
  const { onProgress = () => {}, signal, now = Date.now, pause = sleep } = options;
  const speed = new Speed(now);
  let sent = 0;
  let failures = 0;
  for (;;) {
    signal?.throwIfAborted();
    const stop = Math.min(file.size, sent + CHUNK_BYTES);
    try {
      const address = `uploads/${encodeURIComponent(file.name)}?offset=${sent}&size=${file.size}`;
      const answer = await api.put(address, file.slice(sent, stop), signal ? { signal } : {});
      failures = 0;
      sent = Number(answer.received);
      speed.add(sent);
      onProgress({ sent, size: file.size, ...speed.of(file.size), waiting: false });
      if (typeof answer.path === 'string') return answer.path;
    } catch (error) {
      if (!passes(error) || failures >= WAITS_MS.length) throw error;
      onProgress({ sent, size: file.size, perSecond: null, leftS: null, waiting: true });
      await pause(WAITS_MS[failures] ?? 0);
      failures += 1;
    }
  }
}

/** Whether trying again may help: the server was out of reach, not unwilling. @param {unknown} error */
function passes(error) {
  return error instanceof Error && Reflect.get(error, 'status') === 0;
}

/** @param {number} ms @returns {Promise<void>} */
function sleep(ms) {
  return new Promise((done) => { setTimeout(done, ms); });
}

/** Bytes per second over the last few seconds. */
class Speed {
  /** @type {[number, number][]} */ #points;

  /** @param {() => number} now */
  constructor(now) {
    this.now = now;
    this.#points = [[now(), 0]];
  }

  /** @param {number} sent */
  add(sent) {
    const at = this.now();
    this.#points.push([at, sent]);
    while (this.#points.length > 2 && at - (this.#points[0]?.[0] ?? at) > SPEED_WINDOW_MS) this.#points.shift();
  }

  /** @param {number} size @returns {{perSecond: number|null, leftS: number|null}} */
  of(size) {
    const [from, last] = [this.#points[0] ?? [0, 0], this.#points[this.#points.length - 1] ?? [0, 0]];
    const ms = last[0] - from[0];
    if (ms <= 0) return { perSecond: null, leftS: null };
    const perSecond = ((last[1] - from[1]) / ms) * 1000;
    return { perSecond, leftS: perSecond > 0 ? (size - last[1]) / perSecond : null };
  }
}

/**
 * What was dropped, sorted by use.
 * @template {{name: string}} F
 * @param {F[]} files
 * @param {(name: string) => 'video'|'image'|'volume'|'archive'|'table'|null} kindOf
 * @returns {{main: F|null, gaze: F|null, problem: string}} problem: what to do instead, or ''
 */
export function sortDropped(files, kindOf) {
  const of = (/** @type {string} */ kind) => files.filter((file) => kindOf(file.name) === kind);
  const [videos, images, volumes, archives, tables] = [of('video'), of('image'), of('volume'), of('archive'), of('table')];
  const known = [...videos, ...images, ...volumes, ...archives];
  const none = { main: null, gaze: null };
  if (known.length + tables.length < files.length) return { ...none, problem: 'Drop a scene video, a picture, a medical volume (.nii.gz), a zip of a recording or enrichment, or a video with its gaze CSV; other files are not understood.' };
  if (volumes.length > 1 && volumes.every((file) => /\.dcm$/i.test(file.name))) return { ...none, problem: 'The files of a DICOM series belong in one folder: put it where Dwell may look, and open the folder from there.' };
  if (known.length > 1) return { ...none, problem: 'Drop one thing at a time: one video, one picture, one volume or one zip.' };
  if (tables.length > 1) return { ...none, problem: 'Drop one gaze CSV with the video; or put all tables into a zip with it.' };
  const main = known[0] ?? null;
  const gaze = tables[0] ?? null;
  if (!main) return { ...none, problem: 'A CSV needs its scene video: drop both together.' };
  if (gaze && archives.length) return { ...none, problem: 'Put the CSV into the zip, or drop it together with a video.' };
  if (gaze && volumes.length) return { ...none, problem: 'A medical volume has no time that gaze could be matched to: drop the volume alone.' };
  if (gaze && images.length) return { ...none, problem: 'Gaze on a picture comes as an enrichment: drop the zip of Pupil Cloud instead.' };
  return { main, gaze, problem: '' };
}
