// Requests to the server. Addresses are relative to the page, so it works behind a proxy prefix.

/** What went wrong, in a sentence for people. */
export class ApiError extends Error {
  /**
   * @param {string} message @param {string} kind class of the error, or `Offline`
   * @param {number} status HTTP status; 0: no answer @param {string[]} choices
   */
  constructor(message, kind, status, choices = []) {
    super(message);
    this.name = 'ApiError';
    this.kind = kind;
    this.status = status;
    this.choices = choices;
  }
}

/** @typedef {{signal?: AbortSignal}} Options */
/** @typedef {(url: string, init?: RequestInit) => Promise<Response>} Fetch */

export class Api {
  /** @param {string} base such as `api/p/<pid>/` @param {Fetch} [fetch] */
  constructor(base, fetch = (url, init) => globalThis.fetch(url, init)) {
    this.base = base;
    this.fetch = fetch;
  }

  /** @param {string} path @param {Options} [options] @returns {Promise<any>} */
  get(path, options) {
    return this.#json('GET', path, undefined, options);
  }

  /** @param {string} path @param {unknown} [body] @param {Options} [options] @returns {Promise<any>} */
  post(path, body, options) {
    return this.#json('POST', path, body, options);
  }

  /** A Blob, ArrayBuffer or text goes as it is; anything else as JSON.
   * @param {string} path @param {unknown} [body] @param {Options} [options] @returns {Promise<any>} */
  put(path, body, options) {
    return this.#json('PUT', path, body, options);
  }

  /** @param {string} path @param {unknown} [body] @param {Options} [options] @returns {Promise<any>} */
  patch(path, body, options) {
    return this.#json('PATCH', path, body, options);
  }

  /** @param {string} path @param {Options} [options] @returns {Promise<any>} */
  delete(path, options) {
    return this.#json('DELETE', path, undefined, options);
  }

  /** @param {string} path @param {Options} [options] @returns {Promise<ArrayBuffer>} */
  async bytes(path, options) {
    return (await this.request('GET', path, undefined, options)).arrayBuffer();
  }

  /** @param {string} path @param {Options} [options] @returns {Promise<string>} */
  async text(path, options) {
    return (await this.request('GET', path, undefined, options)).text();
  }

  /** The address of a path, for `src` of pictures. @param {string} path */
  url(path) {
    return this.base + path;
  }

  /**
   * The raw answer, checked.
   * @param {string} method @param {string} path @param {unknown} [body] @param {Options} [options]
   * @returns {Promise<Response>}
   * @throws {ApiError} the server refused, or did not answer
   */
  async request(method, path, body, options = {}) {
    /** @type {RequestInit} */
    const init = { method, signal: options.signal ?? null, credentials: 'same-origin', ...encoded(body) };
    let response;
    try {
      response = await this.fetch(this.base + path, init);
    } catch (error) {
      if (error instanceof Error && error.name === 'AbortError') throw error;
      throw new ApiError(
        'The server does not answer. Check that `dwell app` is still running, and the tunnel if you use one.',
        'Offline',
        0,
      );
    }
    if (!response.ok) throw await failure(response);
    return response;
  }

  /** @param {string} method @param {string} path @param {unknown} body @param {Options} [options] */
  async #json(method, path, body, options) {
    const response = await this.request(method, path, body, options);
    if (response.status === 204) return null;
    const text = await response.text();
    return text === '' ? null : JSON.parse(text);
  }
}

/** @param {unknown} body @returns {RequestInit} */
function encoded(body) {
  if (body === undefined) return {};
  if (typeof body === 'string') return { body, headers: { 'Content-Type': 'text/plain; charset=utf-8' } };
  if (body instanceof Blob || body instanceof ArrayBuffer)
    return { body, headers: { 'Content-Type': 'application/octet-stream' } };
  return { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
}

/** @param {Response} response @returns {Promise<ApiError>} */
async function failure(response) {
  try {
    const { error, kind, choices } = await response.json();
    if (typeof error === 'string') return new ApiError(error, String(kind ?? 'Error'), response.status, choices ?? []);
  } catch {
    // not ours: a proxy's page, or cut off
  }
  const status = response.status;
  const hint = status === 401 || status === 403 ? 'Open the address that `dwell app` printed again.' : 'Reload the page.';
  return new ApiError(`The server answered with status ${status}. ${hint}`, 'HttpError', status);
}

/** @param {string} pid @param {Fetch} [fetch] */
export const projectApi = (pid, fetch) => new Api(`api/p/${encodeURIComponent(pid)}/`, fetch);

/** @param {Fetch} [fetch] */
export const startApi = (fetch) => new Api('api/', fetch);
