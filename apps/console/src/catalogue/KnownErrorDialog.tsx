import { newId } from '@alongside/client';
import {
  deleteKnownError,
  KNOWN_ERROR_AUDIENCES,
  KNOWN_ERROR_CODE_MAX,
  KNOWN_ERROR_TEXT_MAX,
  type KnownError,
  type KnownErrorAudience,
  type KnownErrorContent,
  listKnownErrors,
  saveKnownError,
} from '@alongside/contracts';
import { Button, Dialog, TextArea, TextField, useToast } from '@alongside/ui';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import { ChoiceCards } from '../settings/ChoiceCards.tsx';
import styles from './CatalogueSettings.module.css';

const SAID = ['meaning', 'causes', 'fix'] as const;
const LANGUAGES = ['en', 'zh-CN'] as const;
const FIELDS = ['code', 'component', ...SAID, 'affectedVersions', 'audience'];

const EMPTY: KnownErrorContent = {
  code: '',
  component: '',
  meaning: { en: '', 'zh-CN': '' },
  causes: { en: '', 'zh-CN': '' },
  fix: { en: '', 'zh-CN': '' },
  affectedVersions: '',
  audience: 'everyone',
};

/** An entry of the error catalogue, to write or to change. @param entry null makes a new one */
export function KnownErrorDialog({ entry, onClose }: { entry: KnownError | null; onClose: () => void }) {
  const { t } = useTranslation('catalogue');
  const toast = useToast();
  const formId = useId();
  const [id] = useState(() => entry?.id ?? newId());
  const [draft, setDraft] = useState<KnownErrorContent>(() => {
    if (!entry) return EMPTY;
    const { id: _id, updatedAt: _updatedAt, ...content } = entry;
    return content;
  });
  const save = useChange(saveKnownError, [listKnownErrors]);
  const remove = useChange(deleteKnownError, [listKnownErrors]);
  const error = save.error ?? remove.error;
  const isComplete = draft.code.trim() !== '' && LANGUAGES.some((language) => draft.meaning[language].trim() !== '');

  function takeOut(): void {
    if (!entry) return;
    const { id: _id, updatedAt: _updatedAt, ...content } = entry;
    remove.mutate(
      { params: { id } },
      {
        onSuccess: () => {
          onClose();
          toast.show({
            message: t('deleted', { code: entry.code }),
            undo: () => save.mutate({ params: { id }, body: content }),
          });
        },
      },
    );
  }

  return (
    <Dialog
      open
      onClose={onClose}
      size="lg"
      title={entry ? t('edit', { code: entry.code }) : t('add')}
      actions={
        <>
          {entry ? (
            <Button variant="danger" className={styles.delete} busy={remove.isPending} onClick={takeOut}>
              {t('delete')}
            </Button>
          ) : null}
          <Button onClick={onClose}>{t('ui:dialog.cancel')}</Button>
          <Button type="submit" form={formId} variant="primary" busy={save.isPending} disabled={!isComplete}>
            {t('save')}
          </Button>
        </>
      }
    >
      <Form
        id={formId}
        className={styles.form}
        error={formError(error, FIELDS)}
        onSubmit={() => save.mutate({ params: { id }, body: draft }, { onSuccess: onClose })}
      >
        <div className={styles.pair}>
          <TextField
            label={t('code')}
            hint={t('codeHint')}
            required
            maxLength={KNOWN_ERROR_CODE_MAX}
            value={draft.code}
            error={fieldError(error, 'code')}
            onChange={(event) => setDraft({ ...draft, code: event.target.value })}
          />
          <TextField
            label={t('component')}
            hint={t('componentHint')}
            maxLength={60}
            value={draft.component}
            error={fieldError(error, 'component')}
            onChange={(event) => setDraft({ ...draft, component: event.target.value })}
          />
        </div>
        {SAID.map((part) => (
          <div key={part} className={styles.pair}>
            {LANGUAGES.map((language) => (
              <TextArea
                key={language}
                label={t(`${part}.${language}`)}
                lang={language}
                rows={part === 'meaning' ? 2 : 4}
                maxLength={KNOWN_ERROR_TEXT_MAX}
                value={draft[part][language]}
                error={fieldError(error, part)}
                onChange={(event) => setDraft({ ...draft, [part]: { ...draft[part], [language]: event.target.value } })}
              />
            ))}
          </div>
        ))}
        <TextField
          label={t('versions')}
          hint={t('versionsHint')}
          maxLength={200}
          value={draft.affectedVersions}
          error={fieldError(error, 'affectedVersions')}
          onChange={(event) => setDraft({ ...draft, affectedVersions: event.target.value })}
        />
        <ChoiceCards<KnownErrorAudience>
          label={t('audience')}
          value={draft.audience}
          options={KNOWN_ERROR_AUDIENCES.map((value) => ({
            value,
            label: t(`audiences.${value}`),
            hint: t(`audienceHints.${value}`),
          }))}
          onChange={(audience) => setDraft({ ...draft, audience })}
        />
      </Form>
    </Dialog>
  );
}
