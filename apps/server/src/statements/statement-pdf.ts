import { setImmediate } from 'node:timers/promises';
import {
  attainmentText,
  type Locale,
  PRIORITIES,
  type Statement,
  type StatementRow,
  TARGETS,
} from '@alongside/contracts';
import { durationText, moneyText, monthText, shareText, wallText } from './format.ts';
import { PdfSheets, SHEET, type TextStyle } from './pdf-sheet.ts';
import { EXCLUSION_WORDS, OUTCOME_WORDS, RULES, TARGET_WORDS, WORDS, worded } from './words.ts';

/** The light colours of packages/ui's tokens.css. */
const COLOR = {
  ink: '#221e18',
  muted: '#635b4e',
  line: '#e0d9cb',
  ground: '#f6f2ea',
  pine: '#1b6450',
  persimmon: '#d9653b',
  met: '#2f5c25',
  breached: '#9a2317',
  excluded: '#635b4e',
};
const LEFT = SHEET.margin;
const RIGHT = SHEET.width - SHEET.margin;
const WIDTH = RIGHT - LEFT;
const BOTTOM = SHEET.height - 58;
const ROW_HEIGHT = 27;

const SMALL: TextStyle = { size: 7.5, color: COLOR.muted };
const BODY: TextStyle = { size: 8.5, color: COLOR.ink };
const STRONG: TextStyle = { ...BODY, bold: true };
const HEADING: TextStyle = { size: 11, color: COLOR.ink, bold: true };

/** Columns of the targets: where each begins and how wide it is. */
const COLUMNS = {
  ticket: { x: LEFT, width: 152 },
  target: { x: LEFT + 160, width: 66 },
  start: { x: LEFT + 230, width: 52 },
  due: { x: LEFT + 286, width: 52 },
  actual: { x: LEFT + 342, width: 52 },
  used: { x: LEFT + 398, width: 62 },
  outcome: { x: LEFT + 464, width: WIDTH - 464 },
};

/**
 * A statement on paper. The same statement gives the same bytes, in any process and whenever it is made: it is dated
 * with the end of its month.
 */
export async function statementPdf(statement: Statement, locale: Locale): Promise<Buffer> {
  const say = (word: keyof typeof WORDS, values = {}) => worded(WORDS[word], locale, values);
  const month = monthText(statement.month, locale);
  const sheets = await PdfSheets.open(
    {
      title: `${say('statement')} · ${statement.organisation.name} · ${month}`,
      author: statement.issuer,
      language: locale,
      at: new Date(statement.provisional ? statement.madeUpTo : statement.to),
    },
    textsOf(statement, locale),
  );
  const page = new Page(sheets, statement, locale);
  page.head(month);
  page.figures();
  page.matrix();
  page.tiers();
  page.exclusions();
  await page.targets();
  page.rules();
  sheets.onEachSheet((number, pages) => page.foot(month, number, pages));
  return sheets.close();
}

/** All that people wrote; the rest is in the parts of the font every document has. */
function* textsOf(statement: Statement, locale: Locale): Iterable<string> {
  yield statement.issuer;
  yield statement.organisation.name;
  for (const { ticket, plan } of statement.rows) yield ticket.subject + plan.name[locale];
  for (const { ticket, note } of statement.exclusions) yield ticket.subject + note;
  if (statement.contract) yield statement.contract.planName[locale];
}

/** Writes a statement from top to bottom; `y` is where the next line goes. */
class Page {
  readonly #sheets: PdfSheets;
  readonly #statement: Statement;
  readonly #locale: Locale;
  #y = SHEET.margin;

  constructor(sheets: PdfSheets, statement: Statement, locale: Locale) {
    this.#sheets = sheets;
    this.#statement = statement;
    this.#locale = locale;
  }

