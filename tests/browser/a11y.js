// What a person with a screen reader, a keyboard or weak eyes would stumble over on the page as it is now:
// a function that returns sentences, none when all is well. Thresholds and roles: WCAG 2.2 AA, WAI-ARIA 1.2.
() => {
  const CONTROLS = 'a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex],[role=button],[role=tab],[role=checkbox],'
    + '[role=slider],[role=menuitem],[role=menuitemcheckbox],[role=menuitemradio],[role=option],[role=switch],[role=link],[role=radio]';
  const ROLES = new Set(('alert alertdialog application article banner button cell checkbox columnheader combobox complementary '
    + 'contentinfo definition dialog directory document feed figure form grid gridcell group heading img image link list listbox '
    + 'listitem log main marquee math menu menubar menuitem menuitemcheckbox menuitemradio meter navigation none note option '
    + 'presentation progressbar radio radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider '
    + 'spinbutton status switch tab table tablist tabpanel term textbox timer toolbar tooltip tree treegrid treeitem').split(' '));
  const STATES = new Set(('activedescendant atomic autocomplete braillelabel brailleroledescription busy checked colcount colindex '
    + 'colindextext colspan controls current describedby description details disabled dropeffect errormessage expanded flowto '
    + 'grabbed haspopup hidden invalid keyshortcuts label labelledby level live modal multiline multiselectable orientation owns '
    + 'placeholder posinset pressed readonly relevant required roledescription rowcount rowindex rowindextext rowspan selected '
    + 'setsize sort valuemax valuemin valuenow valuetext').split(' ').map((name) => `aria-${name}`));
  const PARENTS = { tab: ['tablist'], option: ['listbox', 'group', 'combobox'], menuitem: ['menu', 'menubar', 'group'],
    menuitemcheckbox: ['menu', 'menubar', 'group'], menuitemradio: ['menu', 'menubar', 'group'], row: ['table', 'grid', 'rowgroup', 'treegrid'] };
  const SMALLEST_PX = 24;
  const problems = [];
  const say = (element, what) => problems.push(`${nameOf(element)}: ${what}`);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const modal = all('dialog[open]').find((dialog) => dialog.matches(':modal'));
  const reachable = (element) => !modal || modal.contains(element); // what lies below a dialog is inert

  for (const element of all(CONTROLS)) {
    if (!shown(element) || !reachable(element)) continue;
    if (element.tabIndex >= 0 && element.closest('[aria-hidden=true]')) say(element, 'can be focused, but is hidden from screen readers');
    if (!label(element) && !isPassive(element)) say(element, 'has no name');
    if (element.tabIndex > 0) say(element, `has tabindex ${element.tabIndex}`);
    if (element.parentElement?.closest('button,a[href],summary')) say(element, 'is a control within a control');
    smallness(element);
  }
  for (const element of all('[role]')) {
    const role = element.getAttribute('role');
    if (!ROLES.has(role)) say(element, `role "${role}" does not exist`);
    if (PARENTS[role] && !PARENTS[role].some((parent) => element.closest(`[role=${parent}]`))) say(element, `role ${role} is outside of a ${PARENTS[role][0]}`);
    if (role === 'slider' && !element.hasAttribute('aria-valuenow')) say(element, 'is a slider without a value');
    if ((role === 'dialog' || role === 'region' || role === 'img') && shown(element) && !label(element)) say(element, `is a ${role} without a name`);
  }
  for (const element of all('*')) for (const { name, value } of element.attributes) {
    if (!name.startsWith('aria-')) continue;
    if (!STATES.has(name)) say(element, `attribute ${name} does not exist`);
    if (/-(labelledby|describedby|activedescendant|owns)$/.test(name))
      for (const id of value.split(/\s+/).filter(Boolean)) if (!document.getElementById(id)) say(element, `${name} points to #${id}, which is not there`);
  }
  const ids = new Map();
  for (const { id } of all('[id]')) ids.set(id, (ids.get(id) ?? 0) + 1);
  for (const [id, times] of ids) if (times > 1) problems.push(`#${id} is there ${times} times`);
  for (const image of all('img')) if (!image.hasAttribute('alt')) say(image, 'is a picture without alt');
  for (const drawing of all('svg')) {
    const hidden = drawing.closest('[aria-hidden=true],[role=presentation],[role=none]');
    if (!hidden && shown(drawing) && !(drawing.getAttribute('role') === 'img' && label(drawing))) say(drawing, 'is a drawing that is neither named nor hidden');
  }
  for (const table of all('table')) if (shown(table) && !table.querySelector('th')) say(table, 'is a table without headings');
  headings();
  if (!document.documentElement.lang) problems.push('the page names no language');
  if (!document.title.trim()) problems.push('the page has no title');
  if (all('main').length !== 1) problems.push('the page has not one main part');
  if (!all('[aria-live],[role=status],[role=alert],[role=log]').length) problems.push('nothing on the page is announced');
  contrasts();
  return [...new Set(problems)];

  function headings() {
    let before = 0;
    const there = all('h1,h2,h3,h4,h5,h6').filter((each) => shown(each) && reachable(each) && (modal || !each.closest('dialog')));
    for (const heading of there) {
      const level = Number(heading.tagName[1]);
      if (before && level > before + 1) say(heading, `is a heading of level ${level} after one of level ${before}`);
      before = level;
    }
    if (!modal && there.filter((each) => each.tagName === 'H1').length !== 1) problems.push('the page has not one heading of level 1');
  }

  function smallness(element) {
    if (!/^(BUTTON|SELECT|SUMMARY)$/.test(element.tagName)) return;
    const { width, height } = element.getBoundingClientRect();
    if (height < SMALLEST_PX - 0.5 || (width < SMALLEST_PX - 0.5 && !element.textContent.trim())) say(element, `is ${Math.round(width)} × ${Math.round(height)} px, hard to hit`);
  }

  function contrasts() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || !shown(element) || !reachable(element) || isOff(element)) continue;
      if (element.closest('option') || /^(SCRIPT|STYLE|NOSCRIPT)$/.test(element.tagName)) continue;
      contrast(element, getComputedStyle(element), node.data.trim());
    }
    for (const field of all('input,textarea,select')) {
      if (!shown(field) || !reachable(field) || isOff(field) || /^(checkbox|radio|range|color|file)$/.test(field.type)) continue;
      contrast(field, getComputedStyle(field), 'its value');
      if (field.placeholder) contrast(field, getComputedStyle(field, '::placeholder'), 'its placeholder');
    }
    for (const drawing of all('button svg, a svg')) {
      if (!shown(drawing) || !reachable(drawing) || isOff(drawing)) continue;
      contrast(drawing, getComputedStyle(drawing), 'its icon', 3);
    }
  }

  function contrast(element, style, what, wanted) {
    const back = background(element);
    if (!back) return;
    const [r, g, b, alpha] = rgba(style.color);
    const seen = over([r, g, b, alpha * opacity(element)], back);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const least = wanted ?? (large ? 3 : 4.5);
    const ratio = ratioOf(seen, back);
    if (ratio < least - 0.005) say(element, `"${what.slice(0, 30)}" has a contrast of ${ratio.toFixed(2)}, wanted ${least}`);
  }

  /** Colour behind an element; null where a picture is. */
  function background(element) {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const style = getComputedStyle(each);
      if (style.backgroundImage !== 'none') return null;
      const colour = rgba(style.backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] >= 0.999) break;
      if (each.closest('#stage') && each.id === 'stage') break;
    }
    let back = document.documentElement.dataset.theme === 'dark' ? [0, 0, 0, 1] : [255, 255, 255, 1];
    for (const layer of layers.reverse()) back = over(layer, back);
    return back;
  }

  function opacity(element) {
    let share = 1;
    for (let each = element; each; each = each.parentElement) share *= Number(getComputedStyle(each).opacity);
    return share;
  }

  function over([r, g, b, a], [R, G, B]) {
    return [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  }

  function ratioOf(one, other) {
    const [low, high] = [luminance(one), luminance(other)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  }

  function luminance([r, g, b]) {
    const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  }

  function rgba(text) {
    contrasts.kept ??= new Map();
    if (!contrasts.kept.has(text)) {
      contrasts.brush ??= new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
      const brush = contrasts.brush;
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = text;
      brush.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
      contrasts.kept.set(text, [r, g, b, a / 255]);
    }
    return contrasts.kept.get(text);
  }

  function label(element) {
    const by = (element.getAttribute('aria-labelledby') ?? '').split(/\s+/).filter(Boolean);
    const texts = by.length ? [by.map((id) => words(document.getElementById(id))).join(' ')]
      : [element.getAttribute('aria-label'), [...(element.labels ?? [])].map(words).join(' '), element.alt,
        /^(INPUT|SELECT|TEXTAREA|CANVAS|DIALOG)$/.test(element.tagName) ? '' : words(element), element.title,
        element.tagName === 'INPUT' && /^(submit|button|reset)$/.test(element.type) ? element.value : ''];
    return (texts.find((text) => text?.trim()) ?? '').trim();
  }

  function words(element) {
    if (!element || element.getAttribute?.('aria-hidden') === 'true') return '';
    if (element.nodeType === Node.TEXT_NODE) return element.data;
    return element.getAttribute?.('aria-label') ?? [...element.childNodes].map(words).join(' ').trim();
  }

  /** Focused by the program only, as a part of the page. */
  function isPassive(element) {
    return element.tabIndex < 0 && !element.matches('a,button,input,select,textarea,summary,[role]');
  }

  function isOff(element) {
    return element.closest(':disabled,[aria-disabled=true],[inert]') !== null;
  }

  function shown(element) {
    if (!element?.checkVisibility?.({ visibilityProperty: true, opacityProperty: true })) return false;
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1;
  }

  function nameOf(element) {
    const id = element.id ? `#${element.id}` : '';
    const kind = typeof element.className === 'string' && element.className ? `.${element.className.trim().split(/\s+/).join('.')}` : '';
    return `<${element.tagName.toLowerCase()}${id}${kind}> ${(label(element) || '').slice(0, 30)}`.trim();
  }
}
