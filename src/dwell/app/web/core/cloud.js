// Pupil Cloud: what the page says of it.

/** @typedef {import('./messages.js').CloudPlan} CloudPlan */
/** @typedef {import('./messages.js').CloudState} CloudState */
/** @typedef {{object_id: number, name: string, what: string, done: boolean, aoi_id: string|null, why: string}} Outcome */
/** @typedef {{aoiId: string|null, name: string, what: string, objectId: number|null}} Row `objectId`: null for those of others */

/** @param {{n_frames: number}} recording @returns {boolean} whether its AOIs can lie on a picture in Pupil Cloud */
export const isPicture = (recording) => recording.n_frames === 1;

/** @type {Record<CloudState['token'], string>} */
const TOKENS = {
  none: '',
  session: 'The token that you typed is used until Dwell is stopped.',
  environment: 'The token is from the environment of the server (DWELL_PUPIL_CLOUD_TOKEN).',
  keyring: 'The token is from the keyring of the computer on which Dwell runs.',
};

/** @param {CloudState} state @returns {string} whose token is used; empty if there is none */
export const tokenWords = (state) => TOKENS[state.token];

/** @param {CloudPlan} plan @returns {Row[]} ours first, then those that are left alone */
export function planRows(plan) {
  return [
    ...plan.aois.map((each) => ({ aoiId: each.aoi_id, name: each.name, what: each.what, objectId: each.object_id })),
    ...plan.others.map((each) => ({ aoiId: each.aoi_id, name: each.name, what: `left alone: ${each.why}`, objectId: null })),
  ];
}

/** @param {CloudPlan} plan @returns {number[]} object_ids of what there is to send */
export const toSend = (plan) => plan.aois.filter((each) => each.to_do).map((each) => each.object_id);

/** @param {CloudPlan} plan @returns {string} */
export function planWords(plan) {
  const n = toSend(plan).length;
  const words = n ? `${count(n)} to send.` : plan.aois.length ? 'Everything is in Pupil Cloud as it is here.' : 'There is no AOI with a mask to send.';
  const without = plan.without_mask.length ? ` Not sent, as they have no mask: ${plan.without_mask.join(', ')}.` : '';
  return words + without;
}

/** @param {import('./messages.js').Task} task @returns {Outcome[]} */
export const outcomesOf = (task) => task.result?.['outcomes'] ?? [];

/** @param {Outcome[]} outcomes @returns {number[]} object_ids of what failed */
export const failedOf = (outcomes) => outcomes.filter((each) => !each.done).map((each) => each.object_id);

/** @param {Outcome[]} outcomes @returns {string} */
export function outcomeWords(outcomes) {
  const n = failedOf(outcomes).length;
  if (n === 0) return outcomes.length === 1 ? 'The AOI is in Pupil Cloud.' : `All ${outcomes.length} AOIs are in Pupil Cloud.`;
  return `${n} of ${count(outcomes.length)} failed. The others are in Pupil Cloud.`;
}

/** @param {number} n */
export const count = (n) => `${n} ${n === 1 ? 'AOI' : 'AOIs'}`;
