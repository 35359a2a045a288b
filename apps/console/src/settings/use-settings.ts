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
    /** @param onSaved what else is to be done once it is kept */
    save(body: Parameters<typeof change.mutate>[0]['body'], onSaved?: () => void) {
      change.mutate(
        { body },
        {
          onSuccess: ({ workspace }) => {
            update({ workspace });
            toast.show({ tone: 'success', message: t('settings.saved') });
            onSaved?.();
          },
        },
      );
    },
  };
}
