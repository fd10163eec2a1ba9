// Light or dark: as the system says, or as chosen. <html data-theme> is always 'light' or 'dark'.

/** @typedef {'auto'|'light'|'dark'} Theme */
/** @typedef {{get: (key: 'theme') => any, set: (key: 'theme', value: Theme) => void, subscribe: (fn: (key: string, value: unknown) => void) => () => void}} ThemeUi */

export const THEMES = /** @type {const} */ ([['auto', 'As the system'], ['light', 'Light'], ['dark', 'Dark']]);

/**
 * Keeps the page's theme as chosen in `ui`.
 * @param {ThemeUi} ui
 * @returns {() => void} stops
 */
export function followTheme(ui) {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const chosen = ui.get('theme') ?? 'auto';
    document.documentElement.dataset['theme'] = chosen === 'auto' ? (system.matches ? 'dark' : 'light') : chosen;
  };
  const off = ui.subscribe((key) => { if (key === 'theme') apply(); });
  system.addEventListener('change', apply);
  apply();
  return () => { off(); system.removeEventListener('change', apply); };
}

/**
 * Menu items that choose the theme.
 * @param {ThemeUi} ui
 * @returns {import('./menu.js').MenuItem[]}
 */
export function themeItems(ui) {
  const now = ui.get('theme') ?? 'auto';
  return THEMES.map(([value, label]) => ({
    label: `Theme: ${label.toLowerCase()}`, checked: now === value, run: () => ui.set('theme', value),
  }));
}
