import { Button, ErrorState, IconButton, Skeleton, TextField } from '@alongside/ui';
import { Globe, Plus, ShieldCheck, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError } from '../data/queries.ts';
import rows from '../desk/Rows.module.css';
import { Form } from '../session/Form.tsx';
import { ActionRow } from './ActionRow.tsx';
import { Sample } from './Sample.tsx';
import { siteOf } from './site.ts';
import { useSettings } from './use-settings.ts';
import styles from './WidgetSettings.module.css';

/** How the widget gets into a page, and which sites may show it. */
export function WidgetSettings() {
  const { t } = useTranslation('console');
  const { settings } = useSettings();
  const snippet = `<script src="${location.origin}/widget/loader.js" async></script>`;
  return (
    <>
      <Sample label={t('settings.widget.snippet')} text={snippet} language="html" />
      {settings.isPending ? (
        <Skeleton lines={4} />
      ) : settings.isLoadingError ? (
        <ErrorState compact message={settings.error.message} onRetry={() => void settings.refetch()} />
      ) : (
        <Sites own={settings.data.widgetOrigins} ofOperator={settings.data.widgetOriginsOfOperator} />
      )}
    </>
  );
}

function Sites({ own, ofOperator }: { own: string[]; ofOperator: string[] }) {
  const { t } = useTranslation('console');
  const { save, isSaving, error } = useSettings();
  const [address, setAddress] = useState('');
  const [isNoSite, setIsNoSite] = useState(false);

  function allow(): void {
    const site = siteOf(address);
    setIsNoSite(site === null);
    if (site === null) return;
    save({ widgetOrigins: [...new Set([...own, site])] }, () => setAddress(''));
  }

  return (
    <section className={styles.sites} aria-labelledby="widget-sites">
      <h3 id="widget-sites" className={styles.heading}>
        {t('settings.widget.sites')}
      </h3>
      {own.length + ofOperator.length === 0 ? (
        <p className={styles.none}>
          <ShieldCheck size={17} aria-hidden />
          {t('settings.widget.none')}
        </p>
      ) : (
        <ul className={rows.rows}>
          {own.map((site) => (
            <li key={site} className={rows.row}>
              <Globe size={17} aria-hidden />
              <span className={rows.main}>
                <span className={rows.name}>{site}</span>
              </span>
              <IconButton
                label={t('settings.widget.remove', { site })}
                icon={<X size={16} aria-hidden />}
                disabled={isSaving}
                onClick={() => save({ widgetOrigins: own.filter((other) => other !== site) })}
              />
            </li>
          ))}
          {ofOperator.map((site) => (
            <li key={`operator ${site}`} className={rows.row}>
              <Globe size={17} aria-hidden />
              <span className={rows.main}>
                <span className={rows.name}>{site}</span>
                <span className={rows.sub}>{t('settings.widget.ofOperator')}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
      <Form error={formError(error, ['widgetOrigins'])} onSubmit={allow}>
        <TextField
          label={t('settings.widget.address')}
          hint={t('settings.widget.addressHint')}
          inputMode="url"
          autoComplete="off"
          placeholder="https://app.example.com"
          value={address}
          error={isNoSite ? t('settings.widget.notASite') : fieldError(error, 'widgetOrigins')}
          onChange={(event) => {
            setAddress(event.target.value);
            setIsNoSite(false);
          }}
        />
        <ActionRow>
          <Button
            type="submit"
            variant="primary"
            icon={<Plus size={16} aria-hidden />}
            busy={isSaving}
            disabled={address.trim() === ''}
          >
            {t('settings.widget.allow')}
          </Button>
        </ActionRow>
      </Form>
    </section>
  );
}
