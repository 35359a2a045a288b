import { type ForeignPart, KEYS } from '../run.ts';

const SUMMARY = /(Summary|Total)[\s\S]*/;

/**
 * livekit-cli's load test. The program is not fetched: its module is not to be had from the Go proxy everywhere, and
 * its videos are in Git LFS. Where `lk` is installed (or named by `LK`) it is run.
 */
export const loadTestPart: ForeignPart = {
  about: 'livekit-cli’s load test (`lk perf load-test`), where `lk` is installed',
  async run(run) {
    await run.install({});
    const lk = process.env.LK ?? 'lk';
    const version = run.start(lk, ['--version']);
    if ((await version.ended) !== 0) {
      run.report('lk perf load-test', 'not run', 'no `lk` on this machine; install livekit-cli or name it by LK=…');
      return;
    }
    const url = await run.startEngine();
    const seconds = run.quick ? '10s' : '60s';
    const size = run.quick
      ? { video: '2', audio: '4', subscribers: '6' }
      : { video: '6', audio: '12', subscribers: '40' };
    const test = run.start(lk, [
      ...['perf', 'load-test', '--url', url, '--api-key', KEYS.key, '--api-secret', KEYS.secret],
      ...['--room', 'foreign-load', '--duration', seconds, '--video-publishers', size.video],
      ...['--audio-publishers', size.audio, '--subscribers', size.subscribers],
    ]);
    const code = await test.ended;
    const summary = SUMMARY.exec(test.printed())?.[0] ?? test.printed().slice(-2_000);
    console.log(summary);
    run.report(`lk perf load-test ${JSON.stringify(size)}`, code === 0 ? 'passed' : 'failed', `exit ${code}`);
  },
};
