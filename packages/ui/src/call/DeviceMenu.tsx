import type { CallController, DeviceChoice, DeviceKind } from '@alongside/client';
import type { ReactElement } from 'react';
import { useStore } from '../app/ClientProvider.tsx';
import { Menu, type MenuEntry } from '../base/Menu.tsx';
import { useCallText } from './call-text.ts';

export type DeviceMenuProps = {
  call: CallController;
  kinds: readonly DeviceKind[];
  trigger: ReactElement<Record<string, unknown>>;
  /** More entries below the devices. */
  extra?: readonly MenuEntry[];
};

/** Which microphone, camera or speaker. */
export function DeviceMenu({ call, kinds, trigger, extra = [] }: DeviceMenuProps) {
  const t = useCallText();
  const devices = useStore(call.devices);
  const lists: Record<DeviceKind, { label: string; options: readonly DeviceChoice[]; chosen: string | null }> = {
    microphone: { label: t('controls.microphones'), options: devices.microphones, chosen: devices.microphoneId },
    camera: { label: t('controls.cameras'), options: devices.cameras, chosen: devices.cameraId },
    speaker: { label: t('controls.speakers'), options: devices.speakers, chosen: devices.speakerId },
  };
  const entries = kinds
    .filter((kind) => kind !== 'speaker' || lists.speaker.options.length > 0)
    .map((kind): MenuEntry => {
      const { label, options, chosen } = lists[kind];
      if (options.length === 0) {
        return { id: kind, label: `${label}: ${t('controls.noDevice')}`, disabled: true, onSelect: () => {} };
      }
      return {
        kind: 'choice',
        id: kind,
        label,
        value: chosenId(options, chosen),
        options: options.map((device) => ({ value: device.id, label: device.label || t('controls.defaultDevice') })),
        onChange: (id) => void call.chooseDevice(kind, id),
      };
    });
  return <Menu trigger={trigger} entries={[...entries, ...extra]} side="top" align="center" />;
}

/** What was wished for may be unplugged: then the browser takes its default, which it lists first. */
export function chosenId(options: readonly DeviceChoice[], wished: string | null): string {
  return options.find((device) => device.id === wished)?.id ?? options[0]?.id ?? '';
}
