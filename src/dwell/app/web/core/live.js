// Changes as they happen: a stream of server-sent events, or polling where a proxy holds the stream back.
// The stream is read with fetch, not EventSource, because only that shows the comment lines that tell a quiet
// stream from a buffered one.

/** @typedef {import('./messages.js').ChangeSet} ChangeSet */
/** @typedef {'live'|'polling'|'offline'} Connection */
/**
 * @typedef {object} Timers
 * @property {(run: () => void, ms: number) => any} later
 * @property {(handle: any) => void} cancel
 */
/**
 * @typedef {object} LiveOptions
 * @property {import('./api.js').Api} api of the project
 * @property {string} client id of this page
 * @property {() => number} since revision that the page has
 * @property {(change: ChangeSet) => boolean} onChange false: a gap, a snapshot is needed
 * @property {() => Promise<void>} onSnapshot fetches the state again
 * @property {(state: Connection) => void} onState
 * @property {Timers} [timers]
 */

export const SILENCE_MS = 20_000;
const RETRY_MS = [500, 1000, 2000, 4000, 8000, 15_000];
const POLL_WAIT_S = 20;
const STREAMS_BEFORE_POLLING = 3;

export class Live {
  /** @type {Connection} */ state = 'offline';
  /** @type {AbortController|null} */ #abort = null;
  #failures = 0;
  /** Streams that failed or stayed silent. */ #badStreams = 0;
  /** @type {any} */ #retry = null;

  /** @param {LiveOptions} options */
  constructor(options) {
    this.options = options;
    this.timers = options.timers ?? { later: (run, ms) => setTimeout(run, ms), cancel: (handle) => clearTimeout(handle) };
  }

  start() {
    if (this.#abort) return;
    this.#abort = new AbortController();
    void this.#keepUp(this.#abort.signal);
  }

  stop() {
    this.#abort?.abort();
    this.#abort = null;
    this.timers.cancel(this.#retry);
  }

  /** @param {AbortSignal} stop */
  async #keepUp(stop) {
    while (!stop.aborted) {
      try {
        if (this.#badStreams < STREAMS_BEFORE_POLLING) await this.#stream(stop);
        else await this.#poll(stop);
      } catch {
        if (stop.aborted) return;
        this.#failures += 1;
        this.#say('offline');
        await this.#pause(RETRY_MS[Math.min(this.#failures, RETRY_MS.length) - 1] ?? 500);
      }
    }
  }

  /** Reads one stream until it ends; ends it if nothing at all comes. @param {AbortSignal} stop */
  async #stream(stop) {
    const silence = new AbortController();
    const end = () => silence.abort();
    stop.addEventListener('abort', end);
    let timer = this.timers.later(end, SILENCE_MS);
    let heard = false;
    try {
      const { api, client, since } = this.options;
      const path = `events?since=${since()}&client=${encodeURIComponent(client)}`;
      const body = (await api.request('GET', path, undefined, { signal: silence.signal })).body;
      if (!body) throw new Error('no stream');
      const parser = new EventParser();
      const reader = body.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        this.timers.cancel(timer);
        timer = this.timers.later(end, SILENCE_MS);
        heard = true;
        this.#heard('live');
        for (const event of parser.push(part.value)) await this.#event(event);
      }
      if (!heard) throw new Error('the stream ended without a word');
      await this.#pause(RETRY_MS[0] ?? 500);
    } catch (error) {
      if (stop.aborted) return;
      if (!heard) this.#badStreams = silence.signal.aborted ? STREAMS_BEFORE_POLLING : this.#badStreams + 1;
      if (!silence.signal.aborted) throw error;
    } finally {
      this.timers.cancel(timer);
      stop.removeEventListener('abort', end);
    }
  }

  /** One long poll. @param {AbortSignal} stop */
  async #poll(stop) {
    const path = `changes?since=${this.options.since()}&wait=${POLL_WAIT_S}`;
    const answer = await this.options.api.get(path, { signal: stop });
    this.#heard('polling');
    if (answer.snapshot) return this.options.onSnapshot();
    for (const change of answer.changes) await this.#change(change);
  }

  /** @param {{event: string, data: string}} event */
  async #event({ event, data }) {
    if (event === 'change') await this.#change(JSON.parse(data));
    else if (event === 'snapshot') await this.options.onSnapshot();
  }

  /** @param {ChangeSet} change */
  async #change(change) {
    if (!this.options.onChange(change)) await this.options.onSnapshot();
  }

  /** @param {Connection} state */
  #heard(state) {
    this.#failures = 0;
    if (state === 'live') this.#badStreams = 0;
    this.#say(state);
  }

  /** @param {Connection} state */
  #say(state) {
    if (state === this.state) return;
    this.state = state;
    this.options.onState(state);
  }

  /** @param {number} ms @returns {Promise<void>} */
  #pause(ms) {
    return new Promise((done) => void (this.#retry = this.timers.later(done, ms)));
  }
}

/** Takes server-sent events out of text that arrives in pieces. */
export class EventParser {
  #rest = '';

  /** @param {string} text @returns {{event: string, data: string}[]} whole events, without comments */
  push(text) {
    const blocks = (this.#rest + text).replace(/\r\n?/g, '\n').split('\n\n');
    this.#rest = blocks.pop() ?? '';
    return blocks.map(parseEvent).filter((event) => event.data !== '' || event.event !== 'message');
  }
}

/** @param {string} block @returns {{event: string, data: string}} */
function parseEvent(block) {
  let event = 'message';
  /** @type {string[]} */
  const data = [];
  for (const line of block.split('\n')) {
    const [, field, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === 'event') event = value ?? '';
    else if (field === 'data') data.push(value ?? '');
  }
  return { event, data: data.join('\n') };
}
