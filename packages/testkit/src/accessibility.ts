/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame, Page } from 'playwright-core';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** One rule a screen breaks, with the elements that break it. */
export type Violation = { rule: string; impact: string; help: string; elements: string[] };

/**
 * Runs axe over what is on the screen, by WCAG 2.2 A and AA.
 * Evaluated through the debugger, so the page's content security policy stays as strict as in use.
 * @param target a page or a frame in it
 */
export async function accessibilityViolations(target: Page | Frame): Promise<Violation[]> {
  await target.evaluate(readFileSync(axePath, 'utf8'));
  return target.evaluate(async () => {
    type Result = {
      violations: {
        id: string;
        impact: string;
        help: string;
        nodes: { html: string; failureSummary: string; element: Element }[];
      }[];
    };
    const { axe } = window as unknown as { axe: { run: (root: Document, options: object) => Promise<Result> } };
    const { violations } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      resultTypes: ['violations'],
      elementRef: true,
    });
    // What an open menu covers in part, or comes close to, is no target before it closes.
    const popups = [...document.querySelectorAll('[role=menu], [role=listbox], [role=dialog]')].filter((popup) =>
      popup.checkVisibility(),
    );
    const isTarget = (element: Element) => popups.length === 0 || popups.some((popup) => popup.contains(element));
    return violations
      .map(({ id, impact, help, nodes }) => ({
        rule: id,
        impact,
        help,
        elements: nodes
          .filter(({ element }) => id !== 'target-size' || isTarget(element))
          .map(
            ({ html, failureSummary }) =>
              `${html.slice(0, 200)} — ${failureSummary.replace(/\s+/g, ' ').slice(0, 300)}`,
          ),
      }))
      .filter(({ elements }) => elements.length > 0);
  });
}
