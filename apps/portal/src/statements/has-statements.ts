import { listStatements } from '@alongside/contracts';
import { usePortal } from '../portal-context.ts';
import { useReply } from '../use-reply.ts';

/** Whether one's organisation has statements: whoever has no contract is not shown the way to them. */
export function useHasStatements(): boolean {
  const { me } = usePortal();
  const organisationId = me.organisation?.id;
  const { data } = useReply(listStatements, organisationId === undefined ? null : { params: { organisationId } });
  return data !== null && data.months.length > 0;
}
