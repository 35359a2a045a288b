import { type DtlsFailure, DtlsHandshake, type DtlsOptions } from './dtls-handshake.ts';
import {
  CONTENT_ALERT,
  CONTENT_APPLICATION_DATA,
  CONTENT_HANDSHAKE,
  type DtlsRecord,
  parseRecords,
  type RecordReader,
  RecordWriter,
} from './dtls-record.ts';
import type { SrtpKeys } from './srtp-keys.ts';

/** Protected records that overtook the handshake wait here. */
const MAX_EARLY_RECORDS = 16;

const LEVEL_WARNING = 1;
const LEVEL_FATAL = 2;
const ALERT_CLOSE_NOTIFY = 0;
const ALERT_HANDSHAKE_FAILURE = 40;
const ALERT_BAD_CERTIFICATE = 42;

export interface DtlsEvents {
  send(datagram: Buffer): void;
  /**
   * Media may flow: the peer proved to own the certificate SDP announced. A client has the keys a round trip before
   * `onConnected` (see `DtlsHandshake`); `onFailed` may still come, and then they are to be forgotten.
   */
  onKeys(keys: SrtpKeys): void;
  /** The handshake is done: application data may flow too. */
  onConnected(): void;
  onData(data: Buffer): void;
  /** The peer ended the association (an authenticated alert). */
  onClosed(): void;
  onFailed(failure: DtlsFailure, detail: string): void;
}

/**
 * One DTLS 1.2 association as WebRTC uses it (RFC 6347, RFC 8827 §6.5, RFC 5764): mutual certificates checked against
 * SDP fingerprints, ephemeral keys, AES-128-GCM, extended master secret demanded, no session resumption, no
 * renegotiation, no cookie exchange (an authenticated ICE check has proved the address already).
 *
 * Unauthenticated alerts and records that do not fit are ignored: strangers cannot end a handshake by guessing.
 */
export class DtlsAssociation {
  readonly #events: DtlsEvents;
  readonly #writer = new RecordWriter();
  readonly #handshake: DtlsHandshake;
  #reader: RecordReader | undefined;
  #state: 'handshake' | 'connected' | 'failed' | 'closed' = 'handshake';
  #early: DtlsRecord[] = [];

  constructor(options: DtlsOptions & { events: DtlsEvents }) {
    const { events } = options;
    this.#events = events;
    this.#handshake = new DtlsHandshake(options, this.#writer, {
      send: (datagram) => events.send(datagram),
      onReader: (reader) => {
        this.#reader = reader;
      },
      onKeys: (keys) => events.onKeys(keys),
      onDone: () => {
        // Who got the keys may have closed us.
        if (this.#state !== 'handshake') return;
        this.#state = 'connected';
        events.onConnected();
      },
      onFailed: (failure, detail) => this.#fail(failure, detail),
    });
  }

  get connected(): boolean {
    return this.#state === 'connected';
  }

  /** Sends the client's first flight; a server waits. Call it when there is an address to send to. */
  start(): void {
    this.#handshake.start();
  }

  /** Takes a datagram whose first byte says DTLS. */
  receive(datagram: Buffer): void {
    for (const record of parseRecords(datagram)) this.#onRecord(record);
    if (!this.#reader || this.#early.length === 0) return;
    const early = this.#early;
    this.#early = [];
    for (const record of early) this.#onRecord(record);
  }

  /** Sends application data (an SCTP packet); false before the handshake is done. */
  send(data: Buffer): boolean {
    if (this.#state !== 'connected') return false;
    this.#events.send(this.#writer.protect(CONTENT_APPLICATION_DATA, data));
    return true;
  }

  /** Tells the peer and stops. */
  close(): void {
    if (this.#state === 'connected') this.#sendAlert(LEVEL_WARNING, ALERT_CLOSE_NOTIFY);
    this.#state = 'closed';
    this.#handshake.stop();
  }

  #onRecord(record: DtlsRecord): void {
    if (this.#state === 'failed' || this.#state === 'closed') return;
    if (record.epoch === 1) this.#onProtectedRecord(record);
    else if (record.epoch === 0 && record.type === CONTENT_HANDSHAKE && this.#state === 'handshake') {
      this.#handshake.receive(record.fragment, false);
    }
  }

  #onProtectedRecord(record: DtlsRecord): void {
    const mustWait = !this.#reader || (this.#state !== 'connected' && record.type === CONTENT_APPLICATION_DATA);
    if (mustWait) {
      if (this.#early.length < MAX_EARLY_RECORDS) this.#early.push(record);
      return;
    }
    const plaintext = this.#reader!.open(record);
    if (!plaintext) return;
    if (record.type === CONTENT_APPLICATION_DATA) this.#events.onData(plaintext);
    else if (record.type === CONTENT_HANDSHAKE) this.#handshake.receive(plaintext, true);
    else if (record.type === CONTENT_ALERT) this.#onAlert(plaintext);
  }

  #onAlert(alert: Buffer): void {
    const isFatal = alert[0] === LEVEL_FATAL;
    if (!isFatal && alert[1] !== ALERT_CLOSE_NOTIFY) return;
    if (this.#state === 'handshake') {
      this.#fail('dtls-failed', `peer sent alert ${alert[1]}`);
      return;
    }
    this.#state = 'closed';
    this.#handshake.stop();
    this.#events.onClosed();
  }

  #sendAlert(level: number, description: number): void {
    const alert = Buffer.from([level, description]);
    const isProtected = this.#state === 'connected';
    this.#events.send(
      isProtected ? this.#writer.protect(CONTENT_ALERT, alert) : this.#writer.plain(CONTENT_ALERT, alert),
    );
  }

  #fail(failure: DtlsFailure, detail: string): void {
    if (this.#state !== 'handshake') return;
    const description = failure === 'fingerprint-mismatch' ? ALERT_BAD_CERTIFICATE : ALERT_HANDSHAKE_FAILURE;
    this.#sendAlert(LEVEL_FATAL, description);
    this.#state = 'failed';
    this.#handshake.stop();
    this.#early = [];
    this.#events.onFailed(failure, detail);
  }
}
