import { EgressInfo, EgressStatus, WebhookEvent } from '@livekit/protocol';

/** What is being recorded, as the front knows it: a media thread that crashes can not tell any more that it ended. */
export class RunningRecordings {
  readonly #byId = new Map<string, EgressInfo>();

  onEvent({ event, egressInfo }: WebhookEvent): void {
    if (!egressInfo) return;
    if (event === 'egress_started') this.#byId.set(egressInfo.egressId, egressInfo);
    else if (event === 'egress_ended') this.#byId.delete(egressInfo.egressId);
  }

  /** The ends of those in rooms that are gone; what is on the disk of them is to be repaired. */
  takeLost(isLost: (roomName: string) => boolean): WebhookEvent[] {
    const lost = [...this.#byId.values()].filter(({ roomName }) => isLost(roomName));
    return lost.map((info) => {
      this.#byId.delete(info.egressId);
      const { egressId, roomId, roomName, startedAt, manifestLocation, request } = info;
      return new WebhookEvent({
        event: 'egress_ended',
        egressInfo: new EgressInfo({
          egressId,
          roomId,
          roomName,
          startedAt,
          manifestLocation,
          request,
          status: EgressStatus.EGRESS_ABORTED,
          error: 'the media thread crashed',
          details: 'interrupted',
        }),
      });
    });
  }
}
