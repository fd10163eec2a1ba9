// Work with an end, followed until it is over.

/** @typedef {import('./messages.js').Task} Task */

export const POLL_MS = 400;

/**
 * @param {{get: (path: string) => Promise<any>}} api
 * @param {Task} task as it was started
 * @param {(task: Task) => void} onChange
 * @param {(ms: number) => Promise<void>} [pause]
 * @returns {Promise<Task>} as it ended
 */
export async function follow(api, task, onChange, pause = (ms) => new Promise((done) => { setTimeout(done, ms); })) {
  let now = task;
  onChange(now);
  while (now.state === 'running') {
    await pause(POLL_MS);
    now = await api.get(`tasks/${encodeURIComponent(task.id)}`);
    onChange(now);
  }
  return now;
}
