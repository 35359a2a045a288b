import { AppError, Email, type Locale, type LocalisedText, NAME_MAX_LENGTH } from '@alongside/contracts';
import { decodeProtectedHeader, errors, jwtVerify } from 'jose';

/** Clocks of other machines may be off by this much. */
const LEEWAY_SECONDS = 60;

/** A proof that could be replayed for longer than a day is none. */
const AGE_MAX_SECONDS = 24 * 3_600;

/** What the host page's back end says about a person. */
export type Identity = {
  /** The customer's own id of the person. */
  externalId: string;
  name: string | null;
  email: string | null;
  /** Name of their organisation. */
  organisation: string | null;
  /** Id of the one organisation whose own key this is; null: a key of the workspace, which may name any. */
  boundTo: string | null;
};

/** What is to be known of a key to check a signature with it. */
export type SigningKey = { secret: string; organisation: { id: string; name: string } | null };

const REASONS = {
  unreadable: { en: 'the identity cannot be read', 'zh-CN': '身份信息无法读取' },
  unknownKey: { en: 'its signing key is unknown or was revoked', 'zh-CN': '签名密钥不存在或已吊销' },
  signature: { en: 'the signature does not fit', 'zh-CN': '签名不匹配' },
  expired: { en: 'it has expired', 'zh-CN': '身份信息已过期' },
  early: { en: 'it is not valid yet', 'zh-CN': '身份信息尚未生效' },
  tooLong: { en: 'it must expire within a day', 'zh-CN': '有效期不得超过一天' },
  foreign: { en: 'its signing key belongs to another organisation', 'zh-CN': '签名密钥属于其他组织' },
  claim: { en: 'sub or exp is missing, or a field has the wrong form', 'zh-CN': '缺少 sub 或 exp，或字段格式不正确' },
} satisfies Record<string, LocalisedText>;

/**
 * Checks a signed identity: a JWT (RFC 7519) with HS256, `kid` naming one of our keys, `sub` and `exp`, at most a day long.
 * A key that belongs to one organisation vouches for that one's people only.
 * @param keyOf finds a key
 * @throws AppError `identity_rejected`, with the reason in the reader's language
 */
export async function verifyIdentity(
  token: string,
  keyOf: (keyId: string) => Promise<SigningKey | undefined>,
  locale: Locale,
  now = new Date(),
): Promise<Identity & { keyId: string }> {
  const reject = (reason: keyof typeof REASONS) => rejection(reason, locale);
  const keyId = readKeyId(token);
  if (keyId === undefined) throw reject('unreadable');
  const key = await keyOf(keyId);
  if (key === undefined) throw reject('unknownKey');
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(key.secret), {
      // Named here, or a token could choose a weaker way by itself (RFC 8725 section 3.1).
      algorithms: ['HS256'],
      requiredClaims: ['sub', 'exp'],
      clockTolerance: LEEWAY_SECONDS,
      currentDate: now,
    });
    const latest = now.getTime() / 1000 + AGE_MAX_SECONDS + LEEWAY_SECONDS;
    const oldest = now.getTime() / 1000 - AGE_MAX_SECONDS - LEEWAY_SECONDS;
    if (payload.exp! > latest || (payload.iat ?? oldest) < oldest) throw reject('tooLong');
    const claims = readClaims(payload);
    if (!claims) throw reject('claim');
    if (key.organisation !== null && !names(claims.organisation, key.organisation)) throw reject('foreign');
    return { ...claims, boundTo: key.organisation?.id ?? null, keyId };
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof errors.JWTExpired) throw reject('expired');
    if (error instanceof errors.JWSSignatureVerificationFailed) throw reject('signature');
    if (error instanceof errors.JWTClaimValidationFailed) throw reject(error.claim === 'nbf' ? 'early' : 'claim');
    throw reject('unreadable');
  }
}

/** Why an identity is not believed, in words. */
export function rejection(reason: keyof typeof REASONS, locale: Locale): AppError {
  return new AppError('identity_rejected', { reason: REASONS[reason][locale] });
}

function readKeyId(token: string): string | undefined {
  try {
    const { kid } = decodeProtectedHeader(token);
    return kid !== undefined && /^[0-9a-f-]{36}$/i.test(kid) ? kid : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this is what the organisation is called; saying nothing means it. */
function names(claim: string | null, organisation: { name: string }): boolean {
  return claim === null || claim.toLowerCase() === organisation.name.toLowerCase();
}

function readClaims(claims: Record<string, unknown>): Omit<Identity, 'boundTo'> | null {
  const externalId = text(claims.sub, 200);
  const name = text(claims.name, NAME_MAX_LENGTH);
  const organisation = text(claims.organisation, NAME_MAX_LENGTH);
  if (!externalId || name === undefined || organisation === undefined) return null;
  const email = claims.email === undefined || claims.email === null ? null : Email.safeParse(claims.email).data;
  if (email === undefined) return null;
  return { externalId, name, organisation, email };
}

/** @returns null when absent, undefined when it is not a text we would store */
function text(claim: unknown, maxLength: number): string | null | undefined {
  if (claim === undefined || claim === null || claim === '') return null;
  if (typeof claim !== 'string') return undefined;
  const trimmed = claim.trim();
  const storable =
    trimmed.length > 0 && trimmed.length <= maxLength && !trimmed.includes('\0') && trimmed.isWellFormed();
  return storable ? trimmed : undefined;
}
