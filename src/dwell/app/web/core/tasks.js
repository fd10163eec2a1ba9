// Work with an end, followed until it is over.

/** @typedef {import('./messages.js').Task} Task */

export const POLL_MS = 400;
const MOST_MISSES = 75;

/**
 * @param {{get: (path: string) => Promise<any>}} api
 * @param {Task} task as it was started
 * @param {(task: Task) => void} onChange
 * @param {(ms: number) => Promise<void>} [pause]
 * @returns {Promise<Task>} as it ended
 */
export async function follow(api, task, onChange, pause = (ms) => new Promise((done) => { setTimeout(done, ms); })) {
  let now = task;
  let misses = 0;
  onChange(now);
  while (now.state === 'running') {
    await pause(POLL_MS);
    const found = await look(api, task.id, misses);
    misses = found ? 0 : misses + 1;
    if (!found) continue;
    now = found;
    onChange(now);
  }
  return now;
}

/** null: no answer this time; the work goes on without us. @param {{get: (path: string) => Promise<any>}} api @param {string} id @param {number} misses
 * @returns {Promise<Task|null>} */
async function look(api, id, misses) {
  try {
    return await api.get(`tasks/${encodeURIComponent(id)}`);
  } catch (error) {
    if (misses < MOST_MISSES && error instanceof Error && Reflect.get(error, 'status') === 0) return null;
    throw error;
  }
}
