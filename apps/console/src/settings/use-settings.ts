import type { ApiError } from '@alongside/client';
import { getWorkspaceSettings, updateWorkspace } from '@alongside/contracts';
import { useToast } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import { useChange, useRoute } from '../data/queries.ts';
import { useSession } from '../session/session.ts';

/** The workspace's settings and the way to change them; what changed is shown everywhere at once. */
export function useSettings() {
  const { t } = useTranslation('console');
  const { update } = useSession();
  const toast = useToast();
  const settings = useRoute(getWorkspaceSettings, {});
  const change = useChange(updateWorkspace, [getWorkspaceSettings]);
  return {
    settings,
    isSaving: change.isPending,
    error: change.error as ApiError | null,
    save(body: Parameters<typeof change.mutate>[0]['body']) {
      change.mutate(
        { body },
        {
          onSuccess: ({ workspace }) => {
            update({ workspace });
            toast.show({ tone: 'success', message: t('settings.saved') });
          },
        },
      );
    },
  };
}
