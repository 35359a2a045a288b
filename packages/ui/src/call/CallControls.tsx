import type { CallController, CallSnapshot } from '@alongside/client';
import type { CallRecording } from '@alongside/contracts';
import {
  ChevronUp,
  CircleDot,
  CircleStop,
  Ellipsis,
  type LucideIcon,
  Mic,
  MicOff,
  MonitorUp,
  MonitorX,
  PhoneOff,
  Video,
  VideoOff,
} from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { cx } from '../app/cx.ts';
import { Menu } from '../base/Menu.tsx';
import { Tooltip } from '../base/Tooltip.tsx';
import { useRecordingText } from '../recording/recording-text.ts';
import type { RecordingModel } from '../recording/use-recording.ts';
import styles from './CallControls.module.css';
import { useCallText } from './call-text.ts';
import { DeviceMenu } from './DeviceMenu.tsx';
import { LevelRing } from './LevelMeter.tsx';

export type CallControlsProps = Pick<CallSnapshot, 'microphone' | 'camera' | 'screen' | 'canShareScreen'> & {
  call: CallController;
  isLive: boolean;
  recording: Pick<RecordingModel, 'busy' | 'ask' | 'end'>;
  /** Whether there is one now, asked for or going on. */
  recorded: 'no' | CallRecording['state'];
  /** Staff may end the call for everybody. */
  canEnd: boolean;
};

/** What one does during a call. Drawn again when a switch changes, not with each word that is spoken. */
export const CallControls = memo(function CallControls({
  call,
  microphone,
  camera,
  screen,
  canShareScreen,
  isLive,
  recording,
  recorded,
  canEnd,
}: CallControlsProps) {
  const t = useCallText();
  const recordingText = useRecordingText();
  const isMicOn = microphone.state === 'on';
  const isCameraOn = camera.state === 'on';
  const isSharing = screen.state === 'on';
  const leave = (
    <RoundButton label={t('controls.leave')} icon={PhoneOff} tone="danger" onClick={() => void call.leave()} />
  );
  return (
    <div className={styles.bar} role="toolbar" aria-label={t('controls.label')}>
      <span className={styles.pair}>
        <RoundButton
          label={t(isMicOn ? 'controls.mute' : 'controls.unmute')}
          shortcut="M"
          icon={isMicOn ? Mic : MicOff}
          tone={isMicOn ? 'plain' : 'off'}
          busy={microphone.state === 'starting'}
          problem={microphone.problem !== null}
          onClick={() => void call.setMicrophone(!isMicOn)}
        >
          {isMicOn ? <LevelRing level={call.level} /> : null}
        </RoundButton>
        <DeviceMenu
          call={call}
          kinds={['microphone', 'speaker']}
          trigger={<Caret label={t('controls.chooseMicrophone')} />}
        />
      </span>
      <span className={styles.pair}>
        <RoundButton
          label={t(isCameraOn ? 'controls.cameraOff' : 'controls.cameraOn')}
          shortcut="V"
          icon={isCameraOn ? Video : VideoOff}
          tone={isCameraOn ? 'plain' : 'off'}
          busy={camera.state === 'starting'}
          problem={camera.problem !== null}
          onClick={() => void call.setCamera(!isCameraOn)}
        />
        <DeviceMenu call={call} kinds={['camera']} trigger={<Caret label={t('controls.chooseCamera')} />} />
      </span>
      {canShareScreen ? (
        <RoundButton
          label={t(isSharing ? 'controls.stopShare' : 'controls.share')}
          shortcut="S"
          icon={isSharing ? MonitorX : MonitorUp}
          tone={isSharing ? 'active' : 'plain'}
          busy={screen.state === 'starting'}
          onClick={() => void call.setScreen(!isSharing)}
        />
      ) : null}
      {canEnd && isLive ? (
        <RoundButton
          label={recordingText(
            recorded === 'no' ? 'button.record' : recorded === 'asking' ? 'button.asking' : 'button.stop',
          )}
          icon={recorded === 'recording' ? CircleStop : CircleDot}
          tone={recorded === 'recording' ? 'off' : 'plain'}
          busy={recording.busy || recorded === 'asking'}
          onClick={recorded === 'no' ? recording.ask : recording.end}
        />
      ) : null}
      <span className={styles.narrowOnly}>
        <DeviceMenu
          call={call}
          kinds={['microphone', 'camera', 'speaker']}
          trigger={
            <button type="button" className={cx(styles.round, styles.plain)} aria-label={t('controls.devices')}>
              <Ellipsis size={20} aria-hidden />
            </button>
          }
        />
      </span>
      <span className={styles.gap} aria-hidden />
      {canEnd ? (
        <span className={styles.pair}>
          {leave}
          <Menu
            side="top"
            align="end"
            trigger={<Caret label={t('controls.leaveMenu')} always />}
            entries={[
              { id: 'leave', label: t('controls.leave'), onSelect: () => void call.leave() },
              {
                id: 'end',
                label: t('controls.end'),
                danger: true,
                // What cannot be told to the server now is told by leaving: the last one out ends it.
                onSelect: () => void call.end().catch(() => call.leave()),
              },
            ]}
          />
        </span>
      ) : (
        leave
      )}
    </div>
  );
});

type RoundButtonProps = {
  label: string;
  shortcut?: string;
  icon: LucideIcon;
  tone: 'plain' | 'off' | 'active' | 'danger';
  busy?: boolean;
  problem?: boolean;
  onClick: () => void;
  children?: ReactNode;
};

function RoundButton({ label, shortcut, icon: Icon, tone, busy, problem, onClick, children }: RoundButtonProps) {
  return (
    <Tooltip label={label} shortcut={shortcut}>
      <button
        type="button"
        className={cx(styles.round, styles[tone], busy && styles.busy)}
        aria-label={label}
        aria-keyshortcuts={shortcut}
        aria-busy={busy || undefined}
        onClick={onClick}
      >
        <Icon size={20} aria-hidden />
        {children}
        {problem ? <span className={styles.mark} aria-hidden /> : null}
      </button>
    </Tooltip>
  );
}

function Caret({ label, always = false, ...rest }: { label: string; always?: boolean }) {
  return (
    <button type="button" className={cx(styles.caret, always && styles.always)} aria-label={label} {...rest}>
      <ChevronUp size={14} aria-hidden />
    </button>
  );
}
