import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHUNK_BYTES, sortDropped, upload } from '../../../src/dwell/app/web/core/uploads.js';
import { guessColumns, headerOf, readerOptions } from '../../../src/dwell/app/web/core/gazecsv.js';
import { kindOfFile } from '../../../src/dwell/app/web/core/paths.js';

const file = (name, size) => ({ name, size, slice: (start, stop) => ({ start, stop }) });

/** A server that keeps count of what it has; `fails` says which calls are lost. */
function server(size, fails = () => null) {
  const calls = [];
  return {
    calls,
    put: async (path, body) => {
      calls.push([path, body.start, body.stop]);
      const error = fails(calls.length);
      if (error) throw Object.assign(new Error('gone'), error);
      return { received: body.stop, path: body.stop === size ? '/data/video.mp4' : null };
    },
  };
}

test('a file goes up in pieces, in order', async () => {
  const size = 2 * CHUNK_BYTES + 5;
  const api = server(size);
  const seen = [];
  let ms = 0;
  const path = await upload(api, file('my video.mp4', size), { onProgress: (now) => seen.push(now), now: () => (ms += 1000) });
  assert.equal(path, '/data/video.mp4');
  assert.deepEqual(api.calls.map((call) => call.slice(1)), [[0, CHUNK_BYTES], [CHUNK_BYTES, 2 * CHUNK_BYTES], [2 * CHUNK_BYTES, size]]);
  assert.equal(api.calls[0][0], `uploads/my%20video.mp4?offset=0&size=${size}`);
  assert.equal(seen[0].perSecond, CHUNK_BYTES);
  assert.ok(Math.abs(seen[0].leftS - (CHUNK_BYTES + 5) / CHUNK_BYTES) < 1e-9);
});

test('a piece that was lost is sent again', async () => {
  const size = CHUNK_BYTES + 1;
  const api = server(size, (n) => (n === 2 || n === 3 ? { status: 0 } : null));
  const waits = [];
  await upload(api, file('a.mp4', size), { pause: async (ms) => void waits.push(ms) });
  assert.deepEqual(waits, [500, 1000]);
  assert.deepEqual(api.calls.map((call) => call[1]), [0, CHUNK_BYTES, CHUNK_BYTES, CHUNK_BYTES]);
});

test('what the server refuses is not tried again', async () => {
  const api = server(10, () => ({ status: 413 }));
  await assert.rejects(upload(api, file('a.mp4', 10)), /gone/);
  assert.equal(api.calls.length, 1);
});

test('cancelling stops before the next piece', async () => {
  const stop = new AbortController();
  const api = server(3 * CHUNK_BYTES);
  await assert.rejects(upload(api, file('a.mp4', 3 * CHUNK_BYTES), { signal: stop.signal, onProgress: () => stop.abort() }), { name: 'AbortError' });
  assert.equal(api.calls.length, 1);
});

test('dropped files are sorted by use, or it is said what to do', () => {
  const sort = (...names) => sortDropped(names.map((name) => ({ name })), kindOfFile);
  assert.deepEqual(sort('gaze.csv', 'scene.mp4'), { main: { name: 'scene.mp4' }, gaze: { name: 'gaze.csv' }, problem: '' });
  assert.equal(sort('rec.zip').main.name, 'rec.zip');
  assert.match(sort('gaze.csv').problem, /needs its scene video/);
  assert.match(sort('a.mp4', 'b.mp4').problem, /one thing at a time/);
  assert.match(sort('a.zip', 'b.csv').problem, /into the zip/);
  assert.match(sort('a.mp4', 'b.csv', 'c.csv').problem, /one gaze CSV/);
  assert.equal(sort('scan.nii.gz').main.name, 'scan.nii.gz');
  assert.match(sort('scan.nii.gz', 'gaze.csv').problem, /no time that gaze/);
  assert.match(sort('1.dcm', '2.dcm').problem, /one folder/);
  assert.match(sort('a.docx').problem, /not understood/);
});

test('the heading of a gaze CSV', () => {
  assert.deepEqual(headerOf('\uFEFFtimestamp [ns];"gaze x [px]";gaze y [px]\r\n1;2;3'), ['timestamp [ns]', 'gaze x [px]', 'gaze y [px]']);
  assert.deepEqual(guessColumns(['worn', 'timestamp [ns]', 'gaze x [px]', 'gaze y [px]']), { time: 'timestamp [ns]', x: 'gaze x [px]', y: 'gaze y [px]' });
  assert.deepEqual(guessColumns(['t', 'x', 'y']), { time: 't', x: 'x', y: 'y' });
  assert.deepEqual(guessColumns(['a', 'b']), { time: '', x: '', y: '' });
});

test('options left to the reader are left out', () => {
  assert.deepEqual(readerOptions({ time: 't', units: '', normalised: 'no', origin: '' }), { time: 't', normalised: false });
});
