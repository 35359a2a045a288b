import {
  type EngineerProfile,
  type EngineerProfileContent,
  getEngineer,
  getEngineerCard,
  type getRouting,
  listEngineers,
  PROFILE_ABOUT_MAX_LENGTH,
  PROFILE_TITLE_MAX_LENGTH,
  type RouteReply,
  saveEngineer,
} from '@alongside/contracts';
import { Button, EngineerCard, Select, TextArea, TextField, useLocale, useToast } from '@alongside/ui';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange } from '../data/queries.ts';
import { isSame } from '../plans/same.ts';
import { Form } from '../session/Form.tsx';
import { ActionRow } from '../settings/ActionRow.tsx';
import { ChipChoice } from './ChipChoice.tsx';
import { LanguagesField } from './LanguagesField.tsx';
import { type Photo, PhotoField } from './PhotoField.tsx';
import styles from './ProfileForm.module.css';
import { cardOf, newProfile, withLevel } from './profile-draft.ts';
import { SkillsField } from './SkillsField.tsx';

const ALWAYS = 'always';
const FIELDS = ['title', 'about', 'skills', 'languages', 'photoFileId', 'calendarId', 'planIds', 'capacity'];

/** Everything a profile holds, with the card beside it that customers will see. */
export function ProfileForm({
  profile,
  routing,
}: {
  profile: EngineerProfile;
  routing: RouteReply<typeof getRouting>;
}) {
  const { t } = useTranslation('routing');
  const { locale } = useLocale();
  const toast = useToast();
  const save = useChange(saveEngineer, [getEngineer, listEngineers, getEngineerCard]);
  const [draft, setDraft] = useState<EngineerProfileContent>(profile.content ?? newProfile(locale));
  const latest = useRef(draft);
  latest.current = draft;
  const [photoUrl, setPhotoUrl] = useState(profile.photoUrl);
  const [touched, setTouched] = useState(profile.content === null);
  const change = (part: Partial<EngineerProfileContent>) => {
    setTouched(true);
    setDraft((now) => ({ ...now, ...part }));
  };
  const text = (field: 'title' | 'about', language: 'en' | 'zh-CN', max: number) => ({
    lang: language,
    maxLength: max,
    value: draft[field][language],
    error: fieldError(save.error, `${field}.${language}`),
    onChange: (event: { target: { value: string } }) =>
      change({ [field]: { ...draft[field], [language]: event.target.value } }),
  });
  const takePhoto = (photo: Photo | null) => {
    setPhotoUrl(photo?.url ?? null);
    change({ photoFileId: photo?.fileId ?? null });
  };

  function submit(): void {
    const sent = draft;
    save.mutate(
      { params: { id: profile.engineer.id }, body: sent },
      {
        onSuccess: (reply) => {
          // Who went on editing meanwhile keeps that.
          if (isSame(latest.current, sent)) {
            setTouched(false);
            if (reply.profile.content) setDraft(reply.profile.content);
            setPhotoUrl(reply.profile.photoUrl);
          }
          toast.show({ tone: 'success', message: t('profile.saved') });
        },
      },
    );
  }

  return (
    <div className={styles.columns}>
      <Form className={styles.form} onSubmit={submit} error={formError(save.error, FIELDS)}>
        {/* One switch for every field: who may only read sees all of it and changes nothing. */}
        <fieldset className={styles.fields} disabled={!profile.may.edit}>
          <section className={styles.section}>
            <h2 className={styles.heading}>{t('profile.public')}</h2>
            <PhotoField
              person={profile.engineer}
              url={photoUrl}
              error={fieldError(save.error, 'photoFileId')}
              onChange={takePhoto}
            />
            <div className={styles.pair}>
              <TextField label={t('profile.titleEn')} {...text('title', 'en', PROFILE_TITLE_MAX_LENGTH)} />
              <TextField label={t('profile.titleZh')} {...text('title', 'zh-CN', PROFILE_TITLE_MAX_LENGTH)} />
            </div>
            <div className={styles.pair}>
              <TextArea label={t('profile.aboutEn')} {...text('about', 'en', PROFILE_ABOUT_MAX_LENGTH)} />
              <TextArea label={t('profile.aboutZh')} {...text('about', 'zh-CN', PROFILE_ABOUT_MAX_LENGTH)} />
            </div>
            <p className={styles.hint}>{t('profile.languageHint')}</p>
            <LanguagesField
              languages={draft.languages}
              error={fieldError(save.error, 'languages')}
              onChange={(languages) => change({ languages })}
            />
          </section>
          <section className={styles.section}>
            <h2 className={styles.heading}>{t('profile.skills')}</h2>
            <p className={styles.hint}>{t('profile.skillsHint')}</p>
            <SkillsField
              skills={routing.skills}
              levels={new Map(draft.skills.map(({ skillId, level }) => [skillId, level]))}
              error={fieldError(save.error, 'skills')}
              onChange={(skillId, level) => change({ skills: withLevel(draft.skills, skillId, level) })}
            />
          </section>
          <section className={styles.section}>
            <h2 className={styles.heading}>{t('profile.work')}</h2>
            <div className={styles.pair}>
              <Select
                label={t('profile.hours')}
                value={draft.calendarId ?? ALWAYS}
                disabled={!profile.may.edit}
                options={[
                  { value: ALWAYS, label: t('profile.always') },
                  ...routing.calendars.map(({ id, name }) => ({ value: id, label: name[locale] })),
                ]}
                onChange={(id) => change({ calendarId: id === ALWAYS ? null : id })}
              />
              <TextField
                type="number"
                inputMode="numeric"
                min={1}
                max={1_000}
                label={t('profile.capacity')}
                hint={t('profile.capacityHint')}
                error={fieldError(save.error, 'capacity')}
                value={Number.isNaN(draft.capacity) ? '' : draft.capacity}
                onChange={(event) => change({ capacity: event.target.valueAsNumber })}
              />
            </div>
            {routing.plans.length > 0 ? (
              <ChipChoice
                label={t('profile.plans')}
                hint={t('profile.plansHint')}
                options={routing.plans.map(({ id, name }) => ({ value: id, label: name[locale] }))}
                chosen={draft.planIds}
                onChange={(planIds) => change({ planIds })}
              />
            ) : null}
          </section>
        </fieldset>
        {profile.may.edit ? (
          <ActionRow>
            <Button
              type="submit"
              variant="primary"
              busy={save.isPending}
              disabled={!touched || Number.isNaN(draft.capacity)}
            >
              {t('profile.save')}
            </Button>
          </ActionRow>
        ) : (
          <p className={styles.hint}>{t('profile.readOnly')}</p>
        )}
      </Form>
      <aside className={styles.preview} aria-label={t('profile.preview')}>
        <h2 className={styles.previewTitle}>{t('profile.preview')}</h2>
        <div className={styles.card}>
          <EngineerCard card={cardOf(profile.engineer, draft, routing.skills, photoUrl)} />
        </div>
        <p className={styles.hint}>{t('profile.previewHint')}</p>
      </aside>
    </div>
  );
}
