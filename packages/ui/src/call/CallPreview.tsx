import type { CallController, DeviceKind } from '@alongside/client';
import { Mic, MicOff, Stethoscope, Video, VideoOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSelected, useStore } from '../app/ClientProvider.tsx';
import { cx } from '../app/cx.ts';
import { Button } from '../base/Button.tsx';
import { Dialog } from '../base/Dialog.tsx';
import { Select } from '../base/Select.tsx';
import { Spinner } from '../base/Spinner.tsx';
import styles from './CallPreview.module.css';
import { useCallText } from './call-text.ts';
import { chosenId } from './DeviceMenu.tsx';
import { LevelMeter } from './LevelMeter.tsx';
import { PermissionHelp } from './PermissionHelp.tsx';
import { VideoView } from './VideoView.tsx';

/**
 * Before entering: one sees oneself, sees that one is heard, and chooses devices. Open while `phase` is preview.
 * @param onCheck leads to the check of devices and network
 */
export function CallPreview({ call, onCheck }: { call: CallController; onCheck?: () => void }) {
  const t = useCallText();
  const { t: ui } = useTranslation('ui');
  const isOpen = useSelected(call, ({ phase }) => phase === 'preview');
  const joins = useSelected(call, ({ callId }) => callId !== null);

  return (
    <Dialog
      open={isOpen}
      onClose={() => call.closePreview()}
      title={t(joins ? 'preview.joinTitle' : 'preview.startTitle')}
      description={t('preview.hint')}
      size="md"
      actions={
        <>
          <Button onClick={() => call.closePreview()}>{t('preview.cancel')}</Button>
          <Button variant="primary" onClick={() => void call.enter()}>
            {t(joins ? 'preview.joinButton' : 'preview.startButton')}
          </Button>
        </>
      }
    >
      <OwnDevices call={call} />
      {onCheck ? (
        <Button variant="quiet" size="sm" icon={<Stethoscope size={16} aria-hidden />} onClick={onCheck}>
          {ui('check.beforeCall')}
        </Button>
      ) : null}
    </Dialog>
  );
}

/** One's picture and level, and the choice of devices. A piece of its own: during a call nothing of it is drawn. */
function OwnDevices({ call }: { call: CallController }) {
  const t = useCallText();
  const preview = useStore(call.preview);
  const devices = useStore(call.devices);
  const [helping, setHelping] = useState(false);
  const isMicOn = preview.microphone.state === 'on';
  const isCameraOn = preview.camera.state === 'on';
  const problem = preview.microphone.problem ?? preview.camera.problem;
  const choices = (
    [
      ['microphone', devices.microphones, devices.microphoneId],
      ['camera', devices.cameras, devices.cameraId],
      ['speaker', devices.speakers, devices.speakerId],
    ] as const
  ).filter(([, options]) => options.length > 0);

  return (
    <>
      <div className={styles.preview}>
        <div className={styles.picture}>
          {preview.video ? (
            <VideoView video={preview.video} fit="cover" />
          ) : (
            <span className={styles.off}>
              {preview.camera.state === 'starting' ? <Spinner size={24} /> : <VideoOff size={28} aria-hidden />}
              {preview.camera.state === 'starting' ? t('controls.starting') : t('preview.cameraOff')}
            </span>
          )}
          <div className={styles.switches}>
            <PreviewSwitch
              on={isMicOn}
              label={t(isMicOn ? 'controls.mute' : 'controls.unmute')}
              onPress={() => call.setPreview({ microphone: !isMicOn })}
              kind="microphone"
            />
            <PreviewSwitch
              on={isCameraOn}
              label={t(isCameraOn ? 'controls.cameraOff' : 'controls.cameraOn')}
              onPress={() => call.setPreview({ camera: !isCameraOn })}
              kind="camera"
            />
          </div>
        </div>
        <div className={styles.level}>
          <LevelMeter level={call.level} label={t('preview.level')} />
          <p className={styles.hint}>{t(isMicOn ? 'preview.speakNow' : 'preview.micOff')}</p>
        </div>
        {problem ? (
          <div className={styles.problem} role="alert">
            <span>{t(`problem.${problem.kind}.${problem.reason}`)}</span>
            <Button size="sm" onClick={() => setHelping(true)}>
              {t('preview.fix')}
            </Button>
          </div>
        ) : null}
        {choices.length > 0 ? (
          <div className={styles.devices}>
            {choices.map(([kind, options, chosen]) => (
              <Select
                key={kind}
                label={t(`controls.${kind}s`)}
                options={options.map((device) => ({
                  value: device.id,
                  label: device.label || t('controls.defaultDevice'),
                }))}
                value={chosenId(options, chosen)}
                onChange={(id) => void call.chooseDevice(kind as DeviceKind, id)}
              />
            ))}
          </div>
        ) : null}
      </div>
      {helping && problem ? (
        <PermissionHelp
          problem={problem}
          onClose={() => setHelping(false)}
          onRetry={() => {
            setHelping(false);
            if (preview.microphone.problem) call.setPreview({ microphone: true });
            if (preview.camera.problem) call.setPreview({ camera: true });
          }}
        />
      ) : null}
    </>
  );
}

type PreviewSwitchProps = { on: boolean; label: string; kind: 'microphone' | 'camera'; onPress: () => void };

function PreviewSwitch({ on, label, kind, onPress }: PreviewSwitchProps) {
  const Icon = kind === 'microphone' ? (on ? Mic : MicOff) : on ? Video : VideoOff;
  return (
    <button type="button" className={cx(styles.switch, !on && styles.switchOff)} aria-label={label} onClick={onPress}>
      <Icon size={20} aria-hidden />
    </button>
  );
}
