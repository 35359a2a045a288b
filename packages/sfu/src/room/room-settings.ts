/** What a room is made with; 0 leaves a number to the engine's limits. */
export interface RoomSettings {
  emptyTimeoutS: number;
  departureTimeoutS: number;
  maxParticipants: number;
  metadata: string;
}

/** The room cannot take somebody; `status` is the HTTP answer. */
export class JoinRefused extends Error {
  override name = 'JoinRefused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
