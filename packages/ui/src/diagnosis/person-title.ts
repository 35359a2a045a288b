import type { DiagnosisParticipant } from '@alongside/contracts';
import type { TFunction } from 'i18next';
import { MEDIA_SERVER_ID } from './graph-layout.ts';

/**
 * Who measured, in words.
 * @param nameOf a name as it is shown, see `usePersonName`
 * @returns null where nobody said
 */
export function personTitle(
  { id, name, side }: Pick<DiagnosisParticipant, 'id' | 'name' | 'side'>,
  t: TFunction,
  nameOf: (name: string) => string,
): string | null {
  if (id === MEDIA_SERVER_ID) return t('mediaServer');
  const sideName = side && t(`side.${side}`);
  if (name === null) return sideName;
  return sideName ? t('person', { name: nameOf(name), side: sideName }) : nameOf(name);
}
