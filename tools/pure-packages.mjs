// The law of the packages that get time and chance handed in. What they import is held in tools/dependency-laws.cjs.

const PURE_PACKAGES = ['contracts', 'desk', 'diagnosis', 'rtp', 'sla'];

/** A program, not part of the library: reads the files it is given and writes to the terminal. */
const PROGRAMS = new Set(['packages/diagnosis/src/command.ts']);

const IMPURITIES = [
  [
    /\bDate\.now\b|\bDate\(\s*\)|\bnew Date\b(?!\s*\()|\bperformance\.|\bTemporal\.Now\b|\bTime\.now\(/,
    'reads the clock',
  ],
  [/\bMath\.random\b|\brandomUUID\(|\bgetRandomValues\(/, 'makes randomness'],
  [/\bprocess\.|\bglobalThis\b|\bfetch\(|\bset(Timeout|Interval|Immediate)\(/, 'touches the world outside'],
  [/\.resolvedOptions\(|\.toLocale\w*String\(/, 'asks the machine for its zone or language'],
];

/**
 * Which pure package a source file belongs to.
 * @param {string} path from the root of the repository
 * @returns {string | undefined} undefined for tests, programs and every other package
 */
export function purePackageOf(path) {
  const [, name] = /^packages\/([^/]+)\/src\//.exec(path) ?? [];
  return PURE_PACKAGES.includes(name) && !/\.test\.tsx?$/.test(path) && !PROGRAMS.has(path) ? name : undefined;
}

/**
 * What in a file breaks the law; comments count as code, so they name no such thing either.
 * @param {string} path from the root of the repository
 * @param {string} text what stands in the file
 * @returns {string[]} one line per kind of breach
 */
export function impurities(path, text) {
  if (purePackageOf(path) === undefined) return [];
  return IMPURITIES.filter(([pattern]) => pattern.test(text)).map(([, what]) => `pure-packages: ${path} ${what}`);
}

/**
 * Which pure packages had no file looked at: a law that looks at nothing is kept by everybody.
 * @param {readonly string[]} paths everything that was looked at
 * @returns {string[]} one line per package
 */
export function unlooked(paths) {
  const seen = new Set(paths.map(purePackageOf));
  return PURE_PACKAGES.filter((name) => !seen.has(name)).map(
    (name) => `pure-packages: no file of packages/${name} was looked at`,
  );
}
