import { getEngineer, getRouting } from '@alongside/contracts';
import { ErrorState, Skeleton, usePersonName } from '@alongside/ui';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { Page } from '../desk/Page.tsx';
import { useSession } from '../session/session.ts';
import { AwaySwitch } from './AwaySwitch.tsx';
import { ProfileForm } from './ProfileForm.tsx';

/** What somebody of the team is good at, when they work, and how customers see them: one's own, or a colleague's. */
export function ProfilePage() {
  const { t } = useTranslation('routing');
  const { me } = useSession();
  const nameOf = usePersonName();
  const params = useParams({ strict: false });
  const id = params.staffId ?? me.id;
  const engineer = useRoute(getEngineer, { params: { id } });
  const routing = useRoute(getRouting, {});
  const profile = engineer.data?.profile;
  const isOwn = id === me.id;
  const name = profile ? nameOf(profile.engineer.name) : '';
  const error = engineer.data && routing.data ? null : (engineer.error ?? routing.error);
  return (
    <Page
      wide
      title={isOwn ? t('profile.title') : t('profile.titleOf', { name })}
      lead={isOwn ? t('profile.lead') : t('profile.leadOf', { name })}
    >
      {error ? (
        <ErrorState
          message={error.message}
          onRetry={() => {
            void engineer.refetch();
            void routing.refetch();
          }}
        />
      ) : profile && routing.data ? (
        <>
          <AwaySwitch profile={profile} isOwn={isOwn} />
          <ProfileForm key={profile.engineer.id} profile={profile} routing={routing.data} />
        </>
      ) : (
        <Skeleton lines={6} height="2.25rem" width="100%" />
      )}
    </Page>
  );
}