  head(month: string): void {
    const { issuer, organisation, timeZone, from, to, provisional, madeUpTo } = this.#statement;
    this.#mark(LEFT, this.#y);
    this.#text(issuer, LEFT + 20, this.#y, { ...STRONG, size: 10 });
    this.#text(this.#say('statement'), LEFT, this.#y, { ...SMALL, size: 9, align: 'right', width: WIDTH });
    this.#y += 44;
    this.#text(organisation.name, LEFT, this.#y, { size: 22, color: COLOR.ink, bold: true, width: WIDTH });
    this.#y += 34;
    this.#text(month, LEFT, this.#y, { size: 13, color: COLOR.pine, bold: true });
    this.#y += 21;
    const [first, last] = [this.#wall(from).date, this.#wall(new Date(Date.parse(to) - 1).toISOString()).date];
    const period = `${this.#say('period')} ${first} – ${last}      ${this.#say('timeZone')} ${timeZone}`;
    this.#text(period, LEFT, this.#y, SMALL);
    this.#y += 20;
    if (!provisional) return;
    const { date, time } = this.#wall(madeUpTo);
    this.#sheets.doc.roundedRect(LEFT, this.#y, WIDTH, 20, 4).fill('#f9ecca');
    this.#text(`${this.#say('provisional')} ${date} ${time}`, LEFT + 8, this.#y + 5, { ...BODY, color: '#734a03' });
    this.#y += 30;
  }

  /** The three things one wants to know, large. */
  figures(): void {
    const { attainment, credits, contract } = this.#statement;
    const { overall } = attainment;
    const boxes: [string, string, string][] = [
      [
        this.#say('attainment'),
        attainmentText(overall),
        overall.total === 0 ? this.#say('nothingDue') : this.#say('metOf', overall),
      ],
      [
        this.#say('credits'),
        credits.percent === 0 ? '–' : credits.amount ? moneyText(credits.amount) : shareText(credits.percent / 100),
        this.#creditsText(),
      ],
      [
        this.#say('plan'),
        contract ? contract.planName[this.#locale] : this.#say('noContract'),
        contract
          ? `${this.#say('monthlyFee')} ${contract.monthlyFee ? moneyText(contract.monthlyFee) : this.#say('noFee')}`
          : '',
      ],
    ];
    const [gap, height] = [10, 66];
    const width = (WIDTH - 2 * gap) / 3;
    for (const [index, [name, value, more]] of boxes.entries()) {
      const x = LEFT + index * (width + gap);
      this.#sheets.doc.roundedRect(x, this.#y, width, height, 6).fill(COLOR.ground);
      this.#text(name, x + 12, this.#y + 9, { ...SMALL, width: width - 24 });
      this.#text(value, x + 12, this.#y + 22, { size: 17, color: COLOR.ink, bold: true, width: width - 24 });
      this.#text(more, x + 12, this.#y + 47, { ...SMALL, width: width - 24 });
    }
    this.#y += height + 24;
  }

  /** Attainment by priority and target. */
  matrix(): void {
    const { cells, byPriority, byTarget, overall } = this.#statement.attainment;
    if (overall.total === 0) return;
    this.#heading(this.#say('byPriority'), 6 * 20);
    const column = (index: number) => LEFT + 96 + index * ((WIDTH - 96) / 5);
    const width = (WIDTH - 96) / 5 - 6;
    const write = (cell: { met: number; total: number } | undefined, index: number, style: TextStyle) => {
      const text = cell && cell.total > 0 ? attainmentText(cell) : '–';
      this.#text(text, column(index), this.#y, { ...style, color: cell && cell.total > 0 ? style.color : COLOR.muted });
      if (!cell || cell.total === 0) return;
      const after = this.#sheets.width(text, style) + 5;
      this.#text(`${cell.met}/${cell.total}`, column(index) + after, this.#y + 1, { ...SMALL, width: width - after });
    };
    for (const [index, target] of TARGETS.entries())
      this.#text(TARGET_WORDS[target][this.#locale], column(index), this.#y, { ...SMALL, width });
    this.#text(this.#say('overall'), column(4), this.#y, SMALL);
    this.#rule(13);
    for (const priority of PRIORITIES) {
      this.#text(priority, LEFT, this.#y, STRONG);
      for (const [index, target] of TARGETS.entries())
        write(
          cells.find((cell) => cell.priority === priority && cell.target === target),
          index,
          BODY,
        );
      write(
        byPriority.find((cell) => cell.priority === priority),
        4,
        STRONG,
      );
      this.#rule(15);
    }
    this.#text(this.#say('overall'), LEFT, this.#y, STRONG);
    for (const [index, cell] of byTarget.entries()) write(cell, index, STRONG);
    write(overall, 4, STRONG);
    this.#y += 32;
  }

  /** What was agreed to be owed, and what it comes to. */
  tiers(): void {
    const { credits, contract } = this.#statement;
    if (credits.tiers.length === 0 || !contract) return;
    this.#heading(this.#say('credits'), credits.tiers.length * 16);
    for (const { below, percent } of credits.tiers) {
      const isReached = credits.percent === percent;
      const style = isReached ? STRONG : BODY;
      if (isReached) this.#sheets.doc.rect(LEFT - 8, this.#y, 2.5, 12).fill(COLOR.persimmon);
      this.#text(this.#say('tierBelow', { below: shareText(below) }), LEFT, this.#y, style);
      this.#text(this.#say('ofFee', { percent: shareText(percent / 100) }), LEFT + 96, this.#y, style);
      if (isReached && credits.amount)
        this.#text(moneyText(credits.amount), LEFT, this.#y, { ...STRONG, align: 'right', width: WIDTH });
      this.#rule(15);
    }
    this.#y += 18;
  }

  exclusions(): void {
    const { exclusions } = this.#statement;
    if (exclusions.length === 0) return;
    this.#heading(this.#say('exclusions'), 2 * 16);
    for (const { ticket, because, at, note, targets } of exclusions) {
      if (this.#y > BOTTOM - 40) this.#nextSheet();
      const count = this.#say(targets === 1 ? 'targetsOut_one' : 'targetsOut_other', { count: targets });
      const reason = this.#say('excludedAt', {
        reason: EXCLUSION_WORDS[because][this.#locale],
        date: this.#wall(at).date,
      });
      this.#text(`#${ticket.number}`, LEFT, this.#y, STRONG);
      this.#text(ticket.subject, LEFT + 42, this.#y, { ...BODY, width: 200 });
      this.#text(reason, LEFT + 254, this.#y, { ...BODY, color: COLOR.muted, width: WIDTH - 254 - 60 });
      this.#text(count, LEFT, this.#y, { ...SMALL, align: 'right', width: WIDTH });
      for (const line of this.#sheets.lines(note, WIDTH - 42, SMALL)) {
        this.#y += 11;
        if (this.#y > BOTTOM - 14) this.#nextSheet();
        this.#text(line, LEFT + 42, this.#y, SMALL);
      }
      this.#rule(15);
    }
    this.#y += 18;
  }

  async targets(): Promise<void> {
    const { rows } = this.#statement;
    this.#heading(this.#say('targets'), 3 * ROW_HEIGHT);
    if (rows.length === 0) {
      this.#text(this.#say('noTargets'), LEFT, this.#y, { ...BODY, color: COLOR.muted });
      this.#y += 28;
      return;
    }
    this.#columnHeads();
    for (const [index, row] of rows.entries()) {
      if (this.#y > BOTTOM - ROW_HEIGHT) {
        this.#nextSheet();
        this.#columnHeads();
      }
      this.#row(row);
      // A long statement must not keep everybody else waiting.
      if (index % 40 === 39) await setImmediate();
    }
    this.#y += 16;
  }

  rules(): void {
    const style: TextStyle = { ...SMALL, color: COLOR.muted };
    const texts = RULES.map((rule) => this.#sheets.lines(rule[this.#locale], WIDTH - 12, style));
    this.#heading(this.#say('counted'), texts.flat().length * 11 + texts.length * 3);
    for (const lines of texts) {
      this.#text('·', LEFT, this.#y, style);
      for (const line of lines) {
        this.#text(line, LEFT + 10, this.#y, style);
        this.#y += 11;
      }
      this.#y += 3;
    }
  }

  foot(month: string, number: number, pages: number): void {
    const y = SHEET.height - 36;
    const { issuer, organisation } = this.#statement;
    this.#sheets.doc
      .moveTo(LEFT, y - 8)
      .lineTo(RIGHT, y - 8)
      .lineWidth(0.5)
      .stroke(COLOR.line);
    this.#text(`${issuer}  |  ${organisation.name}  |  ${month}`, LEFT, y, { ...SMALL, width: WIDTH - 100 });
    this.#text(this.#say('page', { page: number, pages }), LEFT, y, { ...SMALL, align: 'right', width: WIDTH });
  }

  #row(row: StatementRow): void {
    const { ticket, target, start, due, actual, used, outcome } = COLUMNS;
    const second = this.#y + 11;
    this.#text(`#${row.ticket.number}   ${row.priority}`, ticket.x, this.#y, { ...STRONG, width: ticket.width });
    this.#text(row.ticket.subject, ticket.x, second, { ...SMALL, width: ticket.width });
    this.#text(TARGET_WORDS[row.target][this.#locale], target.x, this.#y, { ...BODY, width: target.width });
    this.#text(row.plan.name[this.#locale], target.x, second, { ...SMALL, width: target.width });
    this.#instant(row.startAt, start.x);
    this.#instant(row.dueAt, due.x);
    this.#instant(row.actualAt, actual.x);
    const budget = `/ ${durationText(row.budgetMs, this.#locale)}`;
    this.#text(durationText(row.usedMs, this.#locale), used.x, this.#y, { ...BODY, width: used.width });
    this.#text(budget, used.x, second, { ...SMALL, width: used.width });
    const more =
      row.because !== null
        ? EXCLUSION_WORDS[row.because][this.#locale]
        : row.pausedMs > 0
          ? this.#say('paused', { time: durationText(row.pausedMs, this.#locale) })
          : '';
    const color = COLOR[row.outcome];
    this.#text(OUTCOME_WORDS[row.outcome][this.#locale], outcome.x, this.#y, {
      ...STRONG,
      color,
      align: 'right',
      width: outcome.width,
    });
    this.#text(more, outcome.x - 20, second, { ...SMALL, align: 'right', width: outcome.width + 20 });
    this.#y += ROW_HEIGHT - 5;
    this.#rule(3);
  }

  #instant(instant: string | null, x: number): void {
    if (instant === null) {
      this.#text(this.#say('notYet'), x, this.#y, { ...BODY, color: COLOR.muted });
      return;
    }
    const { date, time } = this.#wall(instant);
    this.#text(date, x, this.#y, BODY);
    this.#text(time, x, this.#y + 11, SMALL);
  }

  #columnHeads(): void {
    for (const [name, { x, width }] of Object.entries(COLUMNS))
      this.#text(this.#say(name as keyof typeof COLUMNS), x, this.#y, {
        ...SMALL,
        width,
        align: name === 'outcome' ? 'right' : 'left',
      });
    this.#rule(13);
  }

  /** A heading that stays with what follows: with too little room for it both go to the next sheet. */
  #heading(text: string, room: number): void {
    if (this.#y + 22 + Math.min(room, 200) > BOTTOM) this.#nextSheet();
    this.#text(text, LEFT, this.#y, HEADING);
    this.#y += 22;
  }

  #nextSheet(): void {
    this.#sheets.addSheet();
    this.#y = SHEET.margin;
  }

  /** A thin line under what was written; goes on below it. */
  #rule(below: number): void {
    const y = this.#y + below;
    this.#sheets.doc.moveTo(LEFT, y).lineTo(RIGHT, y).lineWidth(0.5).stroke(COLOR.line);
    this.#y = y + 5;
  }

  /** The mark, as LogoMark of packages/ui draws it. */
  #mark(x: number, y: number): void {
    const { doc } = this.#sheets;
    doc
      .save()
      .translate(x - 3, y - 2)
      .scale(0.75)
      .lineWidth(3.4)
      .lineCap('round');
    doc.moveTo(5, 20.5).lineTo(10.2, 5).stroke(COLOR.pine);
    doc.moveTo(12.6, 20.5).lineTo(17.8, 5).stroke(COLOR.persimmon);
    doc.restore();
  }

  #creditsText(): string {
    const { credits, attainment } = this.#statement;
    if (credits.percent > 0) return this.#say('ofFee', { percent: shareText(credits.percent / 100) });
    if (credits.tiers.length === 0) return this.#say('noTiers');
    return attainment.overall.total === 0 ? this.#say('nothingDue') : this.#say('noCredits');
  }

  #say(word: keyof typeof WORDS, values: Readonly<Record<string, string | number>> = {}): string {
    return worded(WORDS[word], this.#locale, values);
  }

  #wall(instant: string): { date: string; time: string } {
    return wallText(this.#statement.timeZone, instant);
  }

  #text(text: string, x: number, y: number, style: TextStyle & { width?: number }): void {
    this.#sheets.text(text, x, y, style);
  }
}
