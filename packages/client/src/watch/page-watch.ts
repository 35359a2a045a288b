import type { DeviceField, SessionEvent } from '@alongside/diagnosis';
import { createListening, quietly } from './quietly.ts';

// None of these is in TypeScript's DOM types: Compute Pressure (W3C draft), Battery Status (W3C), Chromium's memory.
type Pressure = { state: 'nominal' | 'fair' | 'serious' | 'critical' };
type PressureObserverLike = {
  observe(source: string, options: { sampleInterval: number }): Promise<void>;
  disconnect(): void;
};
type PressureGlobal = { PressureObserver?: new (listener: (records: Pressure[]) => void) => PressureObserverLike };
type BatteryNavigator = { getBattery?(): Promise<{ level: number; charging: boolean }> };
type MemoryPerformance = { memory?: { usedJSHeapSize: number; jsHeapSizeLimit: number } };

const PRESSURES: Record<Pressure['state'], number> = { nominal: 0, fair: 1, serious: 2, critical: 3 };
const PRESSURE_EVERY_MS = 2_000;

/** What happens to the page and the device, whatever connections it has. */
export type PageHappening =
  Extract<SessionEvent, { type: 'page_visible' | 'page_frozen' | 'online' | 'devices_changed' }> extends infer E
    ? E extends SessionEvent
      ? Omit<E, 'atMs' | 'participantId'>
      : never
    : never;

export type PageWatch = {
  /** How things stand now; what the browser does not tell is absent. */
  reading(): Partial<Record<DeviceField, number>>;
  stop(): void;
};

/**
 * Follows the page and the device it runs on. Asks for nothing a person would be asked about.
 * @param tell what happened
 */
export function watchPage(tell: (happening: PageHappening) => void): PageWatch {
  const listening = createListening();
  let pressure: number | null = null;
  let battery: { level: number; charging: boolean } | null = null;
  let observer: PressureObserverLike | null = null;

  const isVisible = () => document.visibilityState === 'visible';
  listening.on(document, 'visibilitychange', () => tell({ type: 'page_visible', visible: isVisible() }));
  // Only Chromium tells (Page Lifecycle, a W3C draft). A page one has left sleeps as well, in the memory of the way back.
  let isLeft = false;
  listening.on(window, 'pagehide', () => (isLeft = true));
  listening.on(window, 'pageshow', () => (isLeft = false));
  listening.on(document, 'freeze', () => isLeft || tell({ type: 'page_frozen', frozen: true }));
  listening.on(document, 'resume', () => isLeft || tell({ type: 'page_frozen', frozen: false }));
  listening.on(window, 'online', () => tell({ type: 'online', online: true }));
  listening.on(window, 'offline', () => tell({ type: 'online', online: false }));
  // Absent on plain http.
  listening.on(navigator.mediaDevices, 'devicechange', () => tell({ type: 'devices_changed' }));
  // What is so from the beginning is no change, and nobody else would tell.
  if (!isVisible()) tell({ type: 'page_visible', visible: false });
  if (navigator.onLine === false) tell({ type: 'online', online: false });

  quietly(() => {
    const { PressureObserver } = globalThis as PressureGlobal;
    if (!PressureObserver) return;
    observer = new PressureObserver((records) => {
      const last = records.at(-1);
      if (last) pressure = PRESSURES[last.state] ?? null;
    });
    // Refused where the page's policy does not allow it.
    observer.observe('cpu', { sampleInterval: PRESSURE_EVERY_MS }).catch(() => {});
  });
  quietly(() => {
    (navigator as BatteryNavigator).getBattery?.().then(
      (manager) => {
        battery = manager;
      },
      () => {},
    );
  });

  return {
    reading() {
      const memory = quietly(() => (performance as MemoryPerformance).memory);
      return {
        visible: isVisible() ? 1 : 0,
        ...(pressure === null ? {} : { processorPressure: pressure }),
        ...(memory ? { usedMemoryBytes: memory.usedJSHeapSize, memoryLimitBytes: memory.jsHeapSizeLimit } : {}),
        ...(battery ? { batteryRatio: battery.level, charging: battery.charging ? 1 : 0 } : {}),
      };
    },
    stop() {
      listening.stop();
      quietly(() => observer?.disconnect());
    },
  };
}
