/** Why a document could not be read at all. What can be read in part is a session with problems instead. */
export class ReadError extends Error {
  readonly code: 'unknown_format' | 'server_dump' | 'empty' | 'too_large' | 'damaged_archive';
  /** The document, or the one inside it. */
  readonly place: string;

  constructor(code: ReadError['code'], place: string) {
    super(`${code}: ${place}`);
    this.name = 'ReadError';
    this.code = code;
    this.place = place;
  }
}
