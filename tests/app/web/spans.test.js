import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lane } from '../../../src/dwell/app/web/core/lanes.js';
import {
  approveSpan,
  markAbsent,
  markSpanAbsent,
  stretchAround,
  trackSpan,
} from '../../../src/dwell/app/web/core/spans.js';

/** A page with an AOI, and a server that takes notes. */
function page({
  locked = /** @type {number[]} */ ([]),
  answer = /** @type {unknown} */ ({ rev: 2, n: 3 }),
  fails = false,
} = {}) {
  const sent = /** @type {Array<[string, any]>} */ ([]);
  const said = /** @type {string[]} */ ([]);
  const note = (/** @type {string} */ kind) => (/** @type {unknown} */ text) => void said.push(`${kind}: ${text}`);
  const ctx = /** @type {any} */ ({
    client: 'me',
    api: {
      post: async (/** @type {string} */ path, /** @type {any} */ body) => {
        if (fails) throw new Error('no writer');
        sent.push([path, body]);
        return answer;
      },
    },
    store: { aois: new Map([[1, { name: 'cup' }]]), view: { locked } },
    say: {
      info: note('info'),
      success: note('success'),
      error: (/** @type {Error} */ error) => note('error')(error.message),
    },
  });
  return { ctx, sent, said };
}

const span = { objectId: 1, start: 10, stop: 20 };

test('approving says how many frames it took', async () => {
  const { ctx, sent, said } = page();
  const done = await approveSpan(ctx, span, true);
  assert.deepEqual(sent, [['approve', { client: 'me', object_ids: [1], start: 10, stop: 20, approved: true }]]);
  assert.deepEqual(said, ['success: Approved 3 frames.']);
  assert.equal(done?.rev, 2);
});

test('with nothing to approve it says what to do, also when quiet', async () => {
  const { ctx, said } = page({ answer: { rev: 2, n: 0 } });
  await approveSpan(ctx, span, true, true);
  await approveSpan(ctx, span, false);
  assert.match(said[0], /track it to here first/);
  assert.equal(said[1], 'info: Nothing is approved here.');
});

test('quiet says nothing when it went well', async () => {
  const { ctx, said } = page();
  await approveSpan(ctx, span, true, true);
  assert.deepEqual(said, []);
});

test('a span is marked absent at both ends, and tracked in between', async () => {
  const { ctx, sent } = page();
  await markSpanAbsent(ctx, span);
  assert.deepEqual(
    sent.map(([path, body]) => [path, body.frame_idx ?? [body.start, body.stop]]),
    [
      ['prompts', 10],
      ['prompts', 19],
      ['track', [10, 20]],
    ],
  );
  assert.deepEqual(sent[0][1].prompts, [{ kind: 'absent' }]);
});

test('while another AOI is tracked, only the ends are marked, and it says what is left to do', async () => {
  const { ctx, sent, said } = page();
  ctx.store.job = { state: 'running', object_ids: [2] };
  await markSpanAbsent(ctx, span);
  assert.deepEqual(
    sent.map(([path]) => path),
    ['prompts', 'prompts'],
  );
  assert.match(said[0] ?? '', /Track the frames between when tracking has ended/);
  ctx.store.job = { state: 'running', object_ids: [1] };
  await markSpanAbsent(ctx, span);
  assert.equal(sent.at(-1)?.[1].join, true, 'its own tracking takes it up');
});

test('one or two frames need no tracking', async () => {
  const one = page();
  await markSpanAbsent(one.ctx, { objectId: 1, start: 5, stop: 6 });
  assert.deepEqual(
    one.sent.map(([path]) => path),
    ['prompts'],
  );
  const two = page();
  await markSpanAbsent(two.ctx, { objectId: 1, start: 5, stop: 7 });
  assert.deepEqual(
    two.sent.map(([path]) => path),
    ['prompts', 'prompts'],
  );
});

test('a locked AOI is left alone', async () => {
  const { ctx, sent, said } = page({ locked: [1] });
  assert.equal(await markAbsent(ctx, 1, 5), null);
  assert.equal(await trackSpan(ctx, span), null);
  assert.deepEqual(sent, []);
  assert.match(said[0], /cup is locked/);
});

test('what the server refuses is said, not thrown', async () => {
  const { ctx, said } = page({ fails: true });
  assert.equal(await trackSpan(ctx, span), null);
  assert.deepEqual(said, ['error: no writer']);
});

test('a stretch ends where the state changes, but not at anchors or checks', () => {
  const states = [1, 1 | 8, 1 | 32, 1, 2, 2, 1];
  const lane = new Lane(Uint8Array.from(states.flatMap((state) => [state, 0])));
  assert.deepEqual(stretchAround(lane, 2), [0, 4]);
  assert.deepEqual(stretchAround(lane, 4), [4, 6]);
  assert.deepEqual(stretchAround(lane, 6), [6, 7]);
});
