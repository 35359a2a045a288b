import { describe, expect, it } from 'vitest';
import { dragStage, fitStage } from './stage-size.ts';

describe('stage size', () => {
  it('grows towards the free corner, whichever side it is fixed to', () => {
    const start = { width: 800, height: 600 };
    expect(dragStage(start, { x: -50, y: -20 }, 'right')).toEqual({ width: 850, height: 620 });
    expect(dragStage(start, { x: 50, y: -20 }, 'left')).toEqual({ width: 850, height: 620 });
  });

  it('stays between readable and the window', () => {
    const viewport = { width: 1200, height: 800 };
    expect(fitStage({ width: 10, height: 10 }, viewport)).toEqual({ width: 480, height: 360 });
    expect(fitStage({ width: 9_000, height: 9_000 }, viewport)).toEqual({ width: 1160, height: 760 });
  });

  it('fits a window smaller than the smallest stage', () => {
    expect(fitStage({ width: 800, height: 600 }, { width: 400, height: 300 })).toEqual({ width: 360, height: 260 });
  });
});
