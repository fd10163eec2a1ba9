import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api, ApiError, projectApi } from '../../../src/dwell/app/web/core/api.js';

const answer = (body, status = 200) => new Response(body === null ? null : typeof body === 'string' ? body : JSON.stringify(body), { status });

test('addresses are relative to the page', async () => {
  const urls = [];
  const api = projectApi('a/b', async (url) => { urls.push(url); return answer({ rev: 1 }); });
  assert.deepEqual(await api.get('state'), { rev: 1 });
  assert.deepEqual(urls, ['api/p/a%2Fb/state']);
});

test('objects go as JSON, text as text, and an empty answer is null', async () => {
  const sent = [];
  const api = new Api('api/', async (url, init) => { sent.push([init.method, init.headers?.['Content-Type'], init.body]); return answer(null, 204); });
  assert.equal(await api.post('aois', { name: 'cup' }), null);
  await api.post('presets', 'aois: []');
  await api.delete('aois/1');
  assert.deepEqual(sent, [
    ['POST', 'application/json', '{"name":"cup"}'],
    ['POST', 'text/plain; charset=utf-8', 'aois: []'],
    ['DELETE', undefined, undefined],
  ]);
});

test('a refusal carries the server\'s own sentence', async () => {
  const api = new Api('api/', async () => answer({ error: 'There is no AOI 9. Reload the page.', kind: 'UnknownAoi', choices: [] }, 404));
  await assert.rejects(api.get('x'), (error) => error instanceof ApiError && error.message === 'There is no AOI 9. Reload the page.' && error.kind === 'UnknownAoi' && error.status === 404);
});

test('a proxy\'s page of HTML and no answer at all say what to do', async () => {
  const proxy = new Api('api/', async () => answer('<html>Bad gateway</html>', 502));
  await assert.rejects(proxy.get('x'), /status 502. Reload the page/);
  const gone = new Api('api/', async () => { throw new TypeError('Failed to fetch'); });
  await assert.rejects(gone.get('x'), (error) => error.kind === 'Offline' && /dwell app/.test(error.message));
});

test('an aborted request stays an abort', async () => {
  const api = new Api('api/', async () => { throw new DOMException('stop', 'AbortError'); });
  await assert.rejects(api.bytes('x'), (error) => error.name === 'AbortError');
});
