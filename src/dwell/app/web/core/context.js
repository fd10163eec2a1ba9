// What every view is given. Types only.

/** @typedef {import('./resultsfeed.js').ResultsFeed} ResultsFeed */
/**
 * @typedef {object} Toasts
 * @property {(text: string, action?: ToastAction) => void} info
 * @property {(text: string, action?: ToastAction) => void} success
 * @property {(error: unknown, action?: ToastAction) => void} error
 */
/** @typedef {{label: string, run: () => void}} ToastAction */
/**
 * @typedef {object} Ctx
 * @property {import('./api.js').Api} api of the project
 * @property {import('./api.js').Api} start of the start page
 * @property {import('./store.js').Store} store
 * @property {import('./player.js').Player} player
 * @property {import('./ui.js').Ui} ui
 * @property {import('./keys.js').Keymap} keys
 * @property {Toasts} say
 * @property {string} client id of this page
 * @property {string} pid id of the project
 * @property {() => Promise<void>} refresh fetches the state again
 * @property {ResultsFeed} results
 * @property {import('./volumeview.js').VolumeView|null} volume of a medical volume
 * @property {import('./picture.js').PictureFeed|null} picture of an enrichment; null: a recording, or a still without gaze
 */
export {};
