import type { DiagnosisLocale } from '../words/words.ts';
import type { MaskingReport, SecretKind } from './report.ts';

const WORDS: Record<
  DiagnosisLocale,
  {
    none: string;
    masked: (count: number, kinds: string, out: string) => string;
    and: string;
    kinds: Record<SecretKind, string>;
  }
> = {
  en: {
    none: 'No secrets found.',
    masked: (count, kinds, out) =>
      `${count} ${count === 1 ? 'secret' : 'secrets'} masked (${kinds}), written to ${out}.`,
    and: ', ',
    kinds: {
      token: 'tokens',
      api_key: 'API keys',
      password: 'passwords',
      authorization: 'authorizations',
      cookie: 'cookies',
      turn_credential: 'TURN credentials',
      private_key: 'private keys',
      ice_credential: 'ICE credentials',
      fingerprint: 'fingerprints',
      email: 'e-mail addresses',
      phone: 'phone numbers',
      address: 'IP addresses',
    },
  },
  'zh-CN': {
    none: '没有需要脱敏的内容。',
    masked: (count, kinds, out) => `已脱敏 ${count} 处（${kinds}），写入 ${out}。`,
    and: '、',
    kinds: {
      token: '令牌',
      api_key: 'API 密钥',
      password: '密码',
      authorization: '授权信息',
      cookie: 'Cookie',
      turn_credential: 'TURN 凭证',
      private_key: '私钥',
      ice_credential: 'ICE 凭证',
      fingerprint: '指纹',
      email: '邮箱地址',
      phone: '电话号码',
      address: 'IP 地址',
    },
  },
};

/** What was masked, in a sentence for people at a terminal. @param out where the masked file is */
export function maskingText({ total, counts }: MaskingReport, out: string, locale: DiagnosisLocale): string {
  const words = WORDS[locale];
  const kinds = Object.entries(counts).map(([kind, count]) => `${words.kinds[kind as SecretKind]} ${count}`);
  return total === 0 ? words.none : words.masked(total, kinds.join(words.and), out);
}
