/** A service call cannot be carried out; `code` is Twirp's. */
export class ServiceError extends Error {
  override name = 'ServiceError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
