/** Elements without a framework. */

type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** An element with attributes (`true`: present, `false` and null: absent) and children; texts are texts, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

export function svgElement<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes,
  ...children: Node[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) target.setAttribute(name, value === true ? '' : String(value));
  }
}

/** Radio buttons that look like one control, as the page's own (app/parts/Segmented). */
export function segmented<T extends string | number>(
  label: string,
  name: string,
  choices: readonly { value: T; label: string; title?: string }[],
  onChange: (value: T) => void,
): { root: HTMLElement; show(value: T): void } {
  const inputs = choices.map(({ value, label, title }) => {
    const input = element('input', { type: 'radio', name });
    input.addEventListener('change', () => onChange(value));
    return { value, label, title: title ?? null, input };
  });
  const root = element(
    'fieldset',
    { class: 'segmented', 'aria-label': label },
    ...inputs.map(({ label, title, input }) =>
      element('label', { class: 'segment', title }, input, element('span', {}, label)),
    ),
  );
  return {
    root,
    show(shown) {
      for (const { value, input } of inputs) input.checked = value === shown;
    },
  };
}
