import type { CheckReport, CheckStepId, CheckStepOutcome, Locale } from '@alongside/contracts';
import type { TFunction } from 'i18next';
import { ArrowDown, ArrowUp, Check, CircleMinus, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '../app/cx.ts';
import { Bars } from './CheckPictures.tsx';
import { addressWords, bitrateText, millisecondsText, pathWords, percentText } from './check-words.ts';
import styles from './step-content.module.css';

/** What a row says, shows beside it, and lists below. */
export type StepContent = { says: ReactNode; picture?: ReactNode; more?: ReactNode };

/** What is shown of a row that is done. */
export function contentOf(
  step: CheckStepId,
  report: CheckReport,
  outcome: CheckStepOutcome,
  t: TFunction,
  locale: Locale,
): StepContent {
  if (outcome === 'skipped') return { says: t('outcome.skipped') };
  const trip = report.roundTrip;
  const isFine = outcome === 'ok' || outcome === 'note';
  switch (step) {
    case 'browser':
      return {
        says: t('says.browser', { browser: report.browser.label || '–', platform: report.browser.platform || '–' }),
      };
    case 'microphone': {
      const levels = report.microphone?.levels ?? [];
      return {
        says: outcome === 'ok' ? t('says.microphone') : null,
        picture: levels.length > 0 ? <Bars values={levels.map(Math.sqrt)} label={t('levels')} /> : null,
      };
    }
    case 'camera': {
      const { widthPx = null, heightPx = null } = report.camera ?? {};
      return { says: widthPx === null ? null : t('says.camera', { width: widthPx, height: heightPx }) };
    }
    case 'speaker':
      return { says: outcome === 'ok' ? t('says.speaker') : null };
    case 'addresses': {
      const addresses = report.addresses ?? [];
      const up = addresses.filter(({ signal }) => signal.state === 'ok').length;
      if (addresses.length === 0) return { says: null };
      return {
        says: t('says.addresses', { up, count: addresses.length }),
        more: (
          <ul className={styles.list}>
            {addresses.map((address) => (
              <li key={`${address.role} ${address.host}`} className={styles.address}>
                <Mark state={address.signal.state === 'ok' ? 'ok' : 'failed'} />
                <span>
                  <b className={styles.host}>{address.host}</b>{' '}
                  <span className={styles.muted}>{t('roleMark', { role: t(`role.${address.role}`) })}</span>{' '}
                  <span className={styles.muted}>{addressWords(t, address, locale)}</span>
                </span>
              </li>
            ))}
          </ul>
        ),
      };
    }
    case 'media': {
      const up = (report.addresses ?? []).filter(({ paths }) => paths.length > 0);
      return {
        says: null,
        more: up.map(({ host, role, paths }) => (
          <div key={`${role} ${host}`} className={styles.paths}>
            {up.length > 1 ? <b className={styles.host}>{host}</b> : null}
            <ul className={styles.list}>
              {paths.map((path) => (
                <li key={`${path.kind} ${path.relay}`} className={styles.address}>
                  <Mark state={path.state === 'ok' || path.state === 'failed' ? path.state : 'none'} />
                  <span>
                    {pathWords(t, path, locale)}
                    {path.relay ? <span className={styles.muted}> {path.relay}</span> : null}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        )),
      };
    }
    case 'bandwidth':
      if (trip?.upBps == null || trip.downBps === null) return { says: null };
      return {
        says: t('says.bandwidth', { up: bitrateText(trip.upBps, locale), down: bitrateText(trip.downBps, locale) }),
        picture: <Series up={trip.upSeriesBps} down={trip.downSeriesBps} t={t} locale={locale} />,
      };
    case 'quality':
      if (!trip || trip.failure !== null || trip.rttMs === null) return { says: null };
      return {
        says:
          isFine || outcome === 'warning'
            ? t('says.quality', {
                rtt: millisecondsText(trip.rttMs, locale),
                loss: percentText(trip.lossRatio ?? 0, locale),
                jitter: millisecondsText(trip.jitterMs ?? 0, locale),
              })
            : null,
      };
  }
}

/** Both directions, second by second. */
export function Series({
  up,
  down,
  t,
  locale,
}: {
  up: readonly number[];
  down: readonly number[];
  t: TFunction;
  locale: Locale;
}) {
  const label = (name: string, values: readonly number[]) =>
    t('series', { name, most: bitrateText(Math.max(0, ...values), locale) });
  return (
    <span className={styles.series}>
      <span className={styles.way}>
        <ArrowUp size={14} aria-hidden />
        <Bars values={up} label={label(t('up'), up)} tone="up" />
      </span>
      <span className={styles.way}>
        <ArrowDown size={14} aria-hidden />
        <Bars values={down} label={label(t('down'), down)} tone="down" />
      </span>
    </span>
  );
}

function Mark({ state }: { state: 'ok' | 'failed' | 'none' }) {
  const Icon = state === 'ok' ? Check : state === 'failed' ? X : CircleMinus;
  return <Icon size={14} strokeWidth={2.5} aria-hidden className={cx(styles.mark, styles[state])} />;
}
