import type { MediaAddressFailure, MediaAddressReport } from '@alongside/contracts';
import type { TFunction } from 'i18next';

/** How one address of the media server failed, as the page saw it and, where known, as our server sees it. */
export type AddressWords = {
  /** Host and port. */
  host: string;
  here: string;
  server: string | null;
};

/** @param t of the catalogue `ui` */
export function addressWords(t: TFunction<'ui'>, failure: MediaAddressFailure | MediaAddressReport): AddressWords {
  const server = 'server' in failure ? failure.server : null;
  return {
    host: URL.parse(failure.url)?.host ?? failure.url,
    here: t(`mediaAddress.here.${failure.reason}`, { status: failure.status }),
    server: server && t(`mediaAddress.server.${server.state}`, { status: server.status }),
  };
}

/** All of them in one phrase. */
export function addressesText(t: TFunction<'ui'>, failures: readonly MediaAddressReport[]): string {
  return failures.map((failure) => t('mediaAddress.line', { ...addressWords(t, failure) })).join(t('mediaAddress.and'));
}
