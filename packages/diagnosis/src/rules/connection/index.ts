import type { Rule } from '../rule.ts';
import { backupMissing } from './backup-missing.ts';
import { backupSamePlace } from './backup-same-place.ts';
import { backupUnreachable } from './backup-unreachable.ts';
import { codecMismatch } from './codec-mismatch.ts';
import { consentLost } from './consent-lost.ts';
import { descriptionFailed } from './description-failed.ts';
import { dtlsStuck } from './dtls-stuck.ts';
import { fingerprintMismatch } from './fingerprint-mismatch.ts';
import { hostOnly } from './host-only.ts';
import { iceFailed } from './ice-failed.ts';
import { iceServerUnreachable } from './ice-server-unreachable.ts';
import { noCandidates } from './no-candidates.ts';
import { relayNeeded } from './relay-needed.ts';
import { relayPrivate } from './relay-private.ts';
import { serverUnreachable } from './server-unreachable.ts';
import { signallingLost } from './signalling-lost.ts';
import { turnFull } from './turn-full.ts';
import { turnRefused } from './turn-refused.ts';
import { turnUnauthorized } from './turn-unauthorized.ts';

/** Whether and how two ends find each other and agree. */
export const connectionRules: readonly Rule[] = [
  iceFailed,
  noCandidates,
  hostOnly,
  relayNeeded,
  relayPrivate,
  iceServerUnreachable,
  turnUnauthorized,
  turnFull,
  turnRefused,
  dtlsStuck,
  fingerprintMismatch,
  codecMismatch,
  descriptionFailed,
  consentLost,
  signallingLost,
  serverUnreachable,
  backupMissing,
  backupUnreachable,
  backupSamePlace,
];
