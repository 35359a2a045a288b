import { deleteIdentityKey, type IdentityKey, listIdentityKeys } from '@alongside/contracts';
import {
  AlertDialog,
  Button,
  CodeBlock,
  Dialog,
  EmptyState,
  ErrorState,
  RelativeTime,
  Skeleton,
  useToast,
} from '@alongside/ui';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange, useRoute } from '../data/queries.ts';
import rows from '../desk/Rows.module.css';
import styles from './IdentitySettings.module.css';
import { NewIdentityKey } from './NewIdentityKey.tsx';
import { Sample } from './Sample.tsx';

const signingExample = (key: IdentityKey | undefined) => `import { SignJWT } from 'jose';

// On your back end, for the signed-in user. Never in the browser.
export function supportIdentity(user) {
  const secret = new TextEncoder().encode(process.env.ALONGSIDE_IDENTITY_SECRET);
  return new SignJWT({ name: user.name, email: user.email${key?.organisation ? '' : ', organisation: user.company'} })
    .setProtectedHeader({ alg: 'HS256', kid: '${key?.id ?? 'KEY_ID'}' })
    .setSubject(user.id)
    .setExpirationTime('1h')
    .sign(secret);
}`;

/** Keys with which back ends, ours or a customer's, vouch for who somebody is. */
export function IdentitySettings() {
  const { t } = useTranslation('console');
  const toast = useToast();
  const keys = useRoute(listIdentityKeys, {});
  const remove = useChange(deleteIdentityKey, [listIdentityKeys]);
  const [made, setMade] = useState<{ key: IdentityKey; secret: string } | null>(null);
  const [revoking, setRevoking] = useState<IdentityKey | null>(null);
  return (
    <>
      {keys.isPending ? (
        <Skeleton lines={3} height="2.25rem" width="100%" />
      ) : keys.isError ? (
        <ErrorState compact message={keys.error.message} onRetry={() => void keys.refetch()} />
      ) : keys.data.keys.length === 0 ? (
        <EmptyState compact picture="people" title={t('settings.identity.none')}>
          {t('settings.identity.noneHint')}
        </EmptyState>
      ) : (
        <ul className={rows.rows}>
          {keys.data.keys.map((key) => (
            <li key={key.id} className={rows.row}>
              <KeyRound size={17} aria-hidden />
              <span className={rows.main}>
                <span className={rows.name}>{key.name}</span>
                <span className={styles.whom}>
                  {key.organisation
                    ? t('settings.identity.forOrganisation', { name: key.organisation.name })
                    : t('settings.identity.forEverybody')}
                </span>
                <span className={rows.sub}>kid {key.id}</span>
              </span>
              <span className={rows.side}>
                {key.lastUsedAt ? (
                  <>
                    {t('settings.identity.lastUsed')} <RelativeTime at={key.lastUsedAt} />
                  </>
                ) : (
                  t('settings.identity.neverUsed')
                )}
              </span>
              <Button size="sm" onClick={() => setRevoking(key)}>
                {t('settings.identity.revoke')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <NewIdentityKey onMade={setMade} />
      <Sample label={t('settings.identity.example')} text={signingExample(keys.data?.keys[0])} language="js" />
      <Sample
        label={t('settings.identity.use')}
        text={`<script src="${location.origin}/widget/loader.js" async\n  data-identity="<the signed token>" data-app-version="4.2.0"></script>`}
        language="html"
      />
      <Dialog
        open={made !== null}
        onClose={() => setMade(null)}
        title={t('settings.identity.secretTitle')}
        description={t('settings.identity.secretHint')}
        actions={
          <Button variant="primary" onClick={() => setMade(null)}>
            {t('settings.identity.secretDone')}
          </Button>
        }
      >
        {made ? (
          <CodeBlock text={`ALONGSIDE_IDENTITY_KEY_ID=${made.key.id}\nALONGSIDE_IDENTITY_SECRET=${made.secret}`} />
        ) : null}
      </Dialog>
      <AlertDialog
        open={revoking !== null}
        title={t('settings.identity.revokeTitle', { name: revoking?.name })}
        description={t('settings.identity.revokeHint')}
        confirmLabel={t('settings.identity.revoke')}
        busy={remove.isPending}
        onCancel={() => setRevoking(null)}
        onConfirm={() => {
          if (!revoking) return;
          remove.mutate(
            { params: { id: revoking.id } },
            {
              onSettled: () => setRevoking(null),
              onError: (error) => toast.show({ tone: 'error', message: error.message }),
            },
          );
        }}
      />
    </>
  );
}
