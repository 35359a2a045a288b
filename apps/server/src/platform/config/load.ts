import { resolve } from 'node:path';
import { type Config, SETTINGS, type Setting } from './settings.ts';

/** The environment asks for something that cannot be; the message names each variable and is meant for the operator. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
    this.name = 'ConfigError';
  }
}

/**
 * Reads and validates the whole configuration.
 * @param environment usually `process.env`; absent and empty variables take their fallbacks
 * @throws ConfigError naming every wrong variable at once; values of secrets are not repeated
 */
export function loadConfig(environment: Record<string, string | undefined>): Config {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries<Setting>(SETTINGS)) {
    const given = environment[setting.env]?.trim();
    const text = given || setting.fallback;
    if (text === null) continue;
    const parsed = setting.schema.safeParse(text);
    if (parsed.success) values[name] = parsed.data;
    else {
      const shown = setting.secret ? 'the given value' : `“${text}”`;
      problems.push(`${setting.env}: ${parsed.error.issues.map((issue) => issue.message).join('; ')} (got ${shown})`);
    }
  }
  // The parts were checked one by one above; from here on the names and types of the table hold.
  const config = values as Config;
  problems.push(...contradictions(config));
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({ ...config, dataDir: resolve(config.dataDir) });
}

/** Settings that are right alone and wrong together. */
function contradictions(config: Partial<Config>): string[] {
  const problems: string[] = [];
  const together = (wanted: boolean, missing: [string, unknown][], why: string) => {
    for (const [env, value] of missing) if (wanted && value === undefined) problems.push(`${env}: is needed ${why}`);
  };
  together(config.tlsKeyFile !== undefined, [['TLS_CERT_FILE', config.tlsCertFile]], 'together with TLS_KEY_FILE');
  together(config.tlsCertFile !== undefined, [['TLS_KEY_FILE', config.tlsKeyFile]], 'together with TLS_CERT_FILE');
  together(
    config.livekitUrl !== undefined,
    [
      ['LIVEKIT_API_KEY', config.livekitApiKey],
      ['LIVEKIT_API_SECRET', config.livekitApiSecret],
    ],
    'together with LIVEKIT_URL',
  );
  together(
    config.livekitApiKey !== undefined,
    [['LIVEKIT_API_SECRET', config.livekitApiSecret]],
    'together with LIVEKIT_API_KEY',
  );
  together(config.turnUrls !== undefined, [['TURN_SECRET', config.turnSecret]], 'together with TURN_URLS');
  together(config.turnSecret !== undefined, [['TURN_URLS', config.turnUrls]], 'together with TURN_SECRET');
  together(config.turnKeyFile !== undefined, [['TURN_CERT_FILE', config.turnCertFile]], 'together with TURN_KEY_FILE');
  together(config.turnCertFile !== undefined, [['TURN_KEY_FILE', config.turnKeyFile]], 'together with TURN_CERT_FILE');
  together(
    config.turnTlsPort !== undefined && config.tlsCertFile === undefined,
    [['TURN_CERT_FILE', config.turnCertFile]],
    'together with TURN_TLS_PORT where there is no TLS_CERT_FILE',
  );
  together(
    config.turnTlsPort !== undefined && config.turnTlsPort === config.port,
    [['TLS_CERT_FILE', config.tlsCertFile]],
    'where TURN_TLS_PORT is the same as PORT',
  );
  together(
    [config.turnUdpPort, config.turnTcpPort, config.turnTlsPort].some((port) => port !== undefined),
    [['TURN_HOST', config.turnHost ?? config.publicUrl ?? config.mediaAddresses]],
    'together with TURN_UDP_PORT, TURN_TCP_PORT or TURN_TLS_PORT where there is neither PUBLIC_URL nor MEDIA_ADDRESSES',
  );
  together(
    config.s3Bucket !== undefined,
    [
      ['S3_ACCESS_KEY_ID', config.s3AccessKey],
      ['S3_SECRET_ACCESS_KEY', config.s3SecretKey],
    ],
    'together with S3_BUCKET',
  );
  together(
    config.smtpUrl !== undefined,
    [['PUBLIC_URL', config.publicUrl]],
    // Believed from a request, a stranger would choose whom the link in somebody else's mail leads to.
    'together with SMTP_URL: links in mails must lead to your own address, such as https://support.example.com',
  );
  return [...new Set(problems)];
}
