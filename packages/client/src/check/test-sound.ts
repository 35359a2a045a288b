/** Three rising notes: nothing else on the page sounds like it. Hertz, and when each begins, s. */
const NOTES: readonly [number, number][] = [
  [523.25, 0],
  [659.25, 0.22],
  [783.99, 0.44],
];
const LENGTH_S = 0.5;

/**
 * Plays the sound the person is asked about.
 * @returns false where the browser did not let it sound
 */
export async function playTestSound(): Promise<boolean> {
  if (typeof AudioContext === 'undefined') return false;
  const context = new AudioContext();
  try {
    await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, 500))]);
    if (context.state !== 'running') return false;
    const endS = NOTES.at(-1)![1] + LENGTH_S;
    for (const [hertz, atS] of NOTES) {
      const start = context.currentTime + atS;
      const oscillator = new OscillatorNode(context, { type: 'triangle', frequency: hertz });
      const volume = new GainNode(context, { gain: 0 });
      // A tone cut on or off at once clicks.
      volume.gain.linearRampToValueAtTime(0.25, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + LENGTH_S);
      oscillator.connect(volume).connect(context.destination);
      oscillator.start(start);
      oscillator.stop(start + LENGTH_S);
    }
    await new Promise((resolve) => setTimeout(resolve, endS * 1_000));
    return true;
  } catch {
    return false;
  } finally {
    // One that never ran may never close.
    void context.close().catch(() => {});
  }
}
