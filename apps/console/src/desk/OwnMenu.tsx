import { toApiError } from '@alongside/client';
import { getEngineer, listEngineers, setEngineerAway, signOut, updateMe } from '@alongside/contracts';
import { Avatar, cx, Menu, useClient, useLocale, useStore, useToast } from '@alongside/ui';
import { useNavigate } from '@tanstack/react-router';
import {
  Bell,
  BellOff,
  BellRing,
  Coffee,
  IdCard,
  Keyboard,
  KeyRound,
  LogOut,
  Play,
  Volume2,
  VolumeX,
} from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../data/api.ts';
import { queries, useChange, useRoute } from '../data/queries.ts';
import { PasswordDialog } from '../session/PasswordDialog.tsx';
import { useSession } from '../session/session.ts';
import { useDesk } from './desk.ts';
import { useLookEntries } from './look-entries.ts';
import { useNotificationChoice } from './notices.ts';
import styles from './OwnMenu.module.css';

/** Oneself: profile, whether one takes tickets, language, theme, sounds, password, the way out. */
export function OwnMenu({ narrow }: { narrow: boolean }) {
  const { t } = useTranslation('console');
  const { me, refresh, update } = useSession();
  const { locale } = useLocale();
  const { openShortcuts } = useDesk();
  const { sound } = useClient();
  const { muted } = useStore(sound);
  const toast = useToast();
  const navigate = useNavigate();
  const notifications = useNotificationChoice();
  const [changing, setChanging] = useState(false);
  const own = useRoute(getEngineer, { params: { id: me.id } }).data?.profile;
  const change = useChange(setEngineerAway, [getEngineer, listEngineers]);
  const isAway = own !== undefined && own.awaySince !== null;
  const report = (thrown: unknown) => toast.show({ tone: 'error', message: toApiError(thrown, locale).message });

  // One's own choice follows one to every device.
  const look = useLookEntries((choice) => void api.call(updateMe, { body: choice }).then(update, report));

  async function leave(): Promise<void> {
    try {
      await api.call(signOut, { body: {} });
      queries.clear();
      await refresh();
    } catch (thrown) {
      report(thrown);
    }
  }

  return (
    <>
      <Menu
        side="top"
        heading={me.email}
        trigger={
          <button type="button" className={cx(styles.own, narrow && styles.narrow)}>
            <Avatar id={me.id} name={me.name} kind="staff" size={28} photoUrl={own?.photoUrl} />
            <span className={styles.texts}>
              <span className={styles.name}>{me.name}</span>
              <span className={styles.role}>{isAway ? t('routing:standing.away') : t(`role.${me.role}`)}</span>
            </span>
          </button>
        }
        entries={[
          {
            id: 'profile',
            label: t('routing:profile.menu'),
            icon: <IdCard size={16} aria-hidden />,
            onSelect: () => void navigate({ to: '/profile' }),
          },
          ...(own?.content
            ? [
                {
                  id: 'away',
                  label: t(isAway ? 'routing:away.comeBack' : 'routing:away.goAway'),
                  icon: isAway ? <Play size={16} aria-hidden /> : <Coffee size={16} aria-hidden />,
                  onSelect: () =>
                    change.mutate({ params: { id: me.id }, body: { away: !isAway } }, { onError: report }),
                },
              ]
            : []),
          { kind: 'separator', id: 'line-0' },
          ...look,
          { kind: 'separator', id: 'line-1' },
          {
            id: 'sound',
            label: t(muted ? 'own.soundOn' : 'own.soundOff'),
            icon: muted ? <Volume2 size={16} aria-hidden /> : <VolumeX size={16} aria-hidden />,
            onSelect: () => sound.setMuted(!muted),
          },
          {
            id: 'notifications',
            label: t(notifications.on ? 'own.notificationsOff' : 'own.notificationsOn'),
            icon: notifications.on ? <BellOff size={16} aria-hidden /> : <Bell size={16} aria-hidden />,
            disabled: !notifications.possible,
            onSelect: () => {
              void notifications.toggle().then((outcome) => {
                if (outcome === 'blocked') toast.show({ tone: 'error', message: t('own.notificationsBlocked') });
              });
            },
          },
          {
            id: 'pages',
            label: t('oncall:tab.myPages'),
            icon: <BellRing size={16} aria-hidden />,
            onSelect: () => void navigate({ to: '/on-call/$tab', params: { tab: 'my-pages' } }),
          },
          {
            id: 'shortcuts',
            label: t('own.shortcuts'),
            icon: <Keyboard size={16} aria-hidden />,
            shortcut: '?',
            onSelect: openShortcuts,
          },
          {
            id: 'password',
            label: t('own.password'),
            icon: <KeyRound size={16} aria-hidden />,
            onSelect: () => setChanging(true),
          },
          { kind: 'separator', id: 'line-2' },
          {
            id: 'leave',
            label: t('own.signOut'),
            icon: <LogOut size={16} aria-hidden />,
            onSelect: () => void leave(),
          },
        ]}
      />
      <PasswordDialog open={changing} onClose={() => setChanging(false)} />
    </>
  );
}
