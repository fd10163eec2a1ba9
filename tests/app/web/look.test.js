import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Look, POINTER_MS, REPORT_MS } from '../../../src/dwell/app/web/core/look.js';
import { LookCheck, missText, plainText } from '../../../src/dwell/app/web/core/lookcheck.js';
import { ACTIONS, LookKeys, WORDS } from '../../../src/dwell/app/web/core/lookkeys.js';
import { Newest, nsOf } from '../../../src/dwell/app/web/core/looksending.js';
import { LookChoices, takeWish, wishForLook } from '../../../src/dwell/app/web/core/looksettings.js';
import { LookStream } from '../../../src/dwell/app/web/core/lookstream.js';
import { maskSign, maskText, phaseText, placeText, sourceText } from '../../../src/dwell/app/web/core/looktext.js';
import { WheelSteps } from '../../../src/dwell/app/web/core/slices.js';
import { FakeTimers, turns } from './snapshots.js';

class Box {
  kept = new Map();
  getItem = (name) => this.kept.get(name) ?? null;
  setItem = (name, value) => void this.kept.set(name, value);
}

const status = (parts = {}) => ({ state: 'streaming', title: 'Mouse', rate_hz: 120, latency_ms: 31, loss: 0.02, n_reconnects: 0, message: '', notes: [], ...parts });
const view = (rev, parts = {}) => ({
  name: 'look-0001', over: false, rev, frame_idx: 0, object_id: null, running: true, holding: false, dwell_keeps: false, mask: null, mask_rev: 0,
  has_mask: false, level: 0, n_levels: 0, said: [], corner: null, dwelt: 0, gaze: null, fixation: null, waiting: false, status: status(),
  mask_latency_ms: null, n_dropped: 0, kept: 0, kept_last: null, wishes: [], message: '', drift: '', error_deg: 1, ...parts,
});
const mask = (counts) => ({ counts, area: 4, box: [1, 1, 3, 3] });
const kept = (number, name) => ({ number, object_id: number, name, frame_idx: 0 });
const HERE = { frame_idx: 3, object_id: 2 };

/** A page in Look mode; `asked` is what it told the server. Streams stay silent: tests call `take`. */
function page({ fails = {}, session = new Box(), storage = new Box(), state = null, screen = { x: 1 } } = {}) {
  const asked = [];
  const said = [];
  const wished = [];
  const timers = new FakeTimers();
  const api = {
    post: async (path, body) => {
      asked.push(body === undefined ? [path] : [path, body]);
      if (path === 'look/start') await world.slow;
      if (fails[path]) throw new Error(fails[path]);
      return path === 'look/start' ? { name: 'look-0001', source: body.source, markers: false } : { rev: 1 };
    },
    get: async (path) => { asked.push([path]); return state; },
    request: () => new Promise(() => {}),
  };
  const choices = new LookChoices(storage);
  const keys = new LookKeys(storage);
  const world = { slow: null, asked, said, wished, timers, choices, keys, session, storage, screen };
  const say = { info: (text) => said.push(text), error: (error) => said.push(error.message) };
  const handlers = { measure: () => world.screen, wish: (action) => wished.push(action) };
  world.look = new Look({ api, client: 'me', say, pid: 'p1' }, choices, keys, handlers, { timers, now: () => 1000 + timers.now, session });
  world.look.enter();
  world.paths = () => asked.map(([path]) => path);
  world.begun = async () => { await world.look.begin(HERE); await turns(); asked.length = 0; return world; };
  return world;
}

// ---------------------------------------------------------------- keys

