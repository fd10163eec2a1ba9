// What the server shows of a look, as it happens: a stream of server-sent events, or polling where a proxy holds it back.
import { EventParser } from './live.js';
import { REAL_TIMERS } from './looksending.js';

/** @typedef {import('./messages.js').LookView} LookView */
/** @typedef {import('./live.js').Timers} Timers */
/** @typedef {import('./live.js').Connection} Connection */
/** @typedef {Pick<import('./api.js').Api, 'get'|'request'>} Server */

const RETRY_MS = [250, 500, 1000, 2000, 4000];
const FIRST_WORD_MS = 3000;
const SILENCE_MS = 20_000;
const POLL_MS = 100;
const STREAMS_BEFORE_POLLING = 3;

export class LookStream {
  /** @type {Connection} */ state = 'offline';
  /** @type {AbortController|null} */ #stop = null;
  #badStreams = 0;

  /** @param {Server} api @param {{onView: (view: LookView) => void, onState: (state: Connection) => void, have: () => string}} to have: what a poll may leave out @param {Timers} [timers] */
  constructor(api, to, timers = REAL_TIMERS) {
    this.api = api;
    this.to = to;
    this.timers = timers;
  }

  start() {
    if (this.#stop) return;
    this.#stop = new AbortController();
    void this.#keepUp(this.#stop.signal);
  }

  stop() {
    this.#stop?.abort();
    this.#stop = null;
    this.#say('offline');
  }

  /** @param {AbortSignal} stop */
  async #keepUp(stop) {
    for (let failures = 0; !stop.aborted; ) {
      try {
        if (this.#badStreams < STREAMS_BEFORE_POLLING) await this.#stream(stop);
        else await this.#poll(stop);
        failures = 0;
      } catch {
        if (stop.aborted) return;
        this.#say('offline');
        failures += 1;
      }
      if (failures) await this.#pause(RETRY_MS[Math.min(failures, RETRY_MS.length) - 1] ?? 1000);
    }
  }

  /** Reads one stream until it ends; ends it if nothing comes, not even a comment. @param {AbortSignal} stop */
  async #stream(stop) {
    const silence = new AbortController();
    const end = () => silence.abort();
    stop.addEventListener('abort', end);
    let timer = this.timers.later(end, FIRST_WORD_MS);
    let heard = false;
    try {
      const { body } = await this.api.request('GET', 'look/stream', undefined, { signal: silence.signal });
      if (!body) throw new Error('no stream');
      const parser = new EventParser();
      const reader = body.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        this.timers.cancel(timer);
        timer = this.timers.later(end, SILENCE_MS);
        heard = true;
        this.#badStreams = 0;
        this.#say('live');
        for (const { data } of parser.push(part.value)) if (data && !stop.aborted) this.to.onView(JSON.parse(data));
      }
      throw new Error('the stream has ended');
    } finally {
      if (!heard && !stop.aborted) this.#badStreams += 1;
      this.timers.cancel(timer);
      stop.removeEventListener('abort', end);
    }
  }

  /** One look at what there is. @param {AbortSignal} stop */
  async #poll(stop) {
    const view = await this.api.get(`look/state?${this.to.have()}`, { signal: stop });
    if (stop.aborted) return;
    this.#say('polling');
    this.to.onView(view);
    await this.#pause(POLL_MS);
  }

  /** @param {Connection} state */
  #say(state) {
    if (state === this.state) return;
    this.state = state;
    this.to.onState(state);
  }

  /** @param {number} ms */
  #pause(ms) {
    return new Promise((done) => void this.timers.later(() => done(null), ms));
  }
}
