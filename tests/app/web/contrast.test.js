// Text on what it lies on has a contrast of at least 4.5 : 1, borders of controls and the focus ring of 3 : 1 (WCAG 2.2).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const CSS = readFileSync(new URL('../../../src/dwell/app/web/styles/tokens.css', import.meta.url), 'utf8');
const GROUNDS = ['bg', 'panel', 'raised'];

function colours(theme) {
  const block = new RegExp(`\\[data-theme='${theme}'\\] \\{([^}]*)\\}`).exec(CSS)[1];
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
}

function luminance(hex) {
  const linear = [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

function contrast(a, b) {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function mixed(a, b, share) {
  const part = (i) => Math.round(Number.parseInt(a.slice(i, i + 2), 16) * share + Number.parseInt(b.slice(i, i + 2), 16) * (1 - share));
  return `#${[1, 3, 5].map((i) => part(i).toString(16).padStart(2, '0')).join('')}`;
}

test('the yardstick itself', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21);
  assert.ok(Math.abs(contrast('#777777', '#ffffff') - 4.478) < 0.001);
});

for (const theme of ['light', 'dark']) {
  test(`${theme}: text`, () => {
    const c = colours(theme);
    const pairs = ['text', 'muted', 'accent', 'danger', 'warn', 'ok'].flatMap((ink) => GROUNDS.map((ground) => [ink, ground]));
    pairs.push(['accent-text', 'accent'], ['danger-text', 'danger'], ['text', 'accent-soft'], ['muted', 'accent-soft'], ['text', 'warn-soft'], ['warn', 'warn-soft']);
    for (const [ink, ground] of pairs) {
      const ratio = contrast(c[ink], c[ground]);
      assert.ok(ratio >= 4.5, `${ink} on ${ground}: ${ratio.toFixed(2)}`);
    }
  });

  test(`${theme}: numbers on the hottest cell of a heat table`, () => {
    const c = colours(theme);
    assert.ok(contrast(c.text, mixed(c.accent, c.panel, 0.45)) >= 4.5);
  });

  test(`${theme}: borders of controls and the focus ring`, () => {
    const c = colours(theme);
    for (const ground of GROUNDS) for (const ink of ['edge', 'focus']) {
      const ratio = contrast(c[ink], c[ground]);
      assert.ok(ratio >= 3, `${ink} on ${ground}: ${ratio.toFixed(2)}`);
    }
  });
}
