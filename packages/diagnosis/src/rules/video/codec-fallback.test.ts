import { describe, expect, test } from 'vitest';
import type { TrackField } from '../../model/fields.ts';
import { callOf, seconds, T0, videoCall } from '../../testing.ts';
import { codecFallback } from './codec-fallback.ts';

type Change = [second: number, before: string, now: string];
type Row = Partial<Record<TrackField, number>>;

const sized = (heightPx: number): Row => ({ framesPerSecond: 25, widthPx: (heightPx * 16) / 9, heightPx });
const TO_SOFTWARE: Change = [10, 'ExternalDecoder', 'libvpx'];

/** A picture of half a minute, and what coded it. */
function found(rows: Row[], changes: Change[], direction: 'send' | 'receive' = 'receive', mimeType = 'video/VP8') {
  const session = callOf({
    ...videoCall(rows, direction),
    events: changes.map(([second, before, now]) => ({
      type: 'implementation_changed' as const,
      second,
      trackId: 't0',
      before,
      now,
    })),
  });
  for (const track of session.tracks) track.mimeType = mimeType;
  return codecFallback.find(session).map(({ fromMs, toMs }) => [(fromMs - T0) / 1_000, (toMs - T0) / 1_000]);
}

describe('software takes over', () => {
  test('of a large picture it is told, of a small one it is how browsers do it', () => {
    expect(found(seconds(31, sized(720)), [TO_SOFTWARE])).toEqual([[10, 30]]);
    expect(found(seconds(31, sized(360)), [TO_SOFTWARE])).toEqual([[10, 30]]);
    expect(found([...seconds(11, sized(720)), ...seconds(20, sized(180))], [TO_SOFTWARE])).toEqual([]);
    expect(found(seconds(31, sized(180)), [[10, 'ExternalEncoder', 'libvpx']], 'send')).toEqual([]);
  });

  test('that was small for a moment only is told', () => {
    expect(found([...seconds(14, sized(180)), ...seconds(17, sized(720))], [TO_SOFTWARE])).toEqual([[10, 30]]);
  });

  test('of VP9 with several layers hardware cannot do it: told where it failed', () => {
    const rows = seconds(31, sized(720));
    expect(found(rows, [TO_SOFTWARE], 'receive', 'video/VP9')).toEqual([]);
    const failed: Change = [10, 'ExternalDecoder', 'libvpx (fallback from: ExternalDecoder)'];
    expect(found(rows, [failed], 'receive', 'video/VP9')).toEqual([[10, 30]]);
    expect(found(rows, [[10, 'ExternalEncoder', 'libvpx']], 'send', 'video/VP9')).toEqual([[10, 30]]);
  });

  test('is over when hardware comes back', () => {
    const back: Change = [20, 'libvpx', 'ExternalDecoder'];
    expect(found(seconds(31, sized(720)), [TO_SOFTWARE, back])).toEqual([[10, 20]]);
    const other: Change = [20, 'libvpx', 'ffmpeg'];
    expect(found(seconds(31, sized(720)), [TO_SOFTWARE, other])).toEqual([[10, 30]]);
  });
});
