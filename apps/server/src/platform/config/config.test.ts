import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { configDocument } from './document.ts';
import { ConfigError, loadConfig } from './load.ts';

describe('configuration', () => {
  test('takes its defaults from an empty environment, and treats empty variables as absent', () => {
    const config = loadConfig({ PORT: '', SMTP_URL: '  ' });
    expect(config.port).toBe(7700);
    expect(config.dataDir).toMatch(/^\/.*\/data$/);
    expect(config.databaseUrl).toBeUndefined();
    expect(config.smtpUrl).toBeUndefined();
    expect(config.trustedProxies).toEqual(['loopback']);
  });

  test('reads sizes with units, lists and flags', () => {
    const config = loadConfig({
      UPLOAD_MAX_BYTES: '2G',
      BODY_MAX_BYTES: '512 KiB',
      MEDIA_ADDRESSES: '203.0.113.4, 2001:db8::4,',
      S3_PATH_STYLE: 'no',
      PUBLIC_URL: 'https://support.example.com/',
    });
    expect(config.uploadMaxBytes).toBe(2 * 2 ** 30);
    expect(config.bodyMaxBytes).toBe(512 * 1024);
    expect(config.mediaAddresses).toEqual(['203.0.113.4', '2001:db8::4']);
    expect(config.s3PathStyle).toBe(false);
    expect(config.publicUrl).toBe('https://support.example.com');
  });

  test('names every wrong variable at once', () => {
    const message = failure({ PORT: 'eighty', UPLOAD_MAX_BYTES: 'huge', WIDGET_ORIGINS: 'https://a.example/path' });
    expect(message).toContain('3 mistakes');
    expect(message).toContain('PORT: must be a whole number from 0 to 65535 (got “eighty”)');
    expect(message).toContain('UPLOAD_MAX_BYTES: must be a number of bytes');
    expect(message).toContain('WIDGET_ORIGINS: “https://a.example/path” is not an origin');
  });

  test('takes proxies as addresses, ranges and names, and nothing else', () => {
    const proxies = ['loopback', '10.0.0.0/8', '2001:db8::/32', '192.0.2.1', 'fd00::1'];
    expect(loadConfig({ TRUSTED_PROXIES: proxies.join(', ') }).trustedProxies).toEqual(proxies);
    for (const wrong of ['proxy.example.com', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/255.0.0.0', 'everybody', '::1/129'])
      expect(failure({ TRUSTED_PROXIES: `loopback,${wrong}` })).toContain(`TRUSTED_PROXIES: “${wrong}” is no address`);
  });

  test('never repeats a wrong secret', () => {
    const message = failure({ DATABASE_URL: 'mysql://root:hunter2@localhost/x' });
    expect(message).toContain('DATABASE_URL');
    expect(message).not.toContain('hunter2');
  });

  test('sees settings that are missing beside each other', () => {
    expect(failure({ LIVEKIT_URL: 'wss://media.example.com' })).toContain(
      'LIVEKIT_API_SECRET: is needed together with LIVEKIT_URL',
    );
    expect(failure({ TLS_KEY_FILE: '/key.pem' })).toContain('TLS_CERT_FILE: is needed together with TLS_KEY_FILE');
  });

  test('sends no mail whose links would lead where a request said: SMTP_URL needs PUBLIC_URL', () => {
    const SMTP_URL = 'smtp://user:hunter2@mail.example.com';
    const message = failure({ SMTP_URL });
    expect(message).toMatch(/^ {2}PUBLIC_URL: is needed together with SMTP_URL: links in mails .*$/m);
    expect(message).not.toContain('hunter2');
    expect(loadConfig({ SMTP_URL, PUBLIC_URL: 'https://support.example.com' }).smtpUrl).toBe(SMTP_URL);
  });

  test('takes media and TURN addresses that are some, and nothing that could slip into a page’s policy', () => {
    const config = loadConfig({
      MEDIA_BACKUP_URLS: 'wss://media2.example.com, https://media3.example.com/rtc-proxy',
      TURN_URLS: 'turn:192.0.2.1:3478?transport=udp,turns:turn.example.com:443?transport=tcp,turn:[2001:db8::1]',
      TURN_SECRET: 'shared',
    });
    expect(config.mediaBackupUrls).toEqual(['wss://media2.example.com', 'https://media3.example.com/rtc-proxy']);
    expect(config.turnUrls).toHaveLength(3);
    expect(failure({ MEDIA_ADDRESSES: '203.0.113.4,media.example.com' })).toContain(
      'MEDIA_ADDRESSES: “media.example.com” is no IP address',
    );
    for (const wrong of [
      'media.example.com',
      'ftp://media',
      "wss://a;script-src 'unsafe-inline'",
      'wss://u:p@a',
      'wss://a?b',
    ])
      expect(failure({ MEDIA_BACKUP_URLS: wrong })).toContain('MEDIA_BACKUP_URLS: “');
    for (const wrong of ['turn.example.com', 'stun:turn.example.com', 'turn:a:1?transport=tls', 'turn:a b'])
      expect(failure({ TURN_URLS: wrong, TURN_SECRET: 's' })).toContain('TURN_URLS: “');
  });

  test('wants for a TURN server what it cannot do without', () => {
    expect(failure({ TURN_URLS: 'turn:turn.example.com' })).toContain('TURN_SECRET: is needed together with TURN_URLS');
    const lonely = failure({ TURN_TLS_PORT: '443' });
    expect(lonely).toContain('TURN_CERT_FILE: is needed together with TURN_TLS_PORT');
    expect(lonely).toContain('TURN_HOST: is needed');
    const tls = { TLS_CERT_FILE: 'c', TLS_KEY_FILE: 'k', PUBLIC_URL: 'https://support.example.com' };
    expect(loadConfig({ TURN_TLS_PORT: '443', ...tls }).turnTlsPort).toBe(443);
    // On the port of the pages only where this server speaks TLS itself.
    expect(loadConfig({ PORT: '443', TURN_TLS_PORT: '443', ...tls }).turnTlsPort).toBe(443);
    const proxied = { PUBLIC_URL: tls.PUBLIC_URL, TURN_CERT_FILE: 'c', TURN_KEY_FILE: 'k' };
    expect(failure({ PORT: '8443', TURN_TLS_PORT: '8443', ...proxied })).toContain(
      'TLS_CERT_FILE: is needed where TURN_TLS_PORT',
    );
    expect(loadConfig({ TURN_UDP_PORT: '3478', MEDIA_ADDRESSES: '203.0.113.4' }).turnUdpPort).toBe(3478);
  });

  test('is documented as it is: docs/generated/config.md', () => {
    const written = readFileSync(new URL('../../../../../docs/generated/config.md', import.meta.url), 'utf8');
    expect(written, 'stale: run `npx alongside config --document > docs/generated/config.md`').toBe(configDocument());
  });
});

function failure(environment: Record<string, string>): string {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('the configuration was accepted');
}
