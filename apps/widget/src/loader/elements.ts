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

  // A landmark, so that people who move by landmarks find it on any page.
  const root = element('aside');
  const launcher = element('button', { type: 'button', class: 'launcher', 'aria-expanded': 'false' });
  const badge = element('span', { class: 'badge', 'aria-hidden': 'true', hidden: '' });
  launcher.append(
    // The mark: two people side by side, leaning together.
    drawing('mark', '-7.5 -6.5 39 39', 3, ['M5 20.5 L10.2 5', 'M12.6 20.5 L17.8 5']),
    drawing('down', '0 0 24 24', 1.4, ['M8.4 10.6l3.6 3.6 3.6-3.6']),
    badge,
  );
  const panel = element('div', { class: 'panel', role: 'dialog' });
  const grip = element('button', { type: 'button', class: 'grip' });
  grip.append(drawing('', '0 0 26 26', 1.5, ['M8 15l7-7M8 10l2-2']));
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

function drawing(className: string, viewBox: string, width: number, lines: string[]): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  const attributes = {
    viewBox,
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': String(width),
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
    class: className,
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  for (const line of lines) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', line);
    svg.append(path);
  }
  return svg;
}
