import { toApiError } from '@alongside/client';
import { type EngineerProfile, SKILL_KINDS, type Skill } from '@alongside/contracts';
import { AlertDialog, Badge, Button, EmptyState, IconButton, useLocale, useToast } from '@alongside/ui';
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import rows from '../desk/Rows.module.css';
import { useSession } from '../session/session.ts';
import { ActionRow } from '../settings/ActionRow.tsx';
import { knowersOf } from './knowers.ts';
import { SkillDialog } from './SkillDialog.tsx';
import styles from './SkillList.module.css';
import { useSkillsChange } from './use-skills-change.ts';

const NEW: Skill = { id: '', kind: 'topic', name: { en: '', 'zh-CN': '' }, topics: [], keywords: [] };

/** The skills the team speaks of, with what stands for each and how many have it. */
export function SkillList({
  skills,
  team,
  mayChange,
}: {
  skills: readonly Skill[];
  team: readonly EngineerProfile[];
  mayChange: boolean;
}) {
  const { t } = useTranslation('routing');
  const { locale } = useLocale();
  const toast = useToast();
  const change = useSkillsChange();
  const [editing, setEditing] = useState<Skill | null>(null);
  const [removing, setRemoving] = useState<Skill | null>(null);
  return (
    <>
      {skills.length === 0 ? (
        <EmptyState compact title={t('skills.none')}>
          {t('skills.noneHint')}
        </EmptyState>
      ) : null}
      {SKILL_KINDS.map((kind) => {
        const members = skills.filter((skill) => skill.kind === kind);
        if (members.length === 0) return null;
        return (
          <section key={kind} aria-labelledby={`list-${kind}`}>
            <h4 id={`list-${kind}`} className={styles.kind}>
              {t(`kind.${kind}`)}
              <span className={styles.kindHint}>{t(`kindHint.${kind}`)}</span>
            </h4>
            <ul className={rows.rows}>
              {members.map((skill) => (
                <li key={skill.id} className={styles.row}>
                  <span className={styles.main}>
                    <span className={styles.name}>{skill.name[locale]}</span>
                    <Recognised skill={skill} />
                  </span>
                  <Knowers skill={skill} team={team} />
                  {mayChange ? (
                    <span className={styles.buttons}>
                      <IconButton
                        label={t('skills.edit', { name: skill.name[locale] })}
                        icon={<Pencil size={15} aria-hidden />}
                        onClick={() => setEditing(skill)}
                      />
                      <IconButton
                        label={t('skills.remove', { name: skill.name[locale] })}
                        icon={<Trash2 size={15} aria-hidden />}
                        onClick={() => setRemoving(skill)}
                      />
                    </span>
                  ) : null}
                </li>
              ))}
            </ul>
          </section>
        );
      })}
      {mayChange ? (
        <ActionRow>
          <Button icon={<Plus size={16} aria-hidden />} onClick={() => setEditing(NEW)}>
            {t('skills.add')}
          </Button>
        </ActionRow>
      ) : null}
      {editing ? <SkillDialog skill={editing} onClose={() => setEditing(null)} /> : null}
      <AlertDialog
        open={removing !== null}
        title={t('skills.removeTitle', { name: removing?.name[locale] ?? '' })}
        description={t('skills.removeHint', { count: removing ? knowersOf(removing, team).length : 0 })}
        confirmLabel={t('skills.removeConfirm')}
        busy={change.isPending}
        onCancel={() => setRemoving(null)}
        onConfirm={() =>
          change.mutate((now) => now.filter(({ id }) => id !== removing?.id), {
            onError: (thrown) => toast.show({ tone: 'error', message: toApiError(thrown, locale).message }),
            onSettled: () => setRemoving(null),
          })
        }
      />
    </>
  );
}

/** By what tickets that need it are known. */
function Recognised({ skill }: { skill: Skill }) {
  const { t } = useTranslation('routing');
  const { locale } = useLocale();
  const { workspace } = useSession();
  const topics = skill.topics.map((id) => workspace.topics.find((topic) => topic.id === id)?.name[locale] ?? id);
  const parts = [
    ...(topics.length > 0 ? [t('skills.topics', { topics: topics.join(' · ') })] : []),
    ...(skill.keywords.length > 0 ? [t('skills.words', { words: skill.keywords.join(' · ') })] : []),
  ];
  return (
    <span className={styles.words} title={parts.join('\n')}>
      {parts.length > 0 ? parts.join('\u2003') : t('skills.neverRecognised')}
    </span>
  );
}

/** How many of the team have it: one alone is a risk, nobody a gap. */
function Knowers({ skill, team }: { skill: Skill; team: readonly EngineerProfile[] }) {
  const { t } = useTranslation('routing');
  const knowers = knowersOf(skill, team);
  if (knowers.length === 0) return <Badge tone="danger">{t('skills.nobody')}</Badge>;
  if (knowers.length === 1)
    return <Badge tone="warning">{t('skills.onlyOne', { name: knowers[0]!.engineer.name })}</Badge>;
  return <Badge>{t('skills.know', { count: knowers.length })}</Badge>;
}
