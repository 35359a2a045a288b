import {
  archiveRotation,
  type getOnCallSchedule,
  type MyPages,
  type OnCallRotation,
  type RotationOverride,
  type RouteReply,
  removeOverride,
  setDefaultRotation,
} from '@alongside/contracts';
import {
  AlertDialog,
  Badge,
  Button,
  IconButton,
  Menu,
  Skeleton,
  useLocale,
  useNow,
  usePersonName,
  useToast,
} from '@alongside/ui';
import { Archive, Ellipsis, History, Pencil, Star, UserRoundPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange } from '../data/queries.ts';
import { useSession } from '../session/session.ts';
import { CopyAddress } from './CalendarAddresses.tsx';
import { ON_CALL_ROUTES } from './live.ts';
import { OverrideDialog, type OverrideStretch } from './OverrideDialog.tsx';
import type { Span } from './picture.ts';
import styles from './RotationCard.module.css';
import { RotationHistory } from './RotationHistory.tsx';
import { type PictureShift, RotationPicture } from './RotationPicture.tsx';
import { ShiftAgenda } from './ShiftAgenda.tsx';
import { SwapDialog, type SwappedShift } from './SwapDialog.tsx';
import { instantWords, zoneWords } from './shift-words.ts';

export type RotationCardProps = {
  rotation: OnCallRotation;
  /** Null while it loads. */
  schedule: RouteReply<typeof getOnCallSchedule> | null;
  span: Span;
  timeZone: string;
  mayEdit: boolean;
  calendar: MyPages['calendars'][number] | null;
  onEdit: () => void;
};

