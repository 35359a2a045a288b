import type { SdpMedia, SdpSession } from './sdp.ts';

/**
 * Writes a session description, sections and codecs in the order given. What is empty or zero is left out; a section
 * with port 0 is written as rejected (RFC 8829 §5.3.1). Control characters in any value are dropped, so that a foreign
 * name can not add lines.
 */
export function writeSdp(session: SdpSession): string {
  const lines = ['v=0', `o=- ${session.sessionId} ${session.sessionVersion} IN IP4 127.0.0.1`, 's=-', 't=0 0'];
  if (session.iceLite) lines.push('a=ice-lite');
  if (session.bundle.length > 0) lines.push(`a=group:BUNDLE ${session.bundle.join(' ')}`);
  if (session.extmapAllowMixed) lines.push('a=extmap-allow-mixed');
  lines.push('a=msid-semantic: WMS *');
  for (const media of session.media) writeSection(media, lines);
  return `${lines.map(withoutControls).join('\r\n')}\r\n`;
}

function writeSection(media: SdpMedia, lines: string[]): void {
  lines.push(`m=${media.kind} ${media.port} ${media.protocol} ${media.formats.join(' ')}`, 'c=IN IP4 0.0.0.0');
  if (media.mid !== '') lines.push(`a=mid:${media.mid}`);
  const isRtp = media.protocol.includes('RTP');
  if (media.port === 0 && !media.bundleOnly) {
    if (isRtp) lines.push('a=inactive');
    return;
  }
  if (media.bundleOnly) lines.push('a=bundle-only');
  if (media.iceUfrag !== '') lines.push(`a=ice-ufrag:${media.iceUfrag}`, `a=ice-pwd:${media.icePwd}`);
  for (const fingerprint of media.fingerprints)
    lines.push(`a=fingerprint:${fingerprint.algorithm} ${fingerprint.value}`);
  if (media.setup !== '') lines.push(`a=setup:${media.setup}`);
  if (isRtp) writeRtpAttributes(media, lines);
  if (media.sctpPort > 0) lines.push(`a=sctp-port:${media.sctpPort}`);
  if (media.maxMessageSizeBytes > 0) lines.push(`a=max-message-size:${media.maxMessageSizeBytes}`);
  for (const candidate of media.candidates) lines.push(`a=${candidate}`);
  if (media.endOfCandidates) lines.push('a=end-of-candidates');
}

function writeRtpAttributes(media: SdpMedia, lines: string[]): void {
  lines.push(`a=${media.direction}`);
  if (media.rtcpMux) lines.push('a=rtcp-mux');
  if (media.rtcpReducedSize) lines.push('a=rtcp-rsize');
  for (const extension of media.extensions) lines.push(`a=extmap:${extension.id} ${extension.uri}`);
  for (const codec of media.codecs) {
    const channels = codec.channels > 0 ? `/${codec.channels}` : '';
    lines.push(`a=rtpmap:${codec.payloadType} ${codec.name}/${codec.clockRate}${channels}`);
    if (codec.parameters !== '') lines.push(`a=fmtp:${codec.payloadType} ${codec.parameters}`);
    for (const feedback of codec.feedback) lines.push(`a=rtcp-fb:${codec.payloadType} ${feedback}`);
  }
  for (const rid of media.rids) lines.push(`a=rid:${rid.id} ${rid.direction}`);
  const simulcast = [
    media.simulcastSend.length > 0 ? `send ${media.simulcastSend.join(';')}` : '',
    media.simulcastRecv.length > 0 ? `recv ${media.simulcastRecv.join(';')}` : '',
  ].filter((part) => part !== '');
  if (simulcast.length > 0) lines.push(`a=simulcast:${simulcast.join(' ')}`);
  const msid = media.msid ? `${media.msid.streamId} ${media.msid.trackId}`.trim() : '';
  if (msid !== '') lines.push(`a=msid:${msid}`);
  for (const group of media.ssrcGroups) lines.push(`a=ssrc-group:${group.semantics} ${group.ssrcs.join(' ')}`);
  for (const { ssrc, cname } of media.ssrcs) {
    lines.push(`a=ssrc:${ssrc} cname:${cname}`);
    if (msid !== '') lines.push(`a=ssrc:${ssrc} msid:${msid}`);
  }
}

function withoutControls(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must go
  return line.replace(/[\u0000-\u001f\u007f]/g, '');
}
