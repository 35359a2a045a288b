import { expect, test } from 'vitest';
import { LossModel } from './bandwidth/loss-model.ts';
import { DownlinkLoss } from './downlink-loss.ts';

/** Fifty packets a second for so long, a feedback each 100 ms. @param isLost by the packet's number */
function path(seconds: number, isLost: (packet: number) => boolean): DownlinkLoss {
  const loss = new DownlinkLoss();
  let arrivals: (number | undefined)[] = [];
  for (let packet = 0; packet < seconds * 50; packet++) {
    arrivals.push(isLost(packet) ? undefined : packet * 20_000);
    // Receivers tell of what is missing once something came after it.
    if (packet % 5 !== 4 || isLost(packet)) continue;
    loss.onArrivals(arrivals, packet * 20);
    arrivals = [];
  }
  return loss;
}

test('what is lost at random or in bursts is counted, with what follows a lost packet', () => {
  const random = path(20, (packet) => packet % 10 < 3);
  expect(random.lossRatio).toBeCloseTo(0.3, 1);
  expect(random.burstRatio).toBeCloseTo(2 / 3, 1);
  expect(path(20, (packet) => packet % 10 === 0).burstRatio).toBeCloseTo(0.1, 1);
});

test('SFU-28 an outage is no loss of the path', () => {
  expect(path(10, (packet) => packet >= 200 && packet < 350).lossRatio).toBe(0);
  expect(path(10, (packet) => packet >= 340 && packet < 355).lossRatio, 'soon over').toBeGreaterThan(0.01);
});

test('SFU-28 nor of chance, nor of a full path', () => {
  const chance = (isLost: (packet: number) => boolean) => {
    const model = new LossModel();
    for (let packet = 0; packet < 500; packet++) {
      if (isLost(packet)) model.onMissing(packet * 20, 1_000);
      else model.onArrived(packet * 20, 1_000, 0);
      if (packet % 5 === 4) model.update(400_000, false, packet * 20);
    }
    return model.randomLoss;
  };
  expect(chance((packet) => packet % 10 < 3)).toBeCloseTo(0.3, 1);
  expect(chance((packet) => packet >= 400 && packet < 480)).toBe(0);
});
