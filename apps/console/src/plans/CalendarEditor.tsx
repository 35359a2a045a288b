import { newId } from '@alongside/client';
import {
  type CalendarContent,
  createCalendar,
  type LocalisedText,
  listCalendars,
  listCalendarVersions,
  type SupportCalendar,
  updateCalendar,
} from '@alongside/contracts';
import { TimeZonePicker, useLocale, useToast } from '@alongside/ui';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange, useRoute } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import { isAdministrator, useSession } from '../session/session.ts';
import { BackLink } from './BackLink.tsx';
import { calendarChanges } from './calendar-changes.ts';
import { askAnewOnConflict } from './conflict.ts';
import { EditorPart, SaveBar } from './EditorPart.tsx';
import { HolidaySources } from './HolidaySources.tsx';
import { LocalisedField } from './LocalisedField.tsx';
import { isSame } from './same.ts';
import { rebased, withDays } from './special-days.ts';
import { useCalendarPreview } from './use-calendar-preview.ts';
import { VersionHistory } from './VersionHistory.tsx';
import { WeekTimeline } from './WeekTimeline.tsx';
import { inOrder } from './week-blocks.ts';
import { YearView } from './YearView.tsx';

type Draft = { name: LocalisedText; content: CalendarContent };

const OFFICE_DAY = ['09:00-12:00', '13:00-18:00'];

function freshDraft(): Draft {
  return {
    name: { en: '', 'zh-CN': '' },
    content: {
      tz: Intl.DateTimeFormat().resolvedOptions().timeZone,
      week: { mon: OFFICE_DAY, tue: OFFICE_DAY, wed: OFFICE_DAY, thu: OFFICE_DAY, fri: OFFICE_DAY },
      holidays: [],
      overrides: {},
    },
  };
}

