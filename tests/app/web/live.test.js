import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventParser, Live, SILENCE_MS } from '../../../src/dwell/app/web/core/live.js';
import { FakeTimers, turns } from './snapshots.js';

/** A server whose streams and polls are played by hand. */
function server() {
  const timers = new FakeTimers();
  const log = [];
  const streams = [];
  const polls = [];
  let refuses = false;
  const api = {
    request: async (_method, path, _body, { signal }) => {
      log.push(path.split('?')[0]);
      if (refuses) throw new Error('refused');
      let controller;
      const body = new ReadableStream({ start: (each) => { controller = each; } });
      signal.addEventListener('abort', () => { try { controller.error(new DOMException('', 'AbortError')); } catch { /* closed */ } });
      streams.push({ say: (text) => controller.enqueue(new TextEncoder().encode(text)), end: () => controller.close() });
      return { body };
    },
    get: (path, { signal }) => new Promise((resolve, reject) => {
      log.push(path.split('?')[0]);
      if (refuses) return reject(new Error('refused'));
      signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
      polls.push(resolve);
    }),
  };
  const states = [];
  const changes = [];
  let snapshots = 0;
  let rev = 5;
  const live = new Live({
    api, client: 'me', timers, since: () => rev,
    onChange: (change) => { changes.push(change.rev); if (change.rev > rev + 1) return false; rev = change.rev; return true; },
    onSnapshot: async () => { snapshots += 1; rev = 100; },
    onState: (state) => states.push(state),
  });
  return { live, timers, log, streams, polls, states, changes, refuse: (yes) => { refuses = yes; }, get snapshots() { return snapshots; } };
}

const change = (rev) => `event: change\nid: ${rev}\ndata: {"rev": ${rev}}\n\n`;

test('events are put together from pieces; comments are no events', () => {
  const parser = new EventParser();
  assert.deepEqual(parser.push(': hello\n\nevent: cha'), []);
  assert.deepEqual(parser.push('nge\nid: 3\ndata: {"a":\ndata: 1}\n'), []);
  assert.deepEqual(parser.push('\nevent: snapshot\ndata:\n\n'), [{ event: 'change', data: '{"a":\n1}' }, { event: 'snapshot', data: '' }]);
});

test('changes come through the stream', async () => {
  const world = server();
  world.live.start();
  await turns();
  world.streams[0].say(': hello\n\n' + change(6));
  world.streams[0].say(change(7));
  await turns();
  assert.deepEqual(world.changes, [6, 7]);
  assert.deepEqual(world.states, ['live']);
  world.live.stop();
});

test('a gap and the word of the server ask for a snapshot', async () => {
  const world = server();
  world.live.start();
  await turns();
  world.streams[0].say(change(9));
  await turns();
  assert.equal(world.snapshots, 1);
  world.streams[0].say('event: snapshot\ndata: \n\n');
  await turns();
  assert.equal(world.snapshots, 2);
  world.live.stop();
});

test('a stream that a proxy holds back is given up after 20 s for polling', async () => {
  const world = server();
  world.live.start();
  await turns();
  await world.timers.pass(SILENCE_MS - 1);
  assert.deepEqual(world.log, ['events']);
  await world.timers.pass(1);
  assert.deepEqual(world.log, ['events', 'changes']);
  world.polls[0]({ changes: [{ rev: 6 }, { rev: 7 }], snapshot: false });
  await turns();
  assert.deepEqual(world.changes, [6, 7]);
  assert.deepEqual(world.states, ['polling']);
  assert.deepEqual(world.log, ['events', 'changes', 'changes']);
  world.polls[1]({ changes: [], snapshot: true });
  await turns();
  assert.equal(world.snapshots, 1);
  world.live.stop();
});

test('comments keep a quiet stream alive; a stream that falls silent later is opened again', async () => {
  const world = server();
  world.live.start();
  await turns();
  for (let round = 0; round < 4; round++) {
    world.streams[0].say(': still here\n\n');
    await turns();
    await world.timers.pass(15_000);
  }
  assert.deepEqual(world.log, ['events']);
  await world.timers.pass(SILENCE_MS);
  assert.deepEqual(world.log, ['events', 'events']);
  world.live.stop();
});

test('a server that is gone is tried again, ever more slowly, and found again', async () => {
  const world = server();
  world.live.start();
  await turns();
  world.streams[0].say(': hello\n\n');
  await turns();
  world.refuse(true);
  world.streams[0].end();
  await turns();
  await world.timers.pass(500 + 500 + 1000);
  assert.equal(world.states.at(-1), 'offline');
  world.refuse(false);
  await world.timers.pass(60_000);
  const last = world.streams.at(-1) === world.streams[0] ? null : world.streams.at(-1);
  if (last) last.say(': hello\n\n');
  else world.polls.at(-1)({ changes: [], snapshot: false });
  await turns();
  assert.notEqual(world.states.at(-1), 'offline');
  world.live.stop();
});

test('a stopped connection stays stopped', async () => {
  const world = server();
  world.live.start();
  await turns();
  world.live.stop();
  await turns();
  await world.timers.pass(100_000);
  assert.deepEqual(world.log, ['events']);
  assert.deepEqual(world.states, []);
});
