/** Marks of direction and spaces that do not break, as browsers put between the parts of a time. */
const MARKS = /[\u200e\u200f\u061c]/g;
const SPACES = /[\u00a0\u2009\u202f]/g;

const DATE = /(\d{1,4}) ?[./年-] ?(\d{1,2}) ?[./月-] ?(\d{1,4})/;
const CLOCK = /(\d{1,2})[:.](\d{2})[:.](\d{2})/;

/** English, Spanish, Chinese, Korean and Arabic, as `toLocaleString()` writes the halves of a day. */
const MORNING = /\ba\.? ?m\b|上午|凌晨|早上|清晨|오전|ص/i;
const AFTERNOON = /\bp\.? ?m\b|下午|晚上|中午|傍晚|오후|م/i;

/** Thailand counts from the Buddha's death. */
const BUDDHIST = { from: 2_400, ahead: 543 };

/**
 * A time as `toLocaleString()` writes it. Chromium has its dumps in the language of whoever saved them: `Date.parse` knows
 * those of the United States, of China and of Japan, takes the day for the month in the others, and finds none from the
 * thirteenth day on.
 * @returns ms since 1970 in the zone of whoever reads; not a number where it is no such time
 */
export function localTimeOf(text: string): number {
  const plain = text.replace(MARKS, '').replace(SPACES, ' ');
  const date = DATE.exec(plain);
  const clock = date && CLOCK.exec(plain.replace(date[0], ' '));
  if (!date || !clock) return Number.NaN;
  const [year, month, day] = dateOf(date, plain);
  const half = plain.replace(date[0], ' ');
  const hour = Number(clock[1]);
  const hours = MORNING.test(half) ? hour % 12 : AFTERNOON.test(half) ? (hour % 12) + 12 : hour;
  const padded = [month, day, hours].map((part) => String(part).padStart(2, '0'));
  return Date.parse(`${year}-${padded[0]}-${padded[1]}T${padded[2]}:${clock[2]}:${clock[3]}`);
}

/** Month first is American, and so are AM and PM in capitals: who writes 24 hours, or pm, has the day first. */
function dateOf([, first, second, third]: RegExpExecArray, text: string): [year: number, month: number, day: number] {
  const [a, b, c] = [Number(first), Number(second), Number(third)];
  if (a > 31) return [yearOf(a), b, c];
  const isMonthFirst = b > 12 || (a <= 12 && /\d{1,2}\/\d{1,2}\/\d{4}/.test(text) && /[AP]M\b/.test(text));
  return isMonthFirst ? [yearOf(c), a, b] : [yearOf(c), b, a];
}

const yearOf = (written: number) => (written > BUDDHIST.from ? written - BUDDHIST.ahead : written);
