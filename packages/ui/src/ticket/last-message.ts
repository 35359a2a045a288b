import type { TicketHead } from '@alongside/contracts';
import type { TFunction } from 'i18next';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { shortName } from '../files/file-words.ts';

type LastMessage = NonNullable<TicketHead['lastMessage']>;

/** The file that stands for a message without words; null where its words do. */
export function fileInPlaceOfWords({ preview, firstFile }: LastMessage): LastMessage['firstFile'] {
  return preview === '' ? firstFile : null;
}

/** A ticket's last message in one line: its words, or which files it is made of, e.g. `Photo: rack.png and 2 more`. */
export function lastMessageText(message: LastMessage, t: TFunction<'ui'>): string {
  const file = fileInPlaceOfWords(message);
  if (!file) return message.preview;
  const first = t(`lastMessage.${kindOf(file.mediaType)}`, { name: shortName(file.name) });
  return message.fileCount > 1 ? t('lastMessage.andMore', { first, count: message.fileCount - 1 }) : first;
}

/** The same in the reader's language. */
export function useLastMessageText(): (message: LastMessage) => string {
  const { t } = useTranslation('ui');
  return useCallback((message) => lastMessageText(message, t), [t]);
}

function kindOf(mediaType: string): 'image' | 'audio' | 'video' | 'file' {
  const [kind] = mediaType.split('/');
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'file';
}
