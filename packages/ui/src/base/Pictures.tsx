import styles from './Pictures.module.css';

export type PictureName = 'allClear' | 'conversation' | 'search' | 'people' | 'file' | 'mail' | 'broken' | 'ticket';

/** Small line drawings of empty places; all hold the mark's two leaning strokes somewhere. */
export function Picture({ name }: { name: PictureName }) {
  return (
    <svg className={styles.picture} width="112" height="80" viewBox="0 0 112 80" fill="none" aria-hidden="true">
      <path className={styles.ground} d="M10 70 H102" />
      {DRAWINGS[name]}
    </svg>
  );
}

const pair = (x: number, y: number, scale = 1) => (
  <g transform={`translate(${x} ${y}) scale(${scale})`}>
    <path className={styles.left} d="M-8.5 0 L-1.5 -26" />
    <path className={styles.right} d="M2 0 L9 -26" />
  </g>
);

const DRAWINGS: Record<PictureName, React.ReactNode> = {
  allClear: (
    <>
      <path className={styles.line} d="M26 70 V58 a30 30 0 0 1 60 0 V70" />
      <path className={styles.faint} d="M56 18 V8 M28 28 L21 21 M84 28 L91 21 M16 52 H7 M96 52 H105" />
      {pair(56, 69)}
    </>
  ),
  conversation: (
    <>
      <path
        className={styles.fill}
        d="M18 14 h46 a6 6 0 0 1 6 6 v20 a6 6 0 0 1 -6 6 H36 l-10 9 v-9 h-8 a6 6 0 0 1 -6 -6 V20 a6 6 0 0 1 6 -6 Z"
      />
      <path className={styles.line} d="M24 25 H56 M24 34 H46" />
      {pair(86, 69, 1.15)}
    </>
  ),
  search: (
    <>
      <circle className={styles.fill} cx="52" cy="34" r="22" />
      <path className={styles.line} d="M68 50 L86 68" />
      {pair(52, 46, 0.9)}
    </>
  ),
  people: (
    <>
      <circle className={styles.fill} cx="38" cy="26" r="10" />
      <circle className={styles.fill} cx="74" cy="26" r="10" />
      <path className={styles.line} d="M20 70 c0 -18 6 -27 18 -27 s16 8 18 16 c2 -8 6 -16 18 -16 s18 9 18 27" />
      {pair(56, 69, 0.6)}
    </>
  ),
  file: (
    <>
      <path className={styles.fill} d="M34 10 H66 L80 24 V70 H34 Z" />
      <path className={styles.line} d="M66 10 V24 H80" />
      {pair(57, 62, 0.9)}
    </>
  ),
  mail: (
    <>
      <path className={styles.fill} d="M22 22 H90 V66 H22 Z" />
      <path className={styles.line} d="M22 24 L56 48 L90 24" />
      {pair(56, 20, 0.45)}
    </>
  ),
  broken: (
    <>
      <path className={styles.line} d="M14 46 H38 M74 46 H98" />
      <path className={styles.faint} d="M46 24 l-5 -7 M56 20 V11 M66 24 l5 -7" />
      <path className={styles.left} d="M50 60 L42 34" />
      <path className={styles.right} d="M62 60 L74 38" />
    </>
  ),
  ticket: (
    <>
      <path className={styles.fill} d="M16 20 H96 V34 a8 8 0 0 0 0 16 V64 H16 V50 a8 8 0 0 0 0 -16 Z" />
      <path className={styles.faint} d="M70 22 V62" />
      {pair(42, 55, 0.95)}
    </>
  ),
};
