import { getReportGroups, type ReportDimension, type ReportScope } from '@alongside/contracts';
import { Button, Popover, TextField, TimeZonePicker, useLocale } from '@alongside/ui';
import { Link, useNavigate } from '@tanstack/react-router';
import { CalendarRange, ChevronDown, X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { useGroupName } from './group-name.ts';
import { periodWords } from './report-dates.ts';
import { DIMENSIONS, ownTimeZone, RANGES, type ReportSearch } from './report-search.ts';
import styles from './ScopeBar.module.css';

/** Which period, in whose days, and which part of the desk. */
export function ScopeBar({ search, scope }: { search: ReportSearch; scope: ReportScope }) {
  const { t } = useTranslation('reports');
  const { locale } = useLocale();
  const isOwn = search.from !== undefined;
  const filters = DIMENSIONS.filter((dimension) => scope[dimension] !== undefined);
  return (
    <div className={styles.bar}>
      <Popover
        label={t('range.label')}
        trigger={
          <Button icon={<CalendarRange size={16} aria-hidden />}>
            <span className={styles.range}>{isOwn ? t('range.own') : t(`range.${search.range ?? '30d'}`)}</span>
            <ChevronDown size={14} aria-hidden />
          </Button>
        }
      >
        <RangeForm key={`${scope.from} ${scope.to} ${scope.timeZone}`} search={search} scope={scope} />
      </Popover>
      <span className={styles.period}>
        {periodWords(scope, locale)}
        {scope.timeZone === ownTimeZone() ? null : ` · ${scope.timeZone}`}
      </span>
      {filters.length > 0 ? (
        <ul className={styles.filters} aria-label={t('filter.label')}>
          {filters.map((dimension) => (
            <Filter key={dimension} dimension={dimension} scope={scope} />
          ))}
        </ul>
      ) : null}
    </div>
  );
}

function RangeForm({ search, scope }: { search: ReportSearch; scope: ReportScope }) {
  const { t } = useTranslation('reports');
  const navigate = useNavigate();
  const [from, setFrom] = useState(scope.from);
  const [to, setTo] = useState(scope.to);
  const isInverted = from !== '' && to !== '' && to < from;
  const change = (part: ReportSearch) =>
    void navigate({
      to: '.',
      search: (before: ReportSearch) => ({ ...before, from: undefined, to: undefined, ...part }),
      replace: true,
      resetScroll: false,
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (from !== '' && to !== '' && !isInverted) change({ range: undefined, from, to });
  };
  const zone = (timeZone: string) =>
    void navigate({
      to: '.',
      search: (before: ReportSearch) => ({ ...before, tz: timeZone === ownTimeZone() ? undefined : timeZone }),
      replace: true,
      resetScroll: false,
    });
  return (
    <div className={styles.form}>
      <fieldset className={styles.ranges} aria-label={t('range.label')}>
        {RANGES.map((range) => (
          <button
            key={range}
            type="button"
            className={styles.choice}
            aria-pressed={search.from === undefined && (search.range ?? '30d') === range}
            onClick={() => change({ range })}
          >
            {t(`range.${range}`)}
          </button>
        ))}
      </fieldset>
      <form className={styles.own} onSubmit={submit}>
        <TextField
          label={t('range.from')}
          type="date"
          required
          max={to || undefined}
          value={from}
          onChange={(event) => setFrom(event.target.value)}
        />
        <TextField
          label={t('range.to')}
          type="date"
          required
          value={to}
          error={isInverted ? t('range.inverted') : null}
          onChange={(event) => setTo(event.target.value)}
        />
        <Button type="submit" disabled={isInverted || from === '' || to === ''}>
          {t('range.show')}
        </Button>
      </form>
      <TimeZonePicker label={t('range.zone')} hint={t('range.zoneHint')} value={scope.timeZone} onChange={zone} />
    </div>
  );
}

/** A part of the desk that is looked at alone, and the way back to all. */
function Filter({ dimension, scope }: { dimension: ReportDimension; scope: ReportScope }) {
  const { t } = useTranslation('reports');
  const key = scope[dimension]!;
  // The group itself knows what it is called.
  const groups = useRoute(getReportGroups, { query: { ...scope, by: dimension } }, { keepPrevious: true });
  const nameOf = useGroupName();
  const found = groups.data?.groups.find((group) => group.key === key);
  const name = groups.isPending ? '…' : nameOf(dimension, { key, name: found?.name ?? null });
  return (
    <li className={styles.filter}>
      <span className={styles.filterKind}>{t(`by.${dimension}`)}</span>
      <span className={styles.filterName}>{name}</span>
      <Link
        to="."
        search={(before: ReportSearch) => ({ ...before, [dimension]: undefined })}
        replace
        resetScroll={false}
        className={styles.remove}
        aria-label={t('filter.remove', { name })}
      >
        <X size={14} aria-hidden />
      </Link>
    </li>
  );
}
