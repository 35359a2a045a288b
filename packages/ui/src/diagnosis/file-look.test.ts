/// <reference types="node" />
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { lookOf } from './file-look.ts';

test.each([
  ['support.example.com.har', '', 'har'],
  ['archive.json', '{\n  "log": { "version": "1.2", "creator": {', 'har'],
  ['直播日志.log', 'anything', 'log'],
  ['webrtc_internals_dump.txt', '', 'dump'],
  ['data.json', '{"getUserMedia": [], "PeerConnections": {', 'dump'],
  ['rtcstats_dump (3).gz', '', 'dump'],
  ['trace.txt', '["create",null,{"a":1},1]', 'dump'],
  ['aboutWebrtc.html', '', 'dump'],
  ['call.html', '<div id="content"><h3 data-l10n-id="about-webrtc-log-heading">', 'dump'],
  ['page.html', '<!doctype html><title>Help</title>', null],
  ['report.json', '{\n  "bandwidthEstimations": [', 'dump'],
  ['notes.txt', 'The picture freezes.', null],
  ['package.json', '{"name": "x"}', null],
  ['screen.png', 'PNG', null],
  ['video.zip', '', null],
] as const)('%s', async (name, text, look) => {
  expect(await lookOf(new File([text], name))).toBe(look);
});

test.each([
  ['call.json.gz', '{"getUserMedia": [], "PeerConnections": {', 'dump'],
  ['photo.gz', 'nothing of ours', null],
] as const)('%s, packed', async (name, text, look) => {
  expect(await lookOf(new File([gzipSync(text + ' '.repeat(100_000))], name))).toBe(look);
});
