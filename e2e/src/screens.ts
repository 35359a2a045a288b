import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { accessibilityViolations, until } from '@alongside/testkit';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';

/** How a screen is looked at. */
export type Look = { locale: 'en' | 'zh-CN'; theme: 'light' | 'dark'; width: number; height: number };

/** What is wrong with a screen, with the screen's name in front; a good run leaves it empty. */
export type Findings = string[];

/**
 * A page in one look, whose console errors become findings. Nothing is let through: a broken policy prints there too.
 * @param session cookies of someone signed in
 */
export async function openLook(
  browser: Browser,
  look: Look,
  findings: Findings,
  session?: Awaited<ReturnType<BrowserContext['storageState']>>,
): Promise<Page> {
  const context = await browser.newContext({
    locale: look.locale,
    colorScheme: look.theme,
    viewport: { width: look.width, height: look.height },
    storageState: session,
  });
  // The choice as our pages keep it, so that the first paint has it already.
  await context.addInitScript(({ locale, theme }) => {
    localStorage.setItem('alongside.locale', locale);
    localStorage.setItem('alongside.theme', theme);
  }, look);
  const page = await context.newPage();
  const where = () => `${new URL(page.url()).pathname} (${nameOf(look)})`;
  page.on('pageerror', (error) => findings.push(`${where()}: threw ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') findings.push(`${where()}: printed ${message.text()}`);
  });
  return page;
}

/**
 * Looks at what is on the screen once it has settled: axe's rules, and nothing wider than the window.
 * @param target the page, or the frame in it that is meant
 * @param pulses something on it moves for ever, as a ringing call does
 * @param name of the screen in the findings; with E2E_SCREENSHOTS set to a folder, also of its picture there
 */
export async function inspect(
  page: Page,
  look: Look,
  name: string,
  findings: Findings,
  target: Page | Frame = page,
  { pulses = false }: { pulses?: boolean } = {},
): Promise<void> {
  await settled(target, name, pulses);
  const where = `${name} (${nameOf(look)})`;
  if (process.env.E2E_SCREENSHOTS) {
    mkdirSync(process.env.E2E_SCREENSHOTS, { recursive: true });
    const file = `${name.replaceAll(/[^\w]+/g, '-')}.${look.locale}.${look.theme}.${look.width}.png`;
    await page.screenshot({ path: join(process.env.E2E_SCREENSHOTS, file) });
  }
  const shown = await target.evaluate(() => ({
    locale: document.documentElement.lang,
    widthPx: innerWidth,
    contentPx: document.documentElement.scrollWidth,
    headings: document.querySelectorAll('h1').length,
  }));
  if (shown.locale !== look.locale) findings.push(`${where}: is in ${shown.locale}`);
  if (shown.contentPx > shown.widthPx) findings.push(`${where}: is ${shown.contentPx} px wide in ${shown.widthPx} px`);
  if (shown.headings !== 1) findings.push(`${where}: has ${shown.headings} first headings`);
  for (const { rule, impact, help, elements } of await accessibilityViolations(target)) {
    findings.push(`${where}: ${impact} ${rule}, ${help}\n  ${elements.slice(0, 3).join('\n  ')}`);
  }
}

/** Nothing moves any more: what loads is there (skeletons and spinners move), and what opens is open. */
async function settled(target: Page | Frame, name: string, pulses: boolean): Promise<void> {
  await until(`${name} to settle`, () =>
    target.evaluate(
      (endless) =>
        document.fonts.status === 'loaded' &&
        document.querySelector('main, [role="dialog"]') !== null &&
        document.getAnimations().every(
          (animation) =>
            animation.playState !== 'running' ||
            (endless &&
              (animation.effect?.getTiming().iterations === Number.POSITIVE_INFINITY ||
                // Around whoever speaks the frame follows the voice.
                (animation instanceof CSSTransition && animation.transitionProperty === 'box-shadow'))),
        ),
      pulses,
    ),
  );
}

function nameOf({ locale, theme, width }: Look): string {
  return `${locale}, ${theme}, ${width} px`;
}
