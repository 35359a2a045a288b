import {
  getMyPages,
  type MyPages,
  type PageChannels,
  removePushDevice,
  renewCalendarAddresses,
  saveMyPages,
  savePushDevice,
} from '@alongside/contracts';
import { AlertDialog, Badge, Button, ErrorState, Skeleton, Switch, useToast } from '@alongside/ui';
import { MonitorSmartphone } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange, useRoute } from '../data/queries.ts';
import { CalendarAddresses } from './CalendarAddresses.tsx';
import styles from './MyPagesTab.module.css';
import { usePushDevice } from './push.ts';
import { TestPage } from './TestPage.tsx';

/** How pages reach oneself: the ways, the browsers, a test of them all, and calendars to subscribe to. */
export function MyPagesTab() {
  const mine = useRoute(getMyPages, {});
  if (mine.isPending) return <Skeleton lines={5} height="2.5rem" width="100%" />;
  if (mine.isError) return <ErrorState message={mine.error.message} onRetry={() => void mine.refetch()} />;
  return (
    <div className={styles.column}>
      <Ways mine={mine.data} />
      <Devices mine={mine.data} />
      <TestPage />
      <CalendarAddresses calendars={mine.data.calendars} />
      <RenewAddresses />
    </div>
  );
}

function Ways({ mine }: { mine: MyPages }) {
  const { t } = useTranslation('oncall');
  const toast = useToast();
  const save = useChange(saveMyPages, [getMyPages]);
  // While the server has not answered the switches stand where one put them; each change sends all of them.
  const { channels, offDuty } = save.isPending ? save.variables.body : mine;
  const change = (part: Partial<PageChannels>, always = offDuty) =>
    save.mutate(
      { body: { channels: { ...channels, ...part }, offDuty: always } },
      { onError: (error) => toast.show({ tone: 'error', message: error.issues[0]?.message ?? error.message }) },
    );
  return (
    <section className={styles.section} aria-labelledby="ways">
      <h2 id="ways" className={styles.heading}>
        {t('ways.title')}
      </h2>
      <div className={styles.switches}>
        <Switch
          label={t('ways.console')}
          hint={t('ways.consoleHint')}
          checked={channels.console}
          onChange={(console) => change({ console })}
        />
        <Switch
          label={t('ways.push')}
          hint={t('ways.pushHint')}
          checked={channels.push}
          onChange={(push) => change({ push })}
        />
        <Switch
          label={t('ways.email')}
          hint={mine.mailGoesOut ? t('ways.emailHint') : t('ways.emailKept')}
          checked={channels.email}
          onChange={(email) => change({ email })}
        />
        <Switch
          label={t('ways.offDuty')}
          hint={t('ways.offDutyHint')}
          checked={offDuty}
          onChange={(always) => change({}, always)}
        />
      </div>
    </section>
  );
}

function Devices({ mine }: { mine: MyPages }) {
  const { t } = useTranslation('oncall');
  const toast = useToast();
  const push = usePushDevice();
  const [busy, setBusy] = useState(false);
  const save = useChange(savePushDevice, [getMyPages]);
  const remove = useChange(removePushDevice, [getMyPages]);
  const report = (error: { message: string; issues?: readonly { message: string }[] }) =>
    toast.show({ tone: 'error', message: error.issues?.[0]?.message ?? error.message });

  async function enable(): Promise<void> {
    setBusy(true);
    try {
      const obstacle = await push.enable(mine.pushKey);
      toast.show(
        obstacle ? { tone: 'error', message: t(`push.${obstacle}`) } : { tone: 'success', message: t('push.enabled') },
      );
    } catch (thrown) {
      report(thrown as Error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <section className={styles.section} aria-labelledby="devices">
      <div className={styles.head}>
        <h2 id="devices" className={styles.heading}>
          {t('push.title')}
        </h2>
        <Button busy={busy} disabled={!push.isSupported || push.endpoint === undefined} onClick={() => void enable()}>
          {t(push.endpoint ? 'push.again' : 'push.enable')}
        </Button>
      </div>
      {mine.devices.length === 0 ? (
        <p className={styles.muted}>{t(push.isSupported ? 'push.none' : 'push.unsupported')}</p>
      ) : (
        <ul className={styles.rows}>
          {mine.devices.map((device) => (
            <li key={device.id} className={styles.row}>
              <MonitorSmartphone size={18} aria-hidden />
              <span className={styles.grow}>{device.name}</span>
              {device.quiet ? <Badge>{t('push.quiet')}</Badge> : null}
              <Button
                size="sm"
                onClick={() =>
                  save.mutate({ params: { id: device.id }, body: { quiet: !device.quiet } }, { onError: report })
                }
              >
                {t(device.quiet ? 'push.beHeard' : 'push.beQuiet')}
              </Button>
              <Button
                size="sm"
                variant="quiet"
                onClick={() => remove.mutate({ params: { id: device.id } }, { onError: report })}
              >
                {t('push.remove')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function RenewAddresses() {
  const { t } = useTranslation('oncall');
  const toast = useToast();
  const renew = useChange(renewCalendarAddresses, [getMyPages]);
  const [asking, setAsking] = useState(false);
  return (
    <div>
      <Button onClick={() => setAsking(true)}>{t('calendar.renew')}</Button>
      <AlertDialog
        open={asking}
        title={t('calendar.renew')}
        description={t('calendar.renewHint')}
        confirmLabel={t('calendar.renew')}
        busy={renew.isPending}
        onCancel={() => setAsking(false)}
        onConfirm={() =>
          renew.mutate(
            { body: {} },
            {
              onSuccess: () => toast.show({ tone: 'success', message: t('calendar.renewed') }),
              onError: (error) => toast.show({ tone: 'error', message: error.message }),
              onSettled: () => setAsking(false),
            },
          )
        }
      />
    </div>
  );
}
