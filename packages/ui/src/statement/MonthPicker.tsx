import type { Month } from '@alongside/contracts';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../app/LocaleProvider.tsx';
import { IconButton } from '../base/IconButton.tsx';
import { Select } from '../base/Select.tsx';
import styles from './MonthPicker.module.css';
import { monthName } from './statement-words.ts';

/** One month of those there are, and the ways to its neighbours. */
export function MonthPicker({
  month,
  months,
  onChange,
}: {
  month: Month;
  /** Latest first. */
  months: readonly Month[];
  onChange: (month: Month) => void;
}) {
  const { t } = useTranslation('statement');
  const { locale } = useLocale();
  const place = months.indexOf(month);
  const [earlier, later] = [place === -1 ? undefined : months[place + 1], place === -1 ? undefined : months[place - 1]];
  return (
    <div className={styles.picker}>
      <IconButton
        label={t('earlier')}
        icon={<ChevronLeft size={18} aria-hidden />}
        disabled={earlier === undefined}
        onClick={() => earlier && onChange(earlier)}
      />
      <Select
        label={t('month')}
        hideLabel
        className={styles.select}
        value={month}
        options={months.map((value) => ({ value, label: monthName(value, locale) }))}
        onChange={onChange}
      />
      <IconButton
        label={t('later')}
        icon={<ChevronRight size={18} aria-hidden />}
        disabled={later === undefined}
        onClick={() => later && onChange(later)}
      />
    </div>
  );
}
