import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Confusion } from './figures.ts';

const CELL = 24;
const LABEL_WIDTH = 168;
const TOP = 176;
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #3f4654; }
  .title { font-weight: 600; font-size: 15px; }
  .count { text-anchor: middle; font-size: 11px; font-weight: 600; }
  .row { text-anchor: end; }
  .cell { fill: #8a93a3; fill-opacity: .08; }
  .right { fill: #0f7b6c; }
  .wrong { fill: #c2571a; }
  @media (prefers-color-scheme: dark) {
    text { fill: #c8d0dc; }
    .right { fill: #3fc7b0; }
    .wrong { fill: #f0935a; }
  }`;

/** Draws who is taken for whom: a square for each pair, the fuller the more often; right ones green, wrong ones red. */
export function writeConfusion({ rows, columns, counts }: Confusion, path: string): void {
  const width = LABEL_WIDTH + columns.length * CELL + 110;
  const height = TOP + rows.length * CELL + 20;
  const heads = columns.map((column, index) => {
    const x = LABEL_WIDTH + index * CELL + CELL / 2 + 4;
    return `<text transform="translate(${x} ${TOP - 8}) rotate(-55)">${column}</text>`;
  });
  const lines = rows.map((row, at) => {
    const y = TOP + at * CELL;
    const all = counts[at]!.reduce((sum, count) => sum + count, 0);
    const isRight = (column: string) => column === row || (row === 'clean' && column === 'nothing');
    const cells = columns.map((column, index) => {
      const count = counts[at]![index]!;
      const x = LABEL_WIDTH + index * CELL;
      const square = `x="${x + 1}" y="${y + 1}" width="${CELL - 2}" height="${CELL - 2}" rx="3"`;
      if (count === 0) return `<rect class="cell" ${square}/>`;
      const strength = (0.2 + (0.5 * count) / all).toFixed(2);
      const title = `<title>${row}, taken for ${column}: ${count} of ${all}</title>`;
      return `<g>${title}<rect class="${isRight(column) ? 'right' : 'wrong'}" fill-opacity="${strength}" ${square}/><text class="count" x="${x + CELL / 2}" y="${y + 16}">${count}</text></g>`;
    });
    return `<text class="row" x="${LABEL_WIDTH - 8}" y="${y + 16}">${row}</text>${cells.join('')}`;
  });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="What was injected, and what the diagnosis said first">
<style>${STYLE}</style>
<text class="title" x="8" y="20">Injected (rows), said first (columns)</text>
${heads.join('\n')}
${lines.join('\n')}
</svg>
`,
  );
}
