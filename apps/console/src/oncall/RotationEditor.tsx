import { newId } from '@alongside/client';
import {
  createRotation,
  listStaff,
  type OnCallRotation,
  type RotationContent,
  type RotationLayer,
  saveRotation,
} from '@alongside/contracts';
import { isTimeZone } from '@alongside/sla';
import { Button, Dialog, SegmentedControl, TextField } from '@alongside/ui';
import { Plus } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange, useRoute } from '../data/queries.ts';
import { Form } from '../session/Form.tsx';
import { useSession } from '../session/session.ts';
import { DraftPicture } from './DraftPicture.tsx';
import styles from './Fields.module.css';
import { LayerEditor } from './LayerEditor.tsx';
import { ON_CALL_ROUTES } from './live.ts';
import { dateAfter } from './picture.ts';
import { ownZone } from './shift-words.ts';
import { instantOf, wallOf } from './wall-time.ts';
import { ZoneField } from './ZoneField.tsx';

const LAYERS_MAX = 8;

/** Makes a rotation, or changes one: its layers, and from when on. Past shifts stay as they were. */
export function RotationEditor({ rotation, onClose }: { rotation: OnCallRotation | null; onClose: () => void }) {
  const { t } = useTranslation('oncall');
  const { me } = useSession();
  const formId = useId();
  const staff = useRoute(listStaff, {}).data?.staff ?? [];
  const create = useChange(createRotation, ON_CALL_ROUTES);
  const save = useChange(saveRotation, ON_CALL_ROUTES);
  const error = create.error ?? save.error;
  const [id] = useState(() => rotation?.id ?? newId());
  // What is planned is what one goes on with; it is withdrawn by the saving.
  const [content, setContent] = useState<RotationContent>(
    () => (rotation?.planned ?? rotation?.current)?.content ?? newRotation(me.id, t('layer.first')),
  );
  const [when, setWhen] = useState<'now' | 'later'>(rotation?.planned ? 'later' : 'now');
  const [validFrom, setValidFrom] = useState(() =>
    wallOf(rotation?.planned?.validFrom ?? new Date(Date.now() + 86_400_000).toISOString(), content.tz),
  );

  const change = (part: Partial<RotationContent>) => setContent({ ...content, ...part });
  const changeLayer = (index: number, layer: RotationLayer) =>
    change({ layers: content.layers.map((each, at) => (at === index ? layer : each)) });
  const move = (index: number, by: -1 | 1) => {
    const layers = [...content.layers];
    const [layer] = layers.splice(index, 1);
    if (layer) layers.splice(index + by, 0, layer);
    change({ layers });
  };

  function submit(): void {
    if (rotation === null) {
      create.mutate({ body: { id, content } }, { onSuccess: onClose });
      return;
    }
    const from = when === 'later' && isTimeZone(content.tz) ? instantOf(validFrom, content.tz) : null;
    save.mutate({ params: { id }, body: { content, validFrom: from } }, { onSuccess: onClose });
  }

  return (
    <Dialog
      open
      onClose={onClose}
      size="lg"
      title={rotation ? t('editor.title', { name: rotation.current.content.name }) : t('editor.titleNew')}
      description={rotation ? t('editor.lead') : undefined}
      actions={
        <>
          <Button onClick={onClose}>{t('ui:dialog.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} busy={create.isPending || save.isPending}>
            {t(rotation ? 'editor.save' : 'editor.create')}
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={submit} error={formError(error, ['content', 'validFrom'])}>
        <div className={styles.pair}>
          <TextField
            label={t('editor.name')}
            maxLength={80}
            value={content.name}
            error={fieldError(error, 'content.name')}
            onChange={(event) => change({ name: event.target.value })}
          />
          <ZoneField
            label={t('editor.zone')}
            value={content.tz}
            error={fieldError(error, 'content.tz')}
            onChange={(tz) => change({ tz })}
          />
        </div>
        {content.layers.map((layer, index) => (
          <LayerEditor
            key={layer.id}
            layer={layer}
            index={index}
            count={content.layers.length}
            zone={content.tz}
            staff={staff}
            error={error}
            onChange={(next) => changeLayer(index, next)}
            onMove={(by) => move(index, by)}
            onRemove={() => change({ layers: content.layers.filter((_, at) => at !== index) })}
          />
        ))}
        <div>
          <Button
            icon={<Plus size={16} aria-hidden />}
            disabled={content.layers.length >= LAYERS_MAX}
            onClick={() =>
              change({
                layers: [
                  ...content.layers,
                  newLayer(me.id, t('layer.numbered', { number: content.layers.length + 1 })),
                ],
              })
            }
          >
            {t('layer.add')}
          </Button>
        </div>
        <DraftPicture content={content} staff={staff} />
        {rotation ? (
          <fieldset className={styles.group}>
            <SegmentedControl
              label={t('editor.when')}
              value={when}
              onChange={setWhen}
              options={[
                { value: 'now', label: t('editor.whenNow') },
                { value: 'later', label: t('editor.whenLater') },
              ]}
            />
            {when === 'later' ? (
              <TextField
                type="datetime-local"
                label={t('editor.validFrom')}
                hint={t('editor.validFromHint')}
                value={validFrom}
                error={fieldError(error, 'validFrom')}
                onChange={(event) => setValidFrom(event.target.value)}
              />
            ) : null}
          </fieldset>
        ) : null}
      </Form>
    </Dialog>
  );
}

function newRotation(personId: string, layerName: string): RotationContent {
  return { name: '', tz: ownZone(), layers: [newLayer(personId, layerName)] };
}

const HANDOVER_HOUR = 9;

/** Weekly from Monday to Monday, as most rotations are; the first turn has begun already. */
function newLayer(personId: string, name: string): RotationLayer {
  // Before the hand-over a Monday still belongs to the week before.
  const today = wallOf(new Date(Date.now() - HANDOVER_HOUR * 3_600_000).toISOString(), ownZone()).slice(0, 10);
  const weekday = (new Date(`${today}T00:00Z`).getUTCDay() + 6) % 7;
  return {
    id: newId(),
    name,
    people: [personId],
    handover: { every: 'week', at: `0${HANDOVER_HOUR}:00`, on: 'mon' },
    startsOn: dateAfter(today, -weekday),
  };
}