test('the table of keys is the engine’s', () => {
  const python = readFileSync(new URL('../../../src/dwell/looking/keys.py', import.meta.url), 'utf8');
  const names = Object.fromEntries([...python.matchAll(/^ {4}([A-Z]+) = "(\w+)"$/gm)].map(([, name, value]) => [name, value]));
  const [texts, keys] = ['ACTIONS', 'DEFAULT_KEYS'].map((name) => {
    const block = new RegExp(`^${name}: [^{]*\\{\\n([^}]*)\\}`, 'm').exec(python)[1];
    return Object.fromEntries([...block.matchAll(/Action\.([A-Z]+): "([^"]*)"/g)].map(([, action, value]) => [names[action], value]));
  });
  assert.equal(Object.keys(texts).length, 16);
  assert.deepEqual(Object.fromEntries(ACTIONS.map((action) => [action, WORDS[action].text])), texts);
  assert.deepEqual(Object.fromEntries(ACTIONS.map((action) => [action, WORDS[action].key])), keys);
});

test('a key is given to an action, kept by the browser, and given back', () => {
  const storage = new Box();
  const keys = new LookKeys(storage);
  assert.equal(keys.give('save', 'S'), '');
  assert.equal(keys.keyOf('save'), 's');
  assert.deepEqual(keys.own, { save: 's' });
  assert.equal(new LookKeys(storage).keyOf('save'), 's');
  assert.equal(keys.give('level', 'c'), ''); // free now
  keys.reset();
  assert.deepEqual(keys.own, {});
  assert.equal(new LookKeys(storage).keyOf('level'), 'g');
  assert.equal(keys.give('hold', ' '), '');
  assert.equal(keys.bound('hold'), 'Space');
});

test('two actions never have one key, and some keys are not to be had', () => {
  const keys = new LookKeys(new Box(), (name) => name.toUpperCase());
  assert.equal(keys.give('save', 'z'), 'Z is the key of Follow. Give that another key first, or choose another one here.');
  assert.equal(keys.give('save', '3'), '3 picks an AOI. Choose another key.');
  assert.equal(keys.give('save', 'Escape'), 'ESCAPE leaves Look mode. Choose another key.');
  assert.equal(keys.keyOf('save'), 'c');
  assert.equal(keys.give('save', 'c'), ''); // its own
});

test('kept keys that can no longer be are left out', () => {
  const storage = new Box();
  storage.setItem('dwell.look.keys', '{"save":"z","level":"s","dance":"j","hold":7}');
  assert.deepEqual(new LookKeys(storage).own, { level: 's' });
  storage.setItem('dwell.look.keys', 'rubbish');
  assert.deepEqual(new LookKeys(storage).own, {});
});

// ---------------------------------------------------------------- what is set

test('settings are kept by the browser, checked, and sent as the server names them', () => {
  const storage = new Box();
  const choices = new LookChoices(storage);
  assert.equal(choices.set('distance_mm', 700), '');
  assert.equal(choices.set('distance_mm', Number.NaN), 'Expected a number from 11 to 20000.');
  choices.set('source', 'neon');
  choices.setTarget(' 192.168.1.21 ');
  const again = new LookChoices(storage);
  assert.equal(again.spec, 'neon:192.168.1.21');
  assert.equal(again.settings({ save: 's' }).distance_mm, 700);
  assert.deepEqual(again.settings({ save: 's' }).keys, { save: 's' });
  again.set('source', 'mouse');
  assert.equal(again.spec, 'mouse'); // each source has its own address
  storage.setItem('dwell.look', '{"source":"crystal ball","dwell_ms":"long","error_deg":900}');
  const broken = new LookChoices(storage);
  assert.deepEqual([broken.get('source'), broken.get('dwell_ms'), broken.get('error_deg')], ['mouse', 1000, 1]);
});

test('a source is chosen as the command line names it, once', () => {
  const choices = new LookChoices(new Box());
  for (const spec of ['neon', 'neon:192.168.1.21', 'lsl:My stream?x=gaze x', 'mouse?seed=3', 'replay:C:\\gaze.csv']) {
    assert.equal(choices.choose(spec), '');
    assert.equal(choices.spec, spec);
  }
  assert.equal(choices.choose('telepathy:2'), 'There is no gaze source “telepathy:2”. Choose one of mouse, neon, lsl, tobii, replay.');
  wishForLook('neon');
  wishForLook(null); // another visit of the start page
  assert.deepEqual([takeWish(), takeWish()], ['neon', null]);
});

test('a replay wants a file', async () => {
  const world = page();
  world.choices.set('source', 'replay');
  assert.equal(await world.look.begin(HERE), false);
  assert.match(world.look.problem, /^Replay needs a file/);
  assert.deepEqual(world.asked, []);
});

// ---------------------------------------------------------------- beginning and ending

test('the first press of the start key begins the look and then follows', async () => {
  const world = page();
  await world.look.press('start', HERE, 1234.5678);
  assert.deepEqual(world.paths(), ['look/start', 'look/view', 'look/press']);
  const [, start] = world.asked[0];
  assert.deepEqual([start.client, start.source, start.frame_idx, start.object_id], ['me', 'mouse', 3, 2]);
  assert.deepEqual(world.asked[2][1], { action: 'start', t_ns: '1234568000', sent_ns: '1000000000' });
  assert.ok(world.look.going);
});

test('without a look other keys say how to begin; turning pictures works', async () => {
  const world = page();
  await world.look.press('save', HERE);
  assert.deepEqual(world.said, ['Nothing is followed yet: press z to begin.']);
  await world.look.press('next', HERE);
  assert.deepEqual(world.wished, ['next']);
  await world.look.press('dwell', HERE);
  assert.equal(world.choices.get('dwell_keeps'), true);
  assert.deepEqual(world.asked, []);
});

test('a look that cannot begin says why, and can be begun again', async () => {
  const fails = { 'look/start': 'No Neon was found.' };
  const world = page({ fails });
  await world.look.press('start', HERE);
  assert.equal(world.look.problem, 'No Neon was found.');
  assert.deepEqual(world.said, ['No Neon was found.']);
  assert.equal(world.look.going, false);
  delete fails['look/start'];
  await world.look.press('start', HERE);
  assert.equal(world.look.problem, '');
  assert.ok(world.look.going);
});

test('leaving Look mode ends the look; one that goes on elsewhere is left alone', async () => {
  const world = await page().begun();
  await world.look.leave();
  assert.deepEqual(world.paths(), ['look/stop']);
  const other = page();
  other.look.take(view(4, { name: 'look-0007' }));
  assert.deepEqual([other.look.going, other.look.mine], [true, false]);
  assert.equal(phaseText(other.look), 'look-0007 goes on in another tab');
  await other.look.leave();
  assert.deepEqual(other.asked, []);
});

test('a look goes on after its tab was reloaded, and old wishes are not done again', async () => {
  const world = await page().begun();
  const again = page({ session: world.session });
  assert.ok(again.look.mine);
  again.look.take(view(40, { wishes: [{ number: 3, action: 'next' }] }));
  assert.deepEqual(again.wished, []);
  again.look.take(view(41, { wishes: [{ number: 3, action: 'next' }, { number: 4, action: 'new' }] }));
  assert.deepEqual(again.wished, ['new']);
});

test('a look that the server knows no more, started anew, is over', async () => {
  const world = await page().begun();
  const again = page({ session: world.session });
  again.look.take(view(0, { name: '', over: true }));
  assert.deepEqual([again.look.mine, again.look.going], [false, false]);
  assert.equal(page({ session: world.session }).look.mine, false);
});

test('a look that another tab has begun is no longer this one’s', async () => {
  const world = await page().begun();
  world.look.take(view(1));
  world.look.take(view(9, { name: '', over: true })); // sent before it began
  assert.ok(world.look.mine);
  await world.timers.pass(3000);
  world.look.take(view(1, { name: 'look-0002' }));
  assert.equal(world.look.mine, false);
  await world.look.press('save', HERE);
  assert.deepEqual(world.asked, []);
});

test('a look ends when all that was sent before has arrived, and nothing is sent after', async () => {
  const world = await page().begun();
  world.look.look(10, 1, 2);
  world.look.look(11, 3, 4);
  void world.look.press('level', HERE);
  const done = world.look.end();
  world.look.look(12, 5, 6);
  world.screen = { x: 5 };
  world.look.report();
  await world.timers.pass(1000);
  await done;
  assert.deepEqual(world.paths(), ['look/pointer', 'look/press', 'look/stop']);
  assert.equal(world.look.going, false);
});

test('a look that had not begun yet when Look mode was left is ended', async () => {
  const world = page();
  let answer = () => {};
  world.slow = new Promise((done) => { answer = done; });
  const pressed = world.look.press('start', HERE);
  await turns();
  await world.look.leave();
  answer();
  await pressed;
  assert.deepEqual(world.paths(), ['look/start', 'look/stop']);
  assert.equal(world.look.going, false);
});

test('a look that ends by itself says why', async () => {
  const { look } = await page().begun();
  look.take(view(1));
  look.take(view(2, { over: true, message: 'Nobody has watched for a minute.' }));
  assert.deepEqual([look.going, look.problem], [false, 'Nobody has watched for a minute.']);
  await look.begin(HERE);
  assert.equal(look.problem, '');
});

// ---------------------------------------------------------------- the stream

test('the mask stays until its number rises, and goes when there is none', async () => {
  const { look } = await page().begun();
  look.take(view(1, { has_mask: true, mask: mask('abc'), mask_rev: 1 }));
  look.take(view(2, { has_mask: true, mask_rev: 1 }));
  assert.equal(look.mask.counts, 'abc');
  look.take(view(3, { has_mask: true, mask: mask('def'), mask_rev: 2 }));
  look.take(view(2, { has_mask: false, mask_rev: 1 })); // older: it came by another way
  assert.equal(look.mask.counts, 'def');
  look.take(view(4, { has_mask: false, mask_rev: 3 }));
  assert.equal(look.mask, null);
});

test('a mask that was sent before this page listened is asked for', async () => {
  const world = await page({ state: view(5, { has_mask: true, mask: mask('abc'), mask_rev: 7 }) }).begun();
  world.look.take(view(5, { has_mask: true, mask_rev: 7 }));
  await turns();
  assert.deepEqual(world.paths(), ['look/state']);
  assert.equal(world.look.mask.counts, 'abc');
});

test('nothing of it is drawn on another picture', async () => {
  const { look } = await page().begun();
  look.take(view(1, { frame_idx: 4 }));
  assert.equal(look.shownOn(5), null);
  assert.equal(look.shownOn(4).rev, 1);
  await look.leave();
  assert.equal(look.shownOn(4), null);
});

test('wishes are done once', async () => {
  const world = await page().begun();
  const wishes = [{ number: 1, action: 'next' }, { number: 2, action: 'check' }];
  world.look.take(view(1, { wishes: wishes.slice(0, 1) }));
  world.look.take(view(2, { wishes }));
  world.look.take(view(3, { wishes }));
  assert.deepEqual(world.wished, ['next', 'check']);
});

test('what was kept is listed, and undo takes it from the list', async () => {
  const { look } = await page().begun();
  look.take(view(1, { kept: 1, kept_last: kept(1, 'liver') }));
  look.take(view(2, { kept: 2, kept_last: kept(2, 'spleen') }));
  look.take(view(3, { kept: 2, kept_last: kept(2, 'spleen') }));
  assert.deepEqual(look.kept.map((each) => each.name), ['liver', 'spleen']);
  look.take(view(4, { kept: 1, kept_last: kept(1, 'liver') }));
  assert.deepEqual(look.kept.map((each) => each.name), ['liver']);
  look.take(view(5, { kept: 2, kept_last: kept(3, 'kidney') }));
  assert.deepEqual(look.kept.map((each) => each.name), ['liver', 'kidney']);
});

test('the stream is read, read again after it broke, and polled where a proxy holds it back', async () => {
  const timers = new FakeTimers();
  const bodies = [];
  const got = [];
  const states = [];
  let polls = 0;
  const api = {
    request: async (_method, _path, _body, { signal }) => {
      let pipe;
      const body = new ReadableStream({ start: (each) => { pipe = each; } });
      signal.addEventListener('abort', () => { try { pipe.error(new Error('aborted')); } catch { /* closed */ } });
      bodies.push(pipe);
      return { body };
    },
    get: async (path) => { assert.equal(path, 'look/state?name=look-0001&mask_rev=4'); return { rev: 100 + polls++ }; },
  };
  const stream = new LookStream(api, { onView: (each) => got.push(each.rev), onState: (state) => states.push(state), have: () => 'name=look-0001&mask_rev=4' }, timers);
  const send = (text) => bodies.at(-1).enqueue(new TextEncoder().encode(text));
  stream.start();
  await turns();
  send(': hello\n\nevent: look\ndata: {"rev": 1}\n\ndata: {"rev":');
  await turns();
  send(' 2}\n\n');
  await turns();
  assert.deepEqual([got, states], [[1, 2], ['live']]);
  bodies.at(-1).close();
  await turns();
  await timers.pass(300);
  assert.equal(bodies.length, 2);
  assert.deepEqual(states, ['live', 'offline']);
  for (let silent = 0; silent < 3; silent++) await timers.pass(8000); // connected, but nothing comes through
  await timers.pass(300);
  assert.ok(polls >= 2);
  assert.equal(got[2], 100);
  assert.equal(states.at(-1), 'polling');
  stream.stop();
});

// ---------------------------------------------------------------- what is sent

test('times are exact to a µs', () => {
  assert.equal(nsOf(1_764_245_000_123.4567), '1764245000123457000');
});

test('where the mouse was is sent in batches, with the time of each', async () => {
  const world = await page().begun();
  world.look.look(10, 1, 2);
  world.look.look(12.5, 3, 4);
  await turns();
  world.look.look(14, null, null);
  world.look.look(15, 5, 6);
  assert.deepEqual(world.paths(), ['look/pointer']);
  await world.timers.pass(POINTER_MS);
  const batches = world.asked.map(([, body]) => body.samples.map((each) => [each.t_ns, each.x, each.y]));
  assert.deepEqual(batches.flat(), [['10000000', 1, 2], ['12500000', 3, 4], ['14000000', null, null], ['15000000', 5, 6]]);
  assert.equal(batches.length, 2);
});

test('the mouse is followed only if it is the eye', async () => {
  const world = page();
  world.look.look(10, 1, 2); // no look yet
  world.choices.set('source', 'lsl');
  await world.begun();
  world.look.look(11, 1, 2);
  await world.timers.pass(100);
  assert.deepEqual(world.asked, []);
});

test('the newest view is sent, not more often than 20 times a second, and none twice', async () => {
  const world = await page().begun();
  await world.timers.pass(REPORT_MS);
  for (let x = 2; x < 9; x++) {
    world.screen = { t_ns: `${x}`, x };
    world.look.report();
  }
  await world.timers.pass(REPORT_MS);
  assert.deepEqual(world.asked.map(([, body]) => body.x), [2, 8]);
  world.screen = { t_ns: '99', x: 8 };
  world.look.report();
  await world.timers.pass(REPORT_MS);
  assert.equal(world.asked.length, 2);
});

test('the newest of several is sent when the one before has arrived', async () => {
  const timers = new FakeTimers();
  const sent = [];
  let arrive = () => {};
  const newest = new Newest((value) => { sent.push(value); return new Promise((done) => { arrive = done; }); }, 10, timers);
  newest.put(1);
  newest.put(2);
  newest.put(3);
  await timers.pass(100);
  assert.deepEqual(sent, [1]);
  arrive();
  await turns();
  assert.deepEqual(sent, [1, 3]);
});

test('settings that change while somebody looks are sent, keys too', async () => {
  const world = await page().begun();
  world.choices.set('error_deg', 1.5);
  world.keys.give('save', 's');
  world.choices.set('showGaze', false); // the page's own
  await world.timers.pass(1000);
  const last = world.asked.at(-1);
  assert.equal(last[0], 'look/options');
  assert.deepEqual([last[1].error_deg, last[1].keys], [1.5, { save: 's' }]);
  assert.ok(world.asked.length <= 2);
});

test('the error that a check has measured is remembered, and not sent back', async () => {
  const world = await page().begun();
  world.look.take(view(1));
  world.look.take(view(2, { error_deg: 0.6 }));
  await world.timers.pass(1000);
  assert.equal(world.choices.get('error_deg'), 0.6);
  assert.deepEqual(world.asked, []);
});

test('what fails again and again is said once', async () => {
  const fails = {};
  const world = await page({ fails }).begun();
  fails['look/press'] = 'The process has ended.';
  for (let n = 0; n < 3; n++) await world.look.press('level', HERE);
  assert.deepEqual(world.said, ['The process has ended.']);
  delete fails['look/press'];
  await world.look.press('level', HERE);
  fails['look/press'] = 'Again.';
  await world.look.press('level', HERE);
  assert.deepEqual(world.said, ['The process has ended.', 'Again.']);
});

// ---------------------------------------------------------------- in words

test('what goes on, in words', async () => {
  const { look } = page();
  assert.equal(phaseText(look), 'Not looking');
  await look.begin(HERE);
  look.take(view(1));
  assert.equal(phaseText(look), 'Following');
  look.take(view(2, { said: [{ kind: 'point' }], waiting: true }));
  assert.equal(phaseText(look), 'As told …');
  look.take(view(3, { holding: true }));
  assert.equal(phaseText(look), 'Mask is held');
  look.take(view(4, { running: false }));
  assert.equal(phaseText(look), 'Ready');
});

test('how gaze comes and how long masks take, in words', () => {
  assert.equal(sourceText(status(), 'live'), '120 Hz · 31 ms late · 2 % lost');
  assert.equal(sourceText(status({ state: 'reconnecting', rate_hz: null, latency_ms: null, loss: null, n_reconnects: 2 }), 'live'), 'Reconnecting … · reconnected 2 times');
  assert.equal(sourceText(status(), 'offline'), 'No answer from the server …');
  assert.equal(maskText({ mask_latency_ms: { p50: 48.4, p95: 1240 }, n_dropped: 3 }), 'Mask after 48 ms (95 %: 1.2 s), 3 skipped');
  assert.equal(maskText({ mask_latency_ms: null, n_dropped: 0 }), '');
  assert.equal(maskSign({ level: 1, n_levels: 3, holding: true, said: [] }), '2/3 · held');
  assert.equal(maskSign({ level: 0, n_levels: 1, holding: false, said: [] }), '');
  assert.equal(placeText({ kind: 'volume', n_frames: 40 }, 4), 'Slice 4 of 0–39');
  assert.equal(placeText({ kind: 'image', n_frames: 1 }, 0), '');
});

// ---------------------------------------------------------------- the check

const PLAN = { targets: [[10, 10], [50, 50]], names: ['upper left', 'middle'], settle_ms: 500, collect_ms: 1000 };
const RESULT = { accuracy_deg: 0.8, verdict: 'fair' };

function checking(fails = '') {
  const asked = [];
  const phases = [];
  const timers = new FakeTimers();
  const answers = { 'look/check/start': PLAN, 'look/check/finish': RESULT };
  const api = { post: async (path, body) => {
    asked.push(body ? `${path} ${Object.values(body)}` : path);
    if (path === fails) throw new Error('No gaze comes.');
    return answers[path] ?? {};
  } };
  const check = new LookCheck(api, () => phases.push(check.phase), timers);
  return { check, asked, phases, timers };
}

test('a check shows each target as long as it needs, and what came of it', async () => {
  const { check, asked, phases, timers } = checking();
  check.open();
  const done = check.begin();
  await turns();
  await timers.pass(1499);
  assert.equal(check.index, 0);
  await timers.pass(1);
  assert.equal(check.index, 1);
  await timers.pass(1500);
  await done;
  assert.deepEqual(asked, ['look/check/start', 'look/check/target 0', 'look/check/target 1', 'look/check/finish']);
  assert.deepEqual(phases, ['ready', 'target', 'target', 'reckoning', 'result']);
  assert.equal(check.result, RESULT);
  await check.accept(true);
  assert.deepEqual([asked.at(-1), check.phase], ['look/check/accept true', 'off']);
});

test('a check that is left, or whose window has moved, asks no more', async () => {
  const { check, asked, timers } = checking();
  void check.begin();
  await turns();
  check.close();
  await timers.pass(9000);
  assert.deepEqual(asked, ['look/check/start', 'look/check/target 0', 'look/check/cancel']);
  void check.begin();
  await turns();
  check.moved();
  assert.match(check.problem, /window was moved/);
  await timers.pass(9000);
  assert.equal(check.phase, 'failed');
});

test('a check without gaze says so', async () => {
  const { check } = checking('look/check/target');
  await check.begin();
  assert.deepEqual([check.phase, check.problem], ['failed', 'No gaze comes.']);
});

test('without a correction the error of the tracker itself is gone by', () => {
  assert.equal(plainText({ in_use: false, plain_deg: 0.84 }), 'Reckon with 0.8°');
  assert.equal(plainText({ in_use: true, plain_deg: 0.1 }), 'Drop the correction: 0.1°');
});

test('how far off gaze was at a target', () => {
  assert.equal(missText({ accuracy_deg: 0.84, right_deg: 0.7, down_deg: -0.3 }), '0.8° off: 0.7° too far right, 0.3° too high');
  assert.equal(missText({ accuracy_deg: 0.84, right_deg: -0.7, down_deg: 0.1 }), '0.8° off: 0.7° too far left');
  assert.equal(missText({ accuracy_deg: 0.14, right_deg: 0.1, down_deg: 0.1 }), '0.1° off');
  assert.equal(missText({ accuracy_deg: null, right_deg: null, down_deg: null }), 'too little gaze');
});

// ---------------------------------------------------------------- turning slices

test('a notch of the wheel is a slice, whatever the system calls a notch; two fingers add up', () => {
  const wheel = new WheelSteps();
  assert.equal(wheel.turn({ deltaY: 120 }), 1);
  assert.equal(wheel.turn({ deltaY: 100 }), 1);
  assert.equal(wheel.turn({ deltaY: -3, deltaMode: 1 }), -1);
  assert.deepEqual([20, 20, 20, 20].map((deltaY) => wheel.turn({ deltaY })), [0, 0, 1, 0]);
  assert.equal(wheel.turn({ deltaY: -40 }), 0); // turned round: begins anew
  assert.equal(wheel.turn({ deltaY: -20 }), -1);
});
