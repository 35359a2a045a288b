import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { EngineName } from './engines.ts';

/** One measured point of the curves. */
export type CurvePoint = {
  lossPercent: number;
  bursty: boolean;
  direction: 'down' | 'up';
  metric: 'concealedPercent' | 'freezePercent';
} & Record<EngineName, number | null>;

const WIDTH = 860;
const PANEL = { width: 350, height: 190 };
const MARGIN = { left: 62, top: 66, gapX: 60, gapY: 78 };
/** By the order they are named in; the first is drawn last, on top of the others. */
const SERVERS: { name: EngineName; title: string; legendWidth: number }[] = [
  { name: 'alongside', title: 'Alongside', legendWidth: 128 },
  { name: 'livekit', title: 'livekit-server', legendWidth: 160 },
  { name: 'janus', title: 'Janus', legendWidth: 110 },
];
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #3f4654; }
  .title { font-weight: 600; font-size: 15px; }
  .axis { stroke: #8a93a3; stroke-width: 1; fill: none; }
  .grid { stroke: #8a93a3; stroke-opacity: .25; }
  .alongside { stroke: #0f7b6c; fill: none; stroke-width: 2.5; }
  .livekit { stroke: #c2571a; fill: none; stroke-width: 2.5; }
  .janus { stroke: #6a4fc0; fill: none; stroke-width: 2.5; }
  .bursty { stroke-dasharray: 6 5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #c8d0dc; }
    .alongside { stroke: #3fc7b0; }
    .livekit { stroke: #f0935a; }
    .janus { stroke: #b39cf5; }
  }`;

/**
 * Draws the curves of loss: concealed sound and frozen picture, down and up; random full, bursty dashed; of the servers
 * that have figures.
 */
export function writeCurves(points: readonly CurvePoint[], path: string): void {
  if (new Set(points.map((point) => point.lossPercent)).size < 2) return;
  const panels = [
    { metric: 'concealedPercent', direction: 'down', title: 'Sound concealed, down (%)' },
    { metric: 'concealedPercent', direction: 'up', title: 'Sound concealed, up (%)' },
    { metric: 'freezePercent', direction: 'down', title: 'Picture frozen, down (% of time)' },
    { metric: 'freezePercent', direction: 'up', title: 'Picture frozen, up (% of time)' },
  ] as const;
  const drawn = panels.map((panel, index) => {
    const x = MARGIN.left + (index % 2) * (PANEL.width + MARGIN.gapX);
    const y = MARGIN.top + Math.floor(index / 2) * (PANEL.height + MARGIN.gapY);
    const own = points.filter((point) => point.metric === panel.metric && point.direction === panel.direction);
    return `<g transform="translate(${x} ${y})">${panelOf(panel.title, own)}</g>`;
  });
  const drawnServers = SERVERS.filter(({ name }) => points.some((point) => point[name] !== null));
  const named = new Intl.ListFormat('en-GB').format(drawnServers.map(({ title }) => title));
  const height = MARGIN.top + 2 * PANEL.height + MARGIN.gapY + 56;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Concealed sound and frozen picture by packet loss, ${named}">
<style>${STYLE}</style>
${legend(drawnServers)}
${drawn.join('\n')}
</svg>
`,
  );
}

function legend(servers: typeof SERVERS): string {
  let x = MARGIN.left;
  const entry = (kind: string, text: string, width: number) => {
    const drawn = `<path class="${kind}" d="M${x} 22h34"/><text x="${x + 42}" y="26">${text}</text>`;
    x += width;
    return drawn;
  };
  return [
    ...servers.map(({ name, title, legendWidth }) => entry(name, title, legendWidth)),
    entry('axis', 'random loss', 140),
    entry('axis bursty', 'in bursts of three', 0),
  ].join('');
}

function panelOf(title: string, points: readonly CurvePoint[]): string {
  const worstLoss = Math.max(1, ...points.map((point) => point.lossPercent));
  const worst = Math.max(1, ...points.flatMap((point) => SERVERS.map(({ name }) => point[name] ?? 0)));
  const top = niceCeiling(worst);
  const x = (loss: number) => (loss / worstLoss) * PANEL.width;
  const y = (value: number) => PANEL.height - (Math.min(value, top) / top) * PANEL.height;
  const parts = [`<text class="title" x="0" y="-14">${title}</text>`];
  for (const share of [0, 0.5, 1]) {
    const at = y(top * share);
    parts.push(`<path class="grid" d="M0 ${at}h${PANEL.width}"/>`);
    parts.push(`<text x="-8" y="${at + 4}" text-anchor="end">${Number((top * share).toPrecision(3))}</text>`);
  }
  for (const loss of new Set(points.map((point) => point.lossPercent))) {
    parts.push(`<text x="${x(loss)}" y="${PANEL.height + 20}" text-anchor="middle">${loss}</text>`);
  }
  parts.push(
    `<text x="${PANEL.width / 2}" y="${PANEL.height + 40}" text-anchor="middle">packets lost each way (%)</text>`,
  );
  parts.push(`<path class="axis" d="M0 0v${PANEL.height}h${PANEL.width}"/>`);
  for (const { name: server } of SERVERS.toReversed()) {
    for (const bursty of [false, true]) {
      // Both curves begin where nothing is lost.
      const own = points
        .filter((point) => (point.bursty === bursty || point.lossPercent === 0) && point[server] !== null)
        .sort((a, b) => a.lossPercent - b.lossPercent);
      if (own.length < 2) continue;
      const path = own.map((point) => `${x(point.lossPercent).toFixed(1)} ${y(point[server]!).toFixed(1)}`).join('L');
      parts.push(`<path class="${server}${bursty ? ' bursty' : ''}" d="M${path}"/>`);
    }
  }
  return parts.join('');
}

function niceCeiling(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * unit >= value) ?? 10) * unit;
}
