import { Tokenizer, TokenType } from '@streamparser/json';

/** Deeper than any honest dump nests. */
const MAX_DEPTH = 40;

export type JsonPrimitive = string | number | boolean | null;

export type JsonVisitor = {
  /** @param path names and indices from the root to the value */
  value(path: readonly (string | number)[], value: JsonPrimitive): void;
  /** An object or array has ended. */
  left?(path: readonly (string | number)[]): void;
};

/** Why a document could not be read to its end, and where. */
export class JsonTrouble extends Error {
  readonly code: 'truncated' | 'malformed' | 'too_deep';
  readonly place: string;

  constructor(code: JsonTrouble['code'], place: string) {
    super(`${code} at ${place}`);
    this.code = code;
    this.place = place;
  }
}

/**
 * Walks through a JSON document while it arrives, holding its path and one value at a time.
 * @throws JsonTrouble what was visited before stays visited
 */
export async function walkJson(bytes: AsyncIterable<Uint8Array>, visitor: JsonVisitor): Promise<void> {
  const tokenizer = new Tokenizer({ stringBufferSize: 64 * 1024, numberBufferSize: 64 });
  const path: (string | number)[] = [];
  const kinds: ('object' | 'array')[] = [];
  let expectsKey = false;
  let ended = false;
  let trouble: JsonTrouble | null = null;
  const place = () => `/${path.join('/')}`;
  const after = () => {
    if (kinds.at(-1) === 'array') path[path.length - 1] = (path.at(-1) as number) + 1;
    if (kinds.length === 0) ended = true;
  };
  tokenizer.onToken = ({ token, value }) => {
    if (trouble) return;
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) {
      if (kinds.length >= MAX_DEPTH) {
        trouble = new JsonTrouble('too_deep', place());
        return;
      }
      const isObject = token === TokenType.LEFT_BRACE;
      kinds.push(isObject ? 'object' : 'array');
      path.push(isObject ? '' : 0);
      expectsKey = isObject;
    } else if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) {
      kinds.pop();
      path.pop();
      visitor.left?.(path);
      expectsKey = false;
      after();
    } else if (token === TokenType.COMMA) {
      expectsKey = kinds.at(-1) === 'object';
    } else if (token === TokenType.STRING && expectsKey) {
      path[path.length - 1] = value as string;
      expectsKey = false;
    } else if (token !== TokenType.COLON) {
      visitor.value(path, value as JsonPrimitive);
      after();
    }
  };
  tokenizer.onError = (error) => {
    trouble ??= new JsonTrouble('malformed', `${place()} (${error.message.slice(0, 80)})`);
  };
  for await (const piece of bytes) {
    tokenizer.write(piece);
    if (trouble) throw trouble;
  }
  if (!ended) throw new JsonTrouble('truncated', place());
}
