import { Dialog, Kbd } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import styles from './ShortcutSheet.module.css';
import { MOD_KEY } from './shortcuts.ts';

const GROUPS = [
  {
    name: 'everywhere',
    keys: [
      { keys: [MOD_KEY, 'K'], text: 'palette' },
      { keys: ['/'], text: 'search' },
      { keys: ['T'], text: 'newTicket' },
      { keys: ['?'], text: 'sheet' },
    ],
  },
  {
    name: 'list',
    keys: [
      { keys: ['J'], text: 'next' },
      { keys: ['K'], text: 'previous' },
      { keys: ['Enter'], text: 'open' },
      { keys: ['U'], text: 'back' },
    ],
  },
  {
    name: 'ticket',
    keys: [
      { keys: ['R'], text: 'reply' },
      { keys: ['N'], text: 'note' },
      { keys: ['A'], text: 'assign' },
      { keys: ['E'], text: 'solve' },
      { keys: ['C'], text: 'call' },
      { keys: ['I'], text: 'facts' },
    ],
  },
  {
    name: 'page',
    keys: [
      { keys: ['Y'], text: 'acknowledge' },
      { keys: ['O'], text: 'openPaged' },
      { keys: ['Q'], text: 'quiet' },
    ],
  },
  {
    name: 'inCall',
    keys: [
      { keys: ['M'], text: 'microphone' },
      { keys: ['V'], text: 'camera' },
      { keys: ['S'], text: 'screen' },
      { keys: ['F'], text: 'fullScreen' },
      { keys: ['H'], text: 'conversation' },
      { keys: ['G'], text: 'health' },
      { keys: ['L'], text: 'theList' },
    ],
  },
  {
    name: 'writing',
    keys: [
      { keys: ['Enter'], text: 'send' },
      { keys: ['Shift', 'Enter'], text: 'line' },
      { keys: [MOD_KEY, 'Enter'], text: 'sendAlways' },
    ],
  },
] as const;

/** All keys of the desk on one sheet. */
export function ShortcutSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('console');
  return (
    <Dialog open={open} onClose={onClose} title={t('keys.title')} size="lg">
      <div className={styles.groups}>
        {GROUPS.map((group) => (
          <section key={group.name} className={styles.group}>
            <h3 className={styles.title}>{t(`keys.group.${group.name}`)}</h3>
            <dl className={styles.list}>
              {group.keys.map((shortcut) => (
                <div key={shortcut.text} className={styles.row}>
                  <dt>{t(`keys.${shortcut.text}`)}</dt>
                  <dd className={styles.keys}>
                    {shortcut.keys.map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
