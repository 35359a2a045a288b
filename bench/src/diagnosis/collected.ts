import { type Session, SessionBuilder, type SessionEvent, StatsIngest } from '@alongside/diagnosis';
import type { Told } from './pages/watch-page.ts';

/** What both pages of a call tell, as one session. */
export class Collected {
  readonly #builder = new SessionBuilder('live');
  readonly #ingests = new Map<string, StatsIngest>();

  tell(participantId: string, told: Told): void {
    this.#builder.participant(participantId);
    for (const { id, iceServers, stats } of told.connections) {
      const ingest = this.#ingests.get(id) ?? new StatsIngest(this.#builder, id, participantId);
      this.#ingests.set(id, ingest);
      this.#builder.connection(id, participantId).iceServers = iceServers;
      ingest.report(told.atMs, stats as { type: string }[]);
      this.#name(id, participantId, told.sources, stats);
    }
    for (const event of told.events) this.#builder.event({ participantId, ...event } as SessionEvent);
  }

  session(): Session {
    return this.#builder.build();
  }

  #name(connectionId: string, participantId: string, sources: Told['sources'], stats: Record<string, unknown>[]): void {
    const byId = new Map(stats.map((stat) => [stat.id, stat]));
    for (const stat of stats) {
      if (stat.type !== 'inbound-rtp' && stat.type !== 'outbound-rtp') continue;
      const of = stat.type === 'inbound-rtp' ? stat : byId.get(stat.mediaSourceId as string);
      const source = sources[String(of?.trackIdentifier)];
      if (source === undefined) continue;
      const kind = stat.kind as 'audio' | 'video';
      const direction = stat.type === 'inbound-rtp' ? 'receive' : 'send';
      const id = `${connectionId} ${stat.id}`;
      this.#builder.track({ id, connectionId, participantId, direction, kind }).source = source;
    }
  }
}
