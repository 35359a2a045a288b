import { SKILL_KINDS, type Skill, type SkillKind } from '@alongside/contracts';
import { Button, Dialog, TextArea, TextField, useLocale } from '@alongside/ui';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import { useSession } from '../session/session.ts';
import { ChoiceCards } from '../settings/ChoiceCards.tsx';
import { topicId } from '../settings/topic-id.ts';
import { ChipChoice } from './ChipChoice.tsx';
import styles from './SkillDialog.module.css';
import { mergedSkill } from './save-skills.ts';
import { useSkillsChange } from './use-skills-change.ts';

/** A skill's names, and by what tickets that need it are known. One without an id is new. */
export function SkillDialog({ skill, onClose }: { skill: Skill; onClose: () => void }) {
  const { t } = useTranslation('routing');
  const { locale } = useLocale();
  const { workspace } = useSession();
  const formId = useId();
  const save = useSkillsChange();
  const [draft, setDraft] = useState(skill);
  const [words, setWords] = useState(skill.keywords.join('\n'));
  /** Its place in the list that was sent last, which refusals name. */
  const [at, setAt] = useState(0);
  const isNew = skill.id === '';
  const isNamed = draft.name.en.trim() !== '' && draft.name['zh-CN'].trim() !== '';
  const errorOf = (field: string) => fieldError(save.error, `skills.${at}.${field}`);
  const shown = ['name', 'topics', 'keywords'].some((field) => errorOf(field) !== null);

  function submit(): void {
    if (!isNamed) return;
    save.mutate(placed, { onSuccess: onClose });
  }

  /** The list as it is by now, with this one in it. */
  function placed(now: readonly Skill[]): Skill[] {
    // One a colleague deleted meanwhile is saved anew: the words of this dialog are not lost.
    const found = now.findIndex(({ id }) => id === skill.id);
    const place = found === -1 ? now.length : found;
    setAt(place);
    const id = isNew ? topicId(draft.name.en, new Set(now.map((other) => other.id))) : skill.id;
    const mine: Skill = { ...draft, id, keywords: keywordsOf(words) };
    return now.toSpliced(place, 1, mergedSkill(mine, skill, now[place] ?? mine));
  }

  return (
    <Dialog
      open
      onClose={onClose}
      size="lg"
      title={isNew ? t('skills.add') : t('skills.editTitle', { name: skill.name[locale] })}
      actions={
        <>
          <Button onClick={onClose}>{t('ui:dialog.cancel')}</Button>
          <Button type="submit" form={formId} variant="primary" busy={save.isPending} disabled={!isNamed}>
            {t('skills.save')}
          </Button>
        </>
      }
    >
      <Form id={formId} className={styles.form} error={shown ? null : (save.error?.message ?? null)} onSubmit={submit}>
        <div className={styles.pair}>
          {(['en', 'zh-CN'] as const).map((language) => (
            <TextField
              key={language}
              label={t(`skills.name.${language}`)}
              lang={language}
              required
              maxLength={60}
              value={draft.name[language]}
              error={fieldError(save.error, `skills.${at}.name.${language}`)}
              onChange={(event) => setDraft({ ...draft, name: { ...draft.name, [language]: event.target.value } })}
            />
          ))}
        </div>
        <ChoiceCards<SkillKind>
          label={t('skills.kind')}
          value={draft.kind}
          options={SKILL_KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`), hint: t(`kindHint.${kind}`) }))}
          onChange={(kind) => setDraft({ ...draft, kind })}
        />
        <ChipChoice
          label={t('skills.ofTopics')}
          hint={t('skills.ofTopicsHint')}
          options={workspace.topics.map(({ id, name }) => ({ value: id, label: name[locale] }))}
          chosen={draft.topics}
          onChange={(topics) => setDraft({ ...draft, topics })}
        />
        <TextArea
          label={t('skills.keywords')}
          hint={t('skills.keywordsHint')}
          rows={6}
          value={words}
          error={errorOf('keywords')}
          onChange={(event) => setWords(event.target.value)}
        />
      </Form>
    </Dialog>
  );
}

/** One a line, or with commas between; each once. */
function keywordsOf(text: string): string[] {
  return [...new Set(text.split(/[\n,，、;；]+/).map((word) => word.trim()))].filter((word) => word !== '');
}
