import { Button, ErrorState, Skeleton, TextArea } from '@alongside/ui';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formError } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import { ActionRow } from './ActionRow.tsx';
import { Sample } from './Sample.tsx';
import { useSettings } from './use-settings.ts';

/** How the widget gets into a page, and which sites may show it. */
export function WidgetSettings() {
  const { t } = useTranslation('console');
  const { settings, save, isSaving, error } = useSettings();
  const [text, setText] = useState<string | null>(null);
  const stored = settings.data?.widgetOrigins.join('\n');
  useEffect(() => {
    if (stored !== undefined) setText((current) => current ?? stored);
  }, [stored]);
  const snippet = `<script src="${location.origin}/widget/loader.js" async></script>`;
  return (
    <>
      <Sample label={t('settings.widget.snippet')} text={snippet} language="html" />
      {settings.isError ? (
        <ErrorState compact message={settings.error.message} onRetry={() => void settings.refetch()} />
      ) : text === null ? (
        <Skeleton lines={4} />
      ) : (
        <Form
          error={formError(error, [])}
          onSubmit={() =>
            save({
              widgetOrigins: text
                .split(/[\s,，]+/)
                .map((origin) => origin.trim().replace(/\/+$/, ''))
                .filter((origin) => origin !== ''),
            })
          }
        >
          <TextArea
            label={t('settings.widget.sites')}
            hint={t('settings.widget.sitesHint')}
            placeholder={'https://app.example.com\nhttps://www.example.cn'}
            rows={5}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <ActionRow>
            <Button type="submit" variant="primary" busy={isSaving} disabled={text === stored}>
              {t('settings.save')}
            </Button>
          </ActionRow>
        </Form>
      )}
    </>
  );
}
