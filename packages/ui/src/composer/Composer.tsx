import type { OutgoingFile } from '@alongside/client';
import { MESSAGE_FILES_MAX, type Visibility } from '@alongside/contracts';
import { ArrowUp, FolderUp, Lock, Paperclip, X } from 'lucide-react';
import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../app/cx.ts';
import { useLocale } from '../app/LocaleProvider.tsx';
import { Button } from '../base/Button.tsx';
import { IconButton } from '../base/IconButton.tsx';
import { SegmentedControl } from '../base/SegmentedControl.tsx';
import { useToast } from '../base/Toast.tsx';
import { FileOffers } from '../diagnosis/FileOffers.tsx';
import type { DiagnosedFile } from '../diagnosis/file-diagnosis.ts';
import { useFileOffers } from '../diagnosis/use-file-offers.ts';
import { FileIcon, FileName } from '../files/FileChip.tsx';
import { UploadRow } from '../files/UploadRow.tsx';
import { timeOfDay } from '../ticket/time-words.ts';
import styles from './Composer.module.css';
import { carriesFiles, filesOfDrop, filesOfPaste } from './dropped-files.ts';
import { useComposer } from './use-composer.ts';

export type ComposerHandle = {
  focus(visibility?: Visibility): void;
  addFiles(files: readonly File[]): void;
  /** Puts a message back that was discarded: its text above what is already written, and its files. */
  restore(message: { body: string; files: readonly OutgoingFile[]; visibility?: Visibility }): void;
  /** Adds text to the reply, below what is already written; to the note, where one is half written. */
  insert(text: string): void;
};

export type ComposerProps = {
  /** A ticket's id, or a name for what is not a ticket yet. Drafts and uploads are kept under it. */
  draftKey: string;
  placeholder?: string;
  /** Whether internal notes can be written too. */
  mayNote?: boolean;
  mayReply?: boolean;
  onSend: (message: { body: string; visibility: Visibility; files: readonly OutgoingFile[] }) => void;
  /** On each key press; throttle elsewhere. */
  onTyping?: (visibility: Visibility) => void;
  /**
   * Files that look like a record of a call are offered to be masked and judged, and held until one has chosen. Told of
   * each masked file that was attached; leave out where nothing comes of it.
   */
  onDiagnosed?: (fileId: string, found: DiagnosedFile) => void;
  /** Further buttons in the bar, before sending. */
  actions?: ReactNode;
  /** Taller and calmer: for whoever writes rarely. */
  roomy?: boolean;
  autoFocus?: boolean;
  ref?: Ref<ComposerHandle>;
};

/**
 * Where one writes. Enter sends, Shift+Enter breaks the line, Ctrl/⌘+Enter always sends; an Enter that ends the input
 * method's composition does neither. Files come by button, paste or drop.
 */
