import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SessionBuilder } from './model/session-builder.ts';
import { RULES } from './rules/index.ts';
import { findAll } from './rules/rule.ts';
import { judge } from './verdict/verdict.ts';
import { decodeRows } from './wire/decode-rows.ts';
import type { SampleRows } from './wire/sample-rows.ts';

const FOLDER = join(import.meta.dirname, '../fixtures');

/** As bench/src/diagnosis/trace.ts writes it. */
type Trace = {
  kind: 'faulty' | 'borderline' | 'clean';
  fault: string | null;
  rule: string | null;
  participantId: string | null;
  batches: { participantId: string; rows: SampleRows }[];
};

const traces = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json.gz'))
  .map((name) => ({ name, trace: JSON.parse(String(gunzipSync(readFileSync(join(FOLDER, name))))) as Trace }));
const ofKind = (kind: Trace['kind']) => traces.filter(({ trace }) => trace.kind === kind);

function sessionOf({ batches }: Trace) {
  const builder = new SessionBuilder('live');
  for (const { participantId, rows } of batches)
    decodeRows(rows, builder, { participantId, prefix: `${participantId} `, offsetMs: 0 });
  return builder.build();
}

describe('calls recorded by the fault benchmark', () => {
  it.each(ofKind('faulty'))('$name: its rule finds the fault, of the right person', ({ trace }) => {
    const found = findAll(RULES, sessionOf(trace)).map(({ rule, subject }) => `${rule} ${subject.participantId}`);
    expect(found).toContain(`${trace.rule} ${trace.participantId}`);
  });

  it.each(ofKind('borderline'))('$name: just short of a fault, its rule is silent', ({ trace }) => {
    const found = findAll(RULES, sessionOf(trace)).map(({ rule }) => rule);
    expect(found).not.toContain(trace.rule);
  });

  it.each(ofKind('clean'))('$name: nothing is wrong', ({ trace }) => {
    const { state, causes } = judge(sessionOf(trace), RULES);
    expect({ state, causes: causes.map(({ finding }) => finding.rule) }).toEqual({ state: 'healthy', causes: [] });
  });

  // What blunts rules for the dumps of other products must not hide what is wrong in them.
  const network = ofKind('faulty').filter(({ name }) => /^(jitter|loss-|rate-|delay|outage|throttled)/.test(name));
  it.each(network)('$name: found as well where a dump does not say what its pictures show', ({ trace }) => {
    const session = sessionOf(trace);
    const tracks = session.tracks.map((track) => ({ ...track, source: 'unknown' as const }));
    const found = findAll(RULES, { ...session, format: 'get_stats', tracks });
    expect(found.map(({ rule, subject }) => `${rule} ${subject.participantId}`)).toContain(
      `${trace.rule} ${trace.participantId}`,
    );
  });

  it('there are some', () => {
    expect(ofKind('faulty').length).toBeGreaterThan(10);
    expect(ofKind('clean').length).toBeGreaterThan(0);
  });
});
