import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csv } from './csv.ts';

/** A reader of RFC 4180, written from the RFC. */
function read(text: string): string[][] {
  const rows: string[][] = [];
  for (let at = 0; at < text.length; ) {
    const row: string[] = [];
    for (;;) {
      let cell = '';
      if (text[at] === '"') {
        for (at += 1; text[at] !== '"' || text[at + 1] === '"'; at += 1) {
          if (text[at] === '"') at += 1;
          cell += text[at];
        }
        at += 1;
      } else for (; text[at] !== ',' && text[at] !== '\r'; at += 1) cell += text[at];
      row.push(cell);
      if (text[at] !== ',') break;
      at += 1;
    }
    expect(text.slice(at, at + 2)).toBe('\r\n');
    at += 2;
    rows.push(row);
  }
  return rows;
}

describe('csv', () => {
  it('has a byte order mark, CRLF and quotes where they are needed', () => {
    const text = csv(
      ['工单', 'a "b"'],
      [
        ['x,y', 1.5],
        [null, 'two\nlines'],
      ],
    ).toString('utf8');
    expect(text).toBe('\ufeff工单,"a ""b"""\r\n"x,y",1.5\r\n,"two\nlines"\r\n');
  });

  it.each(['=1+1', '+86 10', '-2', '@SUM(A1)', '\t=1', '\r=1', '=cmd|" /C calc"!A0'])('does not run %j', (cell) => {
    const [[written]] = read(csv([cell], []).toString('utf8').slice(1)) as [[string]];
    expect(written).toBe(`'${cell}`);
  });

  it('keeps numbers as numbers', () => {
    expect(csv([], [[-5]]).toString('utf8')).toContain('\r\n-5\r\n');
  });

  it('comes back as it went in, but for the apostrophe', () => {
    const cells = fc.array(
      fc.array(
        fc.string({ unit: 'binary' }).filter((cell) => !cell.startsWith("'")),
        { minLength: 1, maxLength: 4 },
      ),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(cells, ([header, ...rows]) => {
        const back = read(csv(header!, rows).toString('utf8').slice(1));
        // Half of a surrogate pair has no UTF-8.
        const kept = [header!, ...rows].map((row) => row.map((cell) => Buffer.from(cell).toString()));
        expect(back.map((row) => row.map((cell) => cell.replace(/^'(?=[=+\-@\t\r])/, '')))).toEqual(kept);
      }),
    );
  });
});
