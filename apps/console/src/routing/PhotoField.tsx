import { Avatar, Button, IconButton, Spinner, useClient, useStore } from '@alongside/ui';
import { ImageUp, Trash2 } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CropDialog } from './CropDialog.tsx';
import styles from './PhotoField.module.css';

export type Photo = { fileId: string; url: string };

/** One's photo: chosen, cut to a square, sent to the server; saved with the profile. */
export function PhotoField({
  person,
  url,
  error,
  onChange,
}: {
  person: { id: string; name: string };
  /** The photo there is; null shows the initials. */
  url: string | null;
  error: string | null;
  onChange: (photo: Photo | null) => void;
}) {
  const { t } = useTranslation('routing');
  const { uploads } = useClient();
  const all = useStore(uploads);
  const input = useRef<HTMLInputElement>(null);
  const hintId = useId();
  const [picture, setPicture] = useState<ImageBitmap | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [sending, setSending] = useState<Photo | null>(null);
  const upload = sending ? all.find(({ id }) => id === sending.fileId) : undefined;
  const made = useRef<string[]>([]);
  const isSending = sending !== null && upload?.state !== 'failed';

  useEffect(() => {
    if (!sending || upload?.state !== 'done') return;
    onChange(sending);
    setSending(null);
    uploads.forget([sending.fileId]);
  }, [sending, upload?.state, onChange, uploads]);

  // The browser keeps a picture in memory for as long as it has an address.
  useEffect(
    () => () => {
      for (const address of made.current.splice(0)) URL.revokeObjectURL(address);
    },
    [],
  );

  async function open(file: File | undefined): Promise<void> {
    setProblem(null);
    if (!file) return;
    try {
      setPicture(await createImageBitmap(file));
    } catch {
      setProblem(t('profile.photo.noPicture'));
    }
  }

  function send(content: Blob): void {
    setPicture(null);
    const file = new File([content], 'photo.jpg', { type: content.type });
    const address = URL.createObjectURL(content);
    made.current.push(address);
    setSending({ fileId: uploads.add(file, `photo:${person.id}`), url: address });
  }

  const refusal = upload?.state === 'failed' ? upload.error?.message : undefined;
  const failure = problem ?? refusal ?? error;
  return (
    <div className={styles.field}>
      <span className={styles.frame}>
        <Avatar id={person.id} name={person.name} kind="staff" size={96} photoUrl={sending?.url ?? url} />
        {isSending ? (
          <span className={styles.busy}>
            <Spinner size={22} label={t('profile.photo.sending')} />
          </span>
        ) : null}
      </span>
      <div className={styles.side}>
        <div className={styles.buttons}>
          <Button
            icon={<ImageUp size={16} aria-hidden />}
            busy={isSending}
            aria-describedby={hintId}
            onClick={() => input.current?.click()}
          >
            {t(url ? 'profile.photo.change' : 'profile.photo.choose')}
          </Button>
          {url && !isSending ? (
            <IconButton
              label={t('profile.photo.remove')}
              icon={<Trash2 size={16} aria-hidden />}
              onClick={() => onChange(null)}
            />
          ) : null}
        </div>
        <input
          ref={input}
          type="file"
          className={styles.input}
          accept="image/png,image/jpeg,image/webp,image/gif"
          aria-label={t('profile.photo.choose')}
          tabIndex={-1}
          onChange={(event) => {
            void open(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
        {failure ? (
          <p className={styles.error} role="alert">
            {failure}
          </p>
        ) : (
          <p id={hintId} className={styles.hint}>
            {t('profile.photo.hint')}
          </p>
        )}
      </div>
      {picture ? <CropDialog picture={picture} onClose={() => setPicture(null)} onDone={send} /> : null}
    </div>
  );
}
