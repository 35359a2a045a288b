import { describe, expect, it } from 'vitest';
import { isZoneMatch, timeZones, zoneOf } from './time-zones.ts';

const JULY = Date.UTC(2026, 6, 1);

describe('time zones', () => {
  it('are known by name and offset in the reader’s language', () => {
    expect(zoneOf('Asia/Shanghai', 'en', JULY)).toMatchObject({ name: 'China Standard Time', offset: 'UTC+08:00' });
    expect(zoneOf('Asia/Shanghai', 'zh-CN', JULY).name).toContain('中国');
    expect(zoneOf('Europe/Berlin', 'en', JULY).offset).toBe('UTC+02:00');
    expect(zoneOf('UTC', 'en', JULY).offset).toBe('UTC+00:00');
    expect(zoneOf('Mars/Olympus', 'en', JULY)).toEqual({ id: 'Mars/Olympus', name: '', offset: '' });
  });

  it('are found by place, by name and by offset', () => {
    const found = (query: string) =>
      timeZones('zh-CN', JULY)
        .filter((zone) => isZoneMatch(zone, query))
        .map((zone) => zone.id);
    expect(found('new york')).toEqual(['America/New_York']);
    expect(found('Asia +08:00')).toContain('Asia/Shanghai');
    expect(found('中国')).toContain('Asia/Shanghai');
    expect(found('nowhere at all')).toEqual([]);
    expect(found('utc').length).toBeGreaterThan(100);
  });
});
