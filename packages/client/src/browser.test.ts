import { describe, expect, it } from 'vitest';
import { readUserAgent } from './browser.ts';

const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)';
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)';

describe('readUserAgent', () => {
  it('tells browsers apart that all claim to be each other', () => {
    expect(readUserAgent(`${WINDOWS} Chrome/141.0.0.0 Safari/537.36`)).toMatchObject({
      name: 'chrome',
      label: 'Chrome 141.0.0.0',
      platform: 'windows',
    });
    expect(readUserAgent(`${WINDOWS} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.1.2`).name).toBe('edge');
    expect(readUserAgent(`${WINDOWS} Chrome/141.0.0.0 Safari/537.36 OPR/120.0`)).toMatchObject({ name: 'other' });
    expect(readUserAgent(`${MAC} Version/26.1 Safari/605.1.15`)).toMatchObject({ name: 'safari', platform: 'macos' });
    expect(readUserAgent('Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0')).toMatchObject({
      name: 'firefox',
      platform: 'linux',
    });
  });

  it('sees the iPad behind the Macintosh', () => {
    expect(readUserAgent(`${MAC} Version/26.1 Safari/605.1.15`, 5).platform).toBe('ios');
  });

  it('says nothing of what it does not know', () => {
    expect(readUserAgent('')).toEqual({ name: 'other', label: '', platform: 'other', platformLabel: '' });
  });
});
