/** A longer line is nobody's: it is given in part and told as too long, characters. */
const MAX_LINE = 64 * 2 ** 20;

/**
 * Splits text into lines while it arrives. What is no UTF-8 becomes replacement characters.
 * @returns each line with its number, counted from 1, without its end
 */
export async function* linesOf(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ text: string; number: number; isCut: boolean }> {
  const decoder = new TextDecoder('utf-8');
  let held: string[] = [];
  let heldLength = 0;
  let number = 0;
  const line = () => {
    const text = held.join('');
    const isCut = heldLength > MAX_LINE;
    held = [];
    heldLength = 0;
    return { text: text.endsWith('\r') ? text.slice(0, -1) : text, number: ++number, isCut };
  };
  const hold = (text: string) => {
    if (heldLength <= MAX_LINE) held.push(text);
    heldLength += text.length;
  };
  for await (const piece of bytes) {
    const text = decoder.decode(piece, { stream: true });
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      hold(text.slice(from, end));
      from = end + 1;
      yield line();
    }
    if (from < text.length) hold(text.slice(from));
  }
  const rest = decoder.decode();
  if (rest !== '') hold(rest);
  if (heldLength > 0) yield line();
}