/** One rotation: its picture, and what one may do with it. */
export function RotationCard({ rotation, schedule, span, timeZone, mayEdit, calendar, onEdit }: RotationCardProps) {
  const { t } = useTranslation('oncall');
  const { locale } = useLocale();
  const { me } = useSession();
  const nameOf = usePersonName();
  const toast = useToast();
  const nowMs = useNow();
  const [overriding, setOverriding] = useState<OverrideStretch | null>(null);
  const [swapping, setSwapping] = useState<SwappedShift | null>(null);
  const [showsHistory, setShowsHistory] = useState(false);
  const [isArchiving, setIsArchiving] = useState(false);
  const takeBack = useChange(removeOverride, ON_CALL_ROUTES);
  const makeDefault = useChange(setDefaultRotation, ON_CALL_ROUTES);
  const archive = useChange(archiveRotation, ON_CALL_ROUTES);
  const onError = (error: { message: string }) => toast.show({ tone: 'error', message: error.message });

  const { content } = rotation.current;
  const drawn = schedule?.rotations.find(({ rotationId }) => rotationId === rotation.id) ?? null;
  const nameById = new Map((schedule?.people ?? []).map(({ id, name }) => [id, name]));
  const own = (stretch: { from: string; to: string }): SwappedShift => ({
    rotationId: rotation.id,
    rotationName: content.name,
    tz: content.tz,
    ...stretch,
  });

  function actionsOf(shift: PictureShift & { override?: RotationOverride }) {
    const { override } = shift;
    if (Date.parse(shift.to) <= nowMs) return <span className={styles.muted}>{t('picture.past')}</span>;
    return (
      <>
        {mayEdit && !override ? (
          <Button size="sm" onClick={() => setOverriding({ from: shift.from, to: shift.to })}>
            {t('override.add')}
          </Button>
        ) : null}
        {mayEdit && override ? (
          <Button
            size="sm"
            busy={takeBack.isPending}
            onClick={() => takeBack.mutate({ params: { id: override.id } }, { onError })}
          >
            {t('override.takeBack')}
          </Button>
        ) : null}
        {shift.personId === me.id ? (
          <Button size="sm" onClick={() => setSwapping(own({ from: shift.from, to: shift.to }))}>
            {t('swap.ask')}
          </Button>
        ) : null}
      </>
    );
  }

  function draw(stretch: { from: string; to: string }): void {
    if (mayEdit) setOverriding(stretch);
    else if (isOwn(stretch)) setSwapping(own(stretch));
    else toast.show({ tone: 'info', message: t('swap.notYours') });
  }
  const isOwn = ({ from, to }: { from: string; to: string }) =>
    (drawn?.shifts ?? [])
      .filter((shift) => Date.parse(shift.from) < Date.parse(to) && Date.parse(shift.to) > Date.parse(from))
      .every(({ personId }) => personId === me.id);

  return (
    <section className={styles.card} aria-labelledby={`rotation-${rotation.id}`}>
      <header className={styles.head}>
        <div className={styles.titles}>
          <h2 id={`rotation-${rotation.id}`} className={styles.name}>
            {content.name}
            {rotation.isDefault ? <Badge>{t('rotation.default')}</Badge> : null}
          </h2>
          <p className={styles.muted}>
            {zoneWords(content.tz, locale, nowMs)}
            {' · '}
            {rotation.usedBy.length === 0
              ? t('rotation.unused')
              : t('rotation.usedBy', {
                  policies: new Intl.ListFormat(locale, { type: 'unit' }).format(
                    rotation.usedBy.map(({ name }) => name),
                  ),
                })}
          </p>
          {rotation.planned ? (
            <p className={styles.muted}>
              {t('rotation.planned', { time: instantWords(rotation.planned.validFrom, nowMs, locale) })}
            </p>
          ) : null}
        </div>
        <div className={styles.actions}>
          {calendar ? <CopyAddress calendar={calendar} /> : null}
          {mayEdit ? (
            <>
              <Button
                size="sm"
                icon={<UserRoundPlus size={15} aria-hidden />}
                onClick={() => setOverriding({ from: null, to: null })}
              >
                {t('override.add')}
              </Button>
              <Button size="sm" icon={<Pencil size={14} aria-hidden />} onClick={onEdit}>
                {t('rotation.edit')}
              </Button>
            </>
          ) : null}
          <Menu
            align="end"
            trigger={
              <IconButton
                size="sm"
                label={t('rotation.moreOf', { name: content.name })}
                icon={<Ellipsis size={17} aria-hidden />}
                tooltip={false}
              />
            }
            entries={[
              {
                id: 'history',
                label: t('rotation.history'),
                icon: <History size={16} aria-hidden />,
                onSelect: () => setShowsHistory(true),
              },
              ...(mayEdit && !rotation.isDefault
                ? [
                    {
                      id: 'default',
                      label: t('rotation.makeDefault'),
                      icon: <Star size={16} aria-hidden />,
                      onSelect: () => makeDefault.mutate({ params: { id: rotation.id }, body: {} }, { onError }),
                    },
                  ]
                : []),
              ...(mayEdit
                ? [
                    {
                      id: 'archive',
                      label: t('rotation.archive'),
                      icon: <Archive size={16} aria-hidden />,
                      danger: true,
                      onSelect: () => setIsArchiving(true),
                    },
                  ]
                : []),
            ]}
          />
        </div>
      </header>
      {drawn ? (
        <>
          <div className={styles.picture}>
            <RotationPicture
              span={span}
              timeZone={timeZone}
              layers={drawn.layers}
              overrides={drawn.overrides}
              final={drawn.shifts}
              nameOf={(id) => nameById.get(id) ?? ''}
              actions={actionsOf}
              onDraw={draw}
            />
          </div>
          <div className={styles.agenda}>
            <ShiftAgenda
              shifts={drawn.shifts}
              span={span}
              timeZone={timeZone}
              nameOf={(id) => nameOf(nameById.get(id) ?? '')}
              idOfMe={me.id}
              actions={actionsOf}
            />
          </div>
        </>
      ) : (
        <Skeleton lines={3} height="2rem" width="100%" />
      )}
      <OverrideDialog
        rotation={rotation}
        stretch={overriding}
        people={schedule?.people ?? []}
        timeZone={timeZone}
        onClose={() => setOverriding(null)}
      />
      <SwapDialog shift={swapping} schedule={schedule} onClose={() => setSwapping(null)} />
      <RotationHistory rotation={showsHistory ? rotation : null} onClose={() => setShowsHistory(false)} />
      <AlertDialog
        open={isArchiving}
        title={t('rotation.archiveTitle', { name: content.name })}
        description={t('rotation.archiveHint')}
        confirmLabel={t('rotation.archive')}
        busy={archive.isPending}
        onCancel={() => setIsArchiving(false)}
        onConfirm={() =>
          archive.mutate({ params: { id: rotation.id } }, { onError, onSettled: () => setIsArchiving(false) })
        }
      />
    </section>
  );
}
