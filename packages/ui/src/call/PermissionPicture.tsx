import { useCallText } from './call-text.ts';
import styles from './PermissionHelp.module.css';

/**
 * A drawing of the browser's bar with the place to click (1) and the switches to turn on (2). Drawn, so that it fits both
 * themes and stays sharp; kept to what lasts over versions of a browser.
 */
export function PermissionPicture({ help, label }: { help: string; label: string }) {
  const isSystem = help === 'macos' || help === 'windows';
  return (
    <svg viewBox="0 0 400 168" className={styles.picture} role="img" aria-label={label}>
      {isSystem ? <SystemSettings rounded={help === 'macos'} /> : <BrowserBar help={help} />}
    </svg>
  );
}

function BrowserBar({ help }: { help: string }) {
  const bottom = help === 'ios';
  const barY = bottom ? 122 : 14;
  const popupY = bottom ? 10 : 56;
  return (
    <>
      <rect x="14" y={barY} width="372" height="34" rx="9" className={styles.chrome} />
      {bottom ? null : <Arrows />}
      <rect x={bottom ? 24 : 78} y={barY + 6} width={bottom ? 352 : 292} height="22" rx="11" className={styles.field} />
      <g transform={`translate(${bottom ? 32 : 86} ${barY + 8})`}>
        <SiteIcon help={help} />
      </g>
      <rect x={bottom ? 62 : 116} y={barY + 14} width="118" height="6" rx="3" className={styles.line} />
      <circle cx={bottom ? 41 : 95} cy={barY + 17} r="14" className={styles.mark} />
      <Badge x={bottom ? 58 : 112} y={barY - 1} number="1" />
      <rect x={bottom ? 24 : 78} y={popupY} width="200" height="100" rx="10" className={styles.chrome} />
      {help === 'firefox' ? <FirefoxRows y={popupY} /> : <SwitchRows x={bottom ? 24 : 78} y={popupY} />}
    </>
  );
}

function SwitchRows({ x, y }: { x: number; y: number }) {
  const t = useCallText();
  return (
    <>
      <rect x={x + 14} y={y + 14} width="86" height="6" rx="3" className={styles.line} />
      <text x={x + 14} y={y + 47} className={styles.text}>
        {t('controls.microphones')}
      </text>
      <Toggle x={x + 152} y={y + 34} />
      <text x={x + 14} y={y + 79} className={styles.text}>
        {t('controls.cameras')}
      </text>
      <Toggle x={x + 152} y={y + 66} />
      <rect x={x + 144} y={y + 26} width="46" height="64" rx="12" className={styles.mark} />
      <Badge x={x + 190} y={y + 24} number="2" />
    </>
  );
}

function FirefoxRows({ y }: { y: number }) {
  const t = useCallText();
  return (
    <>
      <rect x="92" y={y + 14} width="86" height="6" rx="3" className={styles.line} />
      <text x="92" y={y + 47} className={styles.text}>
        {t('controls.microphones')}
      </text>
      <path d={`M238 ${y + 38} l10 10 m0 -10 l-10 10`} className={styles.danger} />
      <text x="92" y={y + 79} className={styles.text}>
        {t('controls.cameras')}
      </text>
      <path d={`M238 ${y + 70} l10 10 m0 -10 l-10 10`} className={styles.danger} />
      <rect x="228" y={y + 28} width="30" height="62" rx="12" className={styles.mark} />
      <Badge x={258} y={y + 26} number="2" />
    </>
  );
}

function SystemSettings({ rounded }: { rounded: boolean }) {
  const t = useCallText();
  return (
    <>
      <rect x="34" y="12" width="332" height="144" rx={rounded ? 14 : 6} className={styles.chrome} />
      {rounded ? (
        <>
          <circle cx="50" cy="27" r="4" className={styles.line} />
          <circle cx="63" cy="27" r="4" className={styles.line} />
          <circle cx="76" cy="27" r="4" className={styles.line} />
        </>
      ) : (
        <path d="M336 23 l8 8 m0 -8 l-8 8" className={styles.ink} />
      )}
      <rect x="46" y="44" width="86" height="100" rx="7" className={styles.field} />
      {[56, 74, 92, 110].map((y) => (
        <rect key={y} x="56" y={y} width="62" height="6" rx="3" className={styles.line} />
      ))}
      <rect x="50" y="86" width="78" height="18" rx="8" className={styles.mark} />
      <Badge x={128} y={86} number="1" />
      <text x="150" y="72" className={styles.text}>
        {t('controls.microphones')}
      </text>
      <Toggle x={316} y={60} />
      <text x="150" y="110" className={styles.text}>
        {t('controls.cameras')}
      </text>
      <Toggle x={316} y={98} />
      <rect x="308" y="52" width="46" height="70" rx="12" className={styles.mark} />
      <Badge x={354} y={52} number="2" />
    </>
  );
}

function Toggle({ x, y }: { x: number; y: number }) {
  return (
    <>
      <rect x={x} y={y} width="30" height="17" rx="8.5" className={styles.on} />
      <circle cx={x + 21.5} cy={y + 8.5} r="6" className={styles.knob} />
    </>
  );
}

function Badge({ x, y, number }: { x: number; y: number; number: string }) {
  return (
    <>
      <circle cx={x} cy={y} r="8.5" className={styles.badge} />
      <text x={x} y={y + 3.5} className={styles.badgeText}>
        {number}
      </text>
    </>
  );
}

function Arrows() {
  return (
    <>
      <path d="M36 31 h-10 m4 -4 l-4 4 l4 4" className={styles.ink} />
      <path d="M50 31 h10 m-4 -4 l4 4 l-4 4" className={styles.ink} />
    </>
  );
}

/** The picture left of the address, 18 px square: sliders in Chrome, a lock in Edge, a page menu in Safari. */
function SiteIcon({ help }: { help: string }) {
  switch (help) {
    case 'edge':
      return (
        <>
          <rect x="4" y="8" width="10" height="7" rx="1.5" className={styles.inkFill} />
          <path d="M6 8 v-2 a3 3 0 0 1 6 0 v2" className={styles.ink} />
        </>
      );
    case 'firefox':
      return (
        <>
          <path
            d="M9 2.5 a2 2 0 0 1 2 2 v4 a2 2 0 0 1 -4 0 v-4 a2 2 0 0 1 2 -2 Z M5 8.5 a4 4 0 0 0 8 0 M9 12.5 v3"
            className={styles.ink}
          />
          <path d="M3.5 2.5 l11 13" className={styles.danger} />
        </>
      );
    case 'safari':
    case 'ios':
      return (
        <>
          <rect x="3" y="3" width="12" height="8" rx="2" className={styles.ink} />
          <path d="M4 14 h10" className={styles.ink} />
        </>
      );
    default:
      return (
        <>
          <path d="M3 6 h6 m5 0 h1 M3 12 h1 m5 0 h6" className={styles.ink} />
          <circle cx="11.5" cy="6" r="2.2" className={styles.ink} />
          <circle cx="6.5" cy="12" r="2.2" className={styles.ink} />
        </>
      );
  }
}
