import {
  listFittingEngineers,
  listStaff,
  type RankedEngineer,
  type StaffMember,
  type TicketView,
} from '@alongside/contracts';
import { EngineerAvatar, reasonsText, Select, type SelectOption, useWords, type Words } from '@alongside/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { useSession } from '../session/session.ts';
import styles from './AssigneeSelect.module.css';

const NOBODY = 'nobody';

/** Whose the ticket is. Opened, it ranks the team: who fits best and why, then who does not and why not. */
export function AssigneeSelect({
  ticketView: { ticket, may },
  onAssign,
}: {
  ticketView: TicketView;
  onAssign: (staffId: string | null) => void;
}) {
  const { t } = useTranslation('routing');
  const { me } = useSession();
  const words = useWords();
  const [open, setOpen] = useState(false);
  const staff = useRoute(listStaff, {}).data?.staff ?? [];
  const ranked = useRoute(listFittingEngineers, { params: { id: ticket.id } }, { enabled: open }).data?.engineers ?? [];
  const team = staff.filter((member) => !member.disabled || member.id === ticket.assignee?.id);
  // The assignee's name comes with the ticket: it is there before the team is.
  const known = ticket.assignee && !team.some((member) => member.id === ticket.assignee?.id) ? [ticket.assignee] : [];

  const person = ({ id, name }: Pick<StaffMember, 'id' | 'name'>): SelectOption<string> => {
    const label = id === me.id ? t('console:ticket.me', { name }) : name;
    return {
      value: id,
      label,
      content: (
        <span className={styles.person}>
          <EngineerAvatar id={id} name={name} size={20} />
          {label}
        </span>
      ),
    };
  };
  const rankedPerson = ({ engineer, reasons, obstacle }: RankedEngineer): SelectOption<string> => ({
    ...person(engineer),
    group: t(obstacle === null ? 'picker.fits' : 'picker.fitsNot'),
    hint: hintOf(words, t, { reasons, obstacle }),
  });
  const isRanked = new Set(ranked.map(({ engineer }) => engineer.id));
  const others = [...known, ...team].filter(({ id }) => !isRanked.has(id));

  return (
    <Select
      variant="inline"
      hideLabel
      label={t('console:ticket.assignee')}
      value={ticket.assignee?.id ?? NOBODY}
      disabled={!may.assign}
      onOpenChange={setOpen}
      options={[
        { value: NOBODY, label: t('console:ticket.nobody') },
        ...ranked.map(rankedPerson),
        ...others.map((member) => ({
          ...person(member),
          ...(ranked.length > 0 ? { group: t('picker.others') } : {}),
        })),
      ]}
      onChange={(id) => {
        const next = id === NOBODY ? null : id;
        if (next !== (ticket.assignee?.id ?? null)) onAssign(next);
      }}
    />
  );
}

function hintOf(
  words: Words,
  t: (key: string) => string,
  { reasons, obstacle }: Pick<RankedEngineer, 'reasons' | 'obstacle'>,
) {
  const why = reasonsText(words, reasons);
  if (obstacle === null) return <span className={styles.reasons}>{why}</span>;
  return (
    <span className={styles.reasons}>
      <span className={styles.obstacle}>{t(`picker.obstacle.${obstacle}`)}</span>
      {why ? ` · ${why}` : null}
    </span>
  );
}
