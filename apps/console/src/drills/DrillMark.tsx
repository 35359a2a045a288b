import { Badge } from '@alongside/ui';
import { FlaskConical } from 'lucide-react';
import { useTranslation } from 'react-i18next';

/** Says of a ticket that it is a drill. */
export function DrillMark() {
  const { t } = useTranslation('drills');
  return (
    <span title={t('markHint')}>
      <Badge tone="note" icon={<FlaskConical size={12} aria-hidden />}>
        {t('mark')}
      </Badge>
    </span>
  );
}
