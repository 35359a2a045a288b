import { getTestPage, type TestDelivery } from '@alongside/contracts';
import { useQuery } from '@tanstack/react-query';
import { api } from '../data/api.ts';

const LOOK_EVERY_MS = 1_500;

/** Follows a test page until every delivery has come to its end. */
export function useTestDeliveries(testId: string | null): readonly TestDelivery[] {
  const found = useQuery({
    queryKey: [getTestPage.path, testId],
    enabled: testId !== null,
    queryFn: () => api.call(getTestPage, { params: { id: testId! } }),
    refetchInterval: ({ state }) => {
      const isOver = state.data?.deliveries.every(({ outcome }) => outcome !== null && outcome !== 'retrying');
      return isOver || state.status === 'error' ? false : LOOK_EVERY_MS;
    },
  });
  return found.data?.deliveries ?? [];
}
