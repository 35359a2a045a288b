import { readableOn } from '../loader/settings.ts';

const PROPERTIES = ['--color-accent', '--color-accent-hover', '--color-on-accent', '--brand', '--on-brand'] as const;

/**
 * Takes the host's brand colour for what one presses. Text and lines keep our own colours: a brand is chosen to be
 * seen, not to be read on any ground.
 * @param color #rrggbb, null for our own
 */
export function applyBrandColour(root: HTMLElement, color: string | null): void {
  if (!color) {
    for (const property of PROPERTIES) root.style.removeProperty(property);
    return;
  }
  root.style.setProperty('--color-accent', color);
  root.style.setProperty('--color-accent-hover', `color-mix(in oklab, ${color} 86%, ${readableOn(color)})`);
  root.style.setProperty('--color-on-accent', readableOn(color));
  root.style.setProperty('--brand', color);
  root.style.setProperty('--on-brand', readableOn(color));
}
