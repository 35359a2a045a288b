import type { ConnectionField, DeviceField, TrackField } from '../model/fields.ts';

/** Where a cause lies. */
export type Area = 'network' | 'connection' | 'audio' | 'video' | 'sync' | 'device';

/** How much people notice of it. */
export type Severity = 'minor' | 'major' | 'critical';

/** What is compared with a threshold; the unit is the end of its name. */
export type Measure =
  | TrackField
  | ConnectionField
  | DeviceField
  | 'durationMs'
  | 'count'
  | 'usedMemoryRatio'
  | 'receivedShareRatio';

/** A number a finding stands on, with what it was compared with. */
export type Evidence = {
  measure: Measure;
  /** Mean over the finding's time unless it is a count or a duration. */
  value: number;
  /** The worst of it; null where there is no worse and better. */
  worst: number | null;
  threshold: number | null;
  /** On which side of the threshold trouble lies. */
  trouble: 'above' | 'below';
};

/** Whose call it concerns, and which direction, seen from that person. */
export type Subject = {
  participantId: string;
  connectionId: string | null;
  trackId: string | null;
  direction: 'send' | 'receive' | null;
  kind: 'audio' | 'video' | null;
};

/** One fault, by one rule, in one stretch of time. */
export type Finding = {
  rule: string;
  area: Area;
  subject: Subject;
  fromMs: number;
  toMs: number;
  severity: Severity;
  /** 0 to 1: how sure it is that this happened, not that it is the cause. */
  confidence: number;
  evidence: Evidence[];
  /** For the words of the finding: names, addresses, codes. */
  facts: Record<string, string | number>;
};
