import type { RunningServer } from '@alongside/testkit';
import { type Page, save } from './save.ts';

const PAPER = { width: 1100, height: 1000 };

/** A plan, a ticket with its clock, an escalation that climbed, a statement: all of the demo company. */
export async function takePromise(server: RunningServer, engineer: Page): Promise<void> {
  const open = (path: string) => engineer.goto(`${server.origin}/console${path}`);
  const settled = () =>
    engineer.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));

  await open('/settings/plans');
  await engineer.getByRole('link', { name: /Enterprise/ }).click();
  const promises = engineer.getByRole('heading', { name: 'Promises' });
  await promises.waitFor();
  await promises.evaluate((heading) => heading.scrollIntoView());
  await settled();
  await save(engineer, 'plan');

  await open('/views/queue');
  await engineer.getByText('Programme feed stutters').first().click();
  await engineer.getByRole('button', { name: /next response due in/ }).click();
  await engineer.getByRole('dialog').waitFor();
  await settled();
  await save(engineer, 'clock');

  await open('/views/all');
  await engineer.getByText('All five stages went black').first().click();
  const climbed = engineer
    .getByRole('log')
    .getByText(/acknowledged/)
    .first();
  await climbed.evaluate((entry) => entry.scrollIntoView({ block: 'center' }));
  await settled();
  await save(engineer, 'escalation');

  const before = new Date();
  before.setUTCDate(0);
  await open(`/reports/statements?month=${before.toISOString().slice(0, 7)}`);
  await engineer.getByRole('link', { name: 'Northwind Events', exact: true }).click();
  const paper = engineer.getByRole('article');
  await paper.waitFor();
  await engineer.setViewportSize(PAPER);
  await settled();
  await save(engineer, 'statement');
  await engineer.setViewportSize({ width: 1280, height: 860 });
}