/** A calendar's week, its year, where its holidays come from, and what saving it would move. */
export function CalendarEditor({ calendar }: { calendar: SupportCalendar | null }) {
  const { t } = useTranslation('plans', { keyPrefix: 'calendar' });
  const { me } = useSession();
  const { locale } = useLocale();
  const toast = useToast();
  const navigate = useNavigate();
  const readOnly = !isAdministrator(me);
  const [id] = useState(newId);
  /** What the editing began from. */
  const [base, setBase] = useState<SupportCalendar | null>(calendar);
  const [draft, setDraft] = useState<Draft>(() =>
    calendar ? { name: calendar.name, content: calendar.content } : freshDraft(),
  );
  const [sent, setSent] = useState<Draft | null>(null);
  const [year, setYear] = useState(() => new Date().getFullYear());
  const create = useChange(createCalendar, [listCalendars]);
  const update = useChange(updateCalendar, [listCalendars, listCalendarVersions]);
  const content = { ...draft.content, week: inOrder(draft.content.week) };
  const isChanged = base === null || !isSame({ name: base.name, content: base.content }, { ...draft, content });
  const preview = useCalendarPreview(base?.id ?? null, content, isChanged);
  const body = { name: draft.name, content };
  // What saving said is about what was sent: it is old once something else stands there.
  const saving = isSame(sent, body) ? (base ? update.error : create.error) : null;
  const error = preview.error ?? saving;
  const changeContent = (next: CalendarContent) => setDraft((current) => ({ ...current, content: next }));

  function save(): void {
    setSent(body);
    const onSuccess = ({ calendar: saved }: { calendar: SupportCalendar }) => {
      setBase(saved);
      // Who went on editing meanwhile keeps that.
      setDraft((current) =>
        isSame({ ...current, content: { ...current.content, week: inOrder(current.content.week) } }, body)
          ? { name: saved.name, content: saved.content }
          : current,
      );
      toast.show({ tone: 'success', message: t('saved') });
      if (!base) void navigate({ to: '/settings/$section/$item', params: { section: 'calendars', item: saved.id } });
    };
    if (base)
      update.mutate(
        { params: { id: base.id }, body: { basedOn: base.version, ...body } },
        { onSuccess, onError: (error) => askAnewOnConflict(error, listCalendars) },
      );
    else create.mutate({ body: { id, ...body } }, { onSuccess });
  }

  /** The saved calendar is another one now: what is edited here goes on from there. */
  function take(saved: SupportCalendar): void {
    if (base)
      setDraft((current) => ({
        name: isSame(current.name, base.name) ? saved.name : current.name,
        content: rebased(current.content, base.content, saved.content),
      }));
    setBase(saved);
    setSent(null);
  }

  return (
    <>
      <BackLink section="calendars" label={t('all')} />
      <Form onSubmit={save} error={formError(saving, ['name', 'content'])}>
        <EditorPart title={base ? base.name[locale] : t('new')}>
          <LocalisedField
            label={t('name')}
            value={draft.name}
            disabled={readOnly}
            errorOf={(language) => fieldError(saving, `name.${language}`)}
            onChange={(name) => setDraft({ ...draft, name })}
          />
          <TimeZonePicker
            label={t('timeZone')}
            hint={t('timeZoneHint')}
            value={draft.content.tz}
            disabled={readOnly}
            error={fieldError(error, 'content.tz')}
            onChange={(tz) => changeContent({ ...draft.content, tz })}
          />
        </EditorPart>
        <EditorPart title={t('week')} error={error?.issues.find(({ field }) => field === 'content.week')?.message}>
          <WeekTimeline
            week={draft.content.week}
            readOnly={readOnly}
            errorOf={(day) => fieldError(error, `content.week.${day}`)}
            onChange={(week) => changeContent({ ...draft.content, week })}
          />
        </EditorPart>
        <EditorPart title={t('year')} lead={t('yearHint')}>
          <YearView
            content={draft.content}
            year={year}
            onYear={setYear}
            readOnly={readOnly}
            errorOf={(date) =>
              fieldError(error, `content.overrides.${date}`) ??
              fieldError(error, `content.holidays.${draft.content.holidays.indexOf(date)}`)
            }
            onChange={changeContent}
          />
        </EditorPart>
        {readOnly ? null : (
          <EditorPart title={t('sources')}>
            <HolidaySources
              calendar={base}
              content={draft.content}
              onFollowed={take}
              onAdd={(days) => {
                changeContent(withDays(draft.content, days));
                const first = days[0]?.date;
                if (first) setYear(Number(first.slice(0, 4)));
                toast.show({ tone: 'info', message: t('added') });
              }}
            />
          </EditorPart>
        )}
        {readOnly ? null : (
          <SaveBar
            changed={isChanged}
            busy={create.isPending || update.isPending}
            onDiscard={base ? () => setDraft({ name: base.name, content: base.content }) : undefined}
            newer={
              saving?.code === 'version_conflict' && calendar && calendar.version !== base?.version
                ? () => take(calendar)
                : undefined
            }
          >
            {base === null ? t('effectNew') : preview.words}
          </SaveBar>
        )}
      </Form>
      {base ? (
        <History
          id={base.id}
          onShow={
            readOnly
              ? undefined
              : (version) => {
                  setDraft({ name: version.name, content: version.content });
                  toast.show({ tone: 'info', message: t('takenUp', { version: version.version }) });
                }
          }
        />
      ) : null}
    </>
  );
}

function History({ id, onShow }: { id: string; onShow: ((version: { version: number } & Draft) => void) | undefined }) {
  const { t } = useTranslation('plans');
  const found = useRoute(listCalendarVersions, { params: { id } });
  const versions = found.data?.versions ?? [];
  if (versions.length === 0) return null;
  return (
    <EditorPart title={t('history.title')}>
      <VersionHistory
        versions={versions.map((version, index) => ({
          ...version,
          changes: calendarChanges(versions[index + 1], version).map((change) => t(`changes.${change}`)),
        }))}
        onShow={
          onShow &&
          ((number) => {
            const version = versions.find((one) => one.version === number);
            if (version) onShow(version);
          })
        }
      />
    </EditorPart>
  );
}
