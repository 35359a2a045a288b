import { STYLES } from './styles.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** What the frame needs for calls and files, and nothing more. */
const FRAME_POWERS = 'microphone; camera; display-capture; autoplay; fullscreen; picture-in-picture; clipboard-write';

export type Elements = {
  /** In the host page; everything else is in its shadow. */
  host: HTMLElement;
  root: HTMLElement;
  launcher: HTMLButtonElement;
  badge: HTMLElement;
  panel: HTMLElement;
  grip: HTMLElement;
  /** At both ends of the panel: where the focus lands when it would leave a frame that covers the screen. */
  sentinels: [HTMLElement, HTMLElement];
};

/**
 * Builds everything without a string of HTML (a host page may demand Trusted Types) and without inline styles
 * (a host page may forbid them): the style sheet is constructed.
 */
export function buildElements(): Elements {
  const host = element('alongside-widget');
  const shadow = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  shadow.adoptedStyleSheets = [sheet];

  const root = element('div');
  const launcher = element('button', { type: 'button', class: 'launcher', 'aria-expanded': 'false' });
  const badge = element('span', { class: 'badge', 'aria-hidden': 'true', hidden: '' });
  launcher.append(
    drawing('mark', 60, ['M24.6 19.2h.01a4.2 4.2 0 0 1 4.2 4.2v17.4h-8.4V23.4a4.2 4.2 0 0 1 4.2-4.2Z']),
    drawing('down', 60, [], 'M21 27l9 9 9-9'),
    badge,
  );
  const panel = element('div', { class: 'panel', role: 'dialog' });
  const grip = element('button', { type: 'button', class: 'grip' });
  grip.append(drawing('', 26, [], 'M9 16l7-7M9 11l2-2'));
  const sentinels: [HTMLElement, HTMLElement] = [sentinel(), sentinel()];
  panel.append(sentinels[0], grip, sentinels[1]);
  root.append(launcher, panel);
  shadow.append(root);
  return { host, root, launcher, badge, panel, grip, sentinels };
}

/** @param address of the frame's page */
export function buildFrame(address: string, title: string): HTMLIFrameElement {
  return element('iframe', { src: address, title, allow: FRAME_POWERS });
}

function sentinel(): HTMLElement {
  return element('div', { class: 'sentinel' });
}

function element<T extends string>(
  tag: T,
  attributes: Record<string, string> = {},
): T extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[T] : HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made as never;
}

function drawing(className: string, size: number, shapes: string[], line?: string): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${size} ${size}`);
  svg.setAttribute('aria-hidden', 'true');
  if (className) svg.setAttribute('class', className);
  shapes.forEach((shape, index) => {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', shape);
    path.setAttribute('fill', 'currentColor');
    if (index === 1) path.setAttribute('class', 'right');
    svg.append(path);
  });
  if (line) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', line);
    path.setAttribute('fill', 'none');
    path.setAttribute('stroke', 'currentColor');
    path.setAttribute('stroke-width', size > 40 ? '3' : '1.5');
    path.setAttribute('stroke-linecap', 'round');
    path.setAttribute('stroke-linejoin', 'round');
    svg.append(path);
  }
  return svg;
}
