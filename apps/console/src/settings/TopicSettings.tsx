import { type ApiError, newId, toApiError } from '@alongside/client';
import { getWorkspaceSettings, type Topic } from '@alongside/contracts';
import { Button, IconButton, TextField, useLocale, useToast } from '@alongside/ui';
import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../data/api.ts';
import { formError, queries } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import { useSession } from '../session/session.ts';
import { ActionRow } from './ActionRow.tsx';
import { mergedTopics } from './merged-topics.ts';
import { saveTopics } from './save-topics.ts';
import styles from './TopicSettings.module.css';

/** What a ticket can concern, in both languages and in the order customers see. */
export function TopicSettings() {
  const { t } = useTranslation('console');
  const { workspace, update } = useSession();
  const { locale } = useLocale();
  const toast = useToast();
  /** What the editing began from. */
  const [base, setBase] = useState<readonly Topic[]>(workspace.topics);
  const [topics, setTopics] = useState<readonly Topic[]>(workspace.topics);
  const [isSaving, setIsSaving] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);

  const change = (index: number, part: Partial<Topic['name']>) =>
    setTopics(topics.map((topic, at) => (at === index ? { ...topic, name: { ...topic.name, ...part } } : topic)));
  const move = (index: number, by: -1 | 1) => {
    const next = [...topics];
    const [topic] = next.splice(index, 1);
    if (topic) next.splice(index + by, 0, topic);
    setTopics(next);
  };

  async function submit(): Promise<void> {
    if (isSaving) return;
    setIsSaving(true);
    setError(null);
    try {
      const { workspace: saved, idOf } = await saveTopics(api, topics, base);
      const named = (all: readonly Topic[]) => all.map((topic) => ({ ...topic, id: idOf(topic) }));
      // What was typed while it was being saved stays.
      setTopics((current) => mergedTopics(named(current), named(topics), saved.topics));
      setBase(saved.topics);
      update({ workspace: saved });
      void queries.invalidateQueries({ queryKey: [getWorkspaceSettings.path] });
      toast.show({ tone: 'success', message: t('settings.saved') });
    } catch (thrown) {
      setError(toApiError(thrown, locale));
    } finally {
      setIsSaving(false);
    }
  }

  const isComplete = topics.every((topic) => topic.name.en.trim() !== '' && topic.name['zh-CN'].trim() !== '');
  return (
    <Form onSubmit={() => void submit()} error={formError(error, [])}>
      <ul className={styles.list}>
        {topics.map((topic, index) => (
          <li key={topic.id} className={styles.row}>
            <TextField
              label={t('settings.topics.english')}
              hideLabel={index > 0}
              lang="en"
              value={topic.name.en}
              onChange={(event) => change(index, { en: event.target.value })}
            />
            <TextField
              label={t('settings.topics.chinese')}
              hideLabel={index > 0}
              lang="zh-CN"
              value={topic.name['zh-CN']}
              onChange={(event) => change(index, { 'zh-CN': event.target.value })}
            />
            <span className={styles.buttons}>
              <IconButton
                label={t('settings.topics.up', { name: topic.name.en })}
                icon={<ArrowUp size={16} aria-hidden />}
                disabled={index === 0}
                onClick={() => move(index, -1)}
              />
              <IconButton
                label={t('settings.topics.down', { name: topic.name.en })}
                icon={<ArrowDown size={16} aria-hidden />}
                disabled={index === topics.length - 1}
                onClick={() => move(index, 1)}
              />
              <IconButton
                label={t('settings.topics.remove', { name: topic.name.en })}
                icon={<Trash2 size={16} aria-hidden />}
                onClick={() => setTopics(topics.filter((_, at) => at !== index))}
              />
            </span>
          </li>
        ))}
      </ul>
      <ActionRow>
        <Button
          icon={<Plus size={16} aria-hidden />}
          onClick={() => setTopics([...topics, { id: `new-${newId().slice(0, 8)}`, name: { en: '', 'zh-CN': '' } }])}
        >
          {t('settings.topics.add')}
        </Button>
        <Button type="submit" variant="primary" busy={isSaving} disabled={!isComplete}>
          {t('settings.save')}
        </Button>
      </ActionRow>
    </Form>
  );
}