export function Composer(props: ComposerProps) {
  const {
    draftKey,
    placeholder,
    mayNote = false,
    mayReply = true,
    onSend,
    onTyping,
    onDiagnosed,
    actions,
    roomy,
    autoFocus,
    ref,
  } = props;
  const { t } = useTranslation('ui');
  const { locale } = useLocale();
  const toast = useToast();
  const composer = useComposer(draftKey);
  const { draft, change } = composer;
  const visibility: Visibility = mayNote && (draft.visibility === 'internal' || !mayReply) ? 'internal' : 'public';
  const isNote = visibility === 'internal';
  const hasFiles = composer.uploads.length > 0 || composer.earlier.length > 0;
  // What was begun for the team alone never becomes public by something being added to it.
  const holdsNote = isNote && (draft.body.trim() !== '' || hasFiles);
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const folderPicker = useRef<HTMLInputElement>(null);
  const [dragging, setDragging] = useState(false);
  const { offers, offer, remember, settle } = useFileOffers(draftKey);
  const dragDepth = useRef(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew when the text changed
  useLayoutEffect(() => grow(area.current), [draft.body]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation takes the focus anew
  useEffect(() => {
    if (autoFocus) area.current?.focus();
  }, [autoFocus, draftKey]);

  useImperativeHandle(ref, () => ({
    focus(next) {
      if (next) change({ visibility: next });
      area.current?.focus();
    },
    addFiles,
    restore({ body, files, visibility: restored = 'public' }) {
      change({
        body: draft.body ? `${body}\n${draft.body}` : body,
        visibility: holdsNote ? 'internal' : restored,
      });
      composer.putBack(files);
      area.current?.focus();
    },
    insert(text) {
      const before = draft.body.trimEnd();
      change({ body: before ? `${before}\n\n${text}` : text, visibility: holdsNote ? 'internal' : 'public' });
      area.current?.focus();
    },
  }));

  function addFiles(files: readonly File[]): void {
    if (onDiagnosed) void offer(files, attach);
    else attach(files);
  }

  /** @returns the files' ids, as far as there was room */
  function attach(files: readonly File[]): string[] {
    const { ids, refused } = composer.addFiles(files);
    if (refused > 0) toast.show({ tone: 'error', message: t('composer.tooMany', { max: MESSAGE_FILES_MAX }) });
    area.current?.focus();
    return ids;
  }

  function send(): void {
    const message = composer.take();
    if (message) onSend({ ...message, visibility });
    area.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    // 229 is how Safari reports the Enter that ends a composition, after `isComposing` is already false.
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.shiftKey || event.altKey) return;
    event.preventDefault();
    send();
  }

  function onPaste(event: ClipboardEvent): void {
    const files = filesOfPaste(event.clipboardData, () =>
      t('composer.pastedImage', { time: timeOfDay(Date.now(), locale).replace(':', '-') }),
    );
    if (files.length === 0) return;
    event.preventDefault();
    addFiles(files);
  }

  async function onDrop(event: DragEvent): Promise<void> {
    if (!carriesFiles(event.dataTransfer)) return;
    event.preventDefault();
    dragDepth.current = 0;
    setDragging(false);
    addFiles(await filesOfDrop(event.dataTransfer, MESSAGE_FILES_MAX + 1));
  }

  function onDrag(event: DragEvent, step: 1 | -1): void {
    if (!carriesFiles(event.dataTransfer)) return;
    event.preventDefault();
    dragDepth.current += step;
    setDragging(dragDepth.current > 0);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping has its keyboard equal in the attach button
    <div
      className={cx(styles.root, isNote && styles.note, roomy && styles.roomy, dragging && styles.dragging)}
      onDragEnter={(event) => onDrag(event, 1)}
      onDragLeave={(event) => onDrag(event, -1)}
      onDragOver={(event) => carriesFiles(event.dataTransfer) && event.preventDefault()}
      onDrop={onDrop}
    >
      {mayNote && mayReply ? (
        <div className={styles.modes}>
          <SegmentedControl
            size="sm"
            label={t('composer.mode')}
            value={visibility}
            onChange={(next) => {
              change({ visibility: next });
              area.current?.focus();
            }}
            options={[
              { value: 'public', label: t('composer.reply') },
              {
                value: 'internal',
                tone: 'note',
                label: (
                  <>
                    <Lock size={12} aria-hidden />
                    {t('composer.note')}
                  </>
                ),
              },
            ]}
          />
          {isNote ? <span className={styles.noteHint}>{t('message.noteHint')}</span> : null}
        </div>
      ) : null}
      <textarea
        ref={area}
        className={styles.area}
        rows={roomy ? 3 : 1}
        dir="auto"
        value={draft.body}
        aria-label={t(isNote ? 'composer.noteLabel' : 'composer.label')}
        placeholder={isNote ? t('composer.notePlaceholder') : (placeholder ?? t('composer.placeholder'))}
        onChange={(event) => {
          change({ body: event.target.value });
          if (event.target.value.trim() !== '') onTyping?.(visibility);
        }}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      {onDiagnosed && offers.length > 0 ? (
        <div className={styles.offers}>
          <FileOffers removeFile={composer.removeFile} {...{ offers, attach, remember, settle, onDiagnosed }} />
        </div>
      ) : null}
      {hasFiles ? (
        <ul className={styles.files} aria-label={t('composer.attachments')}>
          {composer.earlier.map((file) => (
            <li key={file.id} className={styles.earlier}>
              <FileIcon mediaType={file.mediaType} size={17} />
              <FileName name={file.name} />
              <IconButton
                size="sm"
                label={t('upload.remove', { name: file.name })}
                icon={<X size={15} aria-hidden />}
                onClick={() => composer.removeFile(file.id)}
              />
            </li>
          ))}
          {composer.uploads.map((upload) => (
            <li key={upload.id}>
              <UploadRow
                upload={upload}
                onPause={() => composer.pause(upload.id)}
                onResume={() => composer.resume(upload.id)}
                onCancel={() => composer.removeFile(upload.id)}
              />
            </li>
          ))}
        </ul>
      ) : null}
      <div className={styles.bar}>
        <IconButton
          label={t('composer.attach')}
          icon={<Paperclip size={18} aria-hidden />}
          onClick={() => picker.current?.click()}
        />
        <IconButton
          className={styles.folder}
          label={t('composer.attachFolder')}
          icon={<FolderUp size={18} aria-hidden />}
          onClick={() => folderPicker.current?.click()}
        />
        {actions}
        <span className={styles.space}>
          {composer.over > 0 ? (
            <span className={styles.over} role="alert">
              {t('composer.tooLong', { over: composer.over })}
            </span>
          ) : composer.hasTooMany ? (
            <span className={styles.over} role="alert">
              {t('composer.tooMany', { max: MESSAGE_FILES_MAX })}
            </span>
          ) : (
            <span className={styles.hint}>{t('composer.hint')}</span>
          )}
        </span>
        <Button
          variant="primary"
          className={cx(styles.send, isNote && styles.sendNote)}
          disabled={!composer.canSend}
          icon={isNote ? <Lock size={15} aria-hidden /> : <ArrowUp size={17} aria-hidden />}
          onClick={send}
        >
          {t(isNote ? 'composer.addNote' : 'composer.send')}
        </Button>
      </div>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          addFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <input
        ref={(element) => {
          folderPicker.current = element;
          // React does not know the attribute; it makes the picker choose a folder.
          element?.setAttribute('webkitdirectory', '');
        }}
        type="file"
        hidden
        onChange={(event) => {
          addFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      {dragging ? <div className={styles.drop}>{t('composer.drop')}</div> : null}
    </div>
  );
}

// The height follows the text up to a limit set in the style sheet.
function grow(area: HTMLTextAreaElement | null): void {
  if (!area) return;
  area.style.height = 'auto';
  area.style.height = `${area.scrollHeight}px`;
}
